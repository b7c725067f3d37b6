package dev.build0711.runner.app;

import dev.build0711.runner.port.DeliveryStore;
import dev.build0711.runner.port.DeliveryStore.Delivery;
import dev.build0711.runner.port.DeliveryStore.Outcome;
import dev.build0711.runner.port.RunStore.Change;
import dev.build0711.runner.run.Evidence;
import dev.build0711.runner.run.LinkRule;
import dev.build0711.runner.run.LinkingLadder.Hit;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunEvent;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.RunLifecycle;
import dev.build0711.runner.run.Step;
import dev.build0711.runner.run.Transition.Moved;
import dev.build0711.runner.run.Transition.Refused;
import dev.build0711.runner.run.Transition.Unchanged;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decides what testimonies of git hosts do: which run each is about, and what follows for it. The
/// same for what a host delivers, for what is tried again later and for what a host is asked.
final class Verdicts {

  /// How often one is decided anew because its run changed meanwhile.
  static final int MAX_TRIES = 8;

  private final DeliveryStore deliveries;
  private final InstantSource clock;

  Verdicts(DeliveryStore deliveries, InstantSource clock) {
    this.deliveries = deliveries;
    this.clock = clock;
  }

  /// What a testimony does.
  ///
  /// @param effect the exact word for it
  /// @param change null where no run changes
  /// @param look whether a look at the run's agent is worth while at once
  record Verdict(
      Outcome outcome,
      String effect,
      @Nullable RunId runId,
      @Nullable LinkRule rule,
      @Nullable Change change,
      boolean look) {

    /// No run was found.
    static final Verdict UNLINKED = new Verdict(Outcome.UNLINKED, Delivery.UNLINKED);

    Verdict(Outcome outcome, String effect) {
      this(outcome, effect, null, null, null, false);
    }
  }

  /// The verdict as the runs are now.
  Verdict of(Testimony testimony) {
    return testimony
        .find(deliveries.candidates(testimony.clues()))
        .map(hit -> applied(testimony, hit))
        .orElse(Verdict.UNLINKED);
  }

  private Verdict applied(Testimony testimony, Hit hit) {
    Instant now = clock.instant();
    Run before = hit.run();
    Run after = before;
    List<RunEvent> events = new ArrayList<>();
    for (Evidence evidence : testimony.evidence(hit.rule())) {
      switch (RunLifecycle.next(after, evidence, now)) {
        case Moved(Run moved, List<RunEvent> happened) -> {
          after = moved;
          events.addAll(happened);
        }
        case Unchanged _ -> {
          // known already
        }
        case Refused _ -> {
          return new Verdict(Outcome.IGNORED, "ignored");
        }
      }
    }
    Change change = after.equals(before) ? null : new Change(before, after, events);
    String effect = testimony.effect(before);
    return new Verdict(
        Outcome.APPLIED, effect, before.id(), hit.rule(), change, looks(before, after, now));
  }

  /// There is an agent to look at, and the run has moved or got a pull request.
  private static boolean looks(Run before, Run after, Instant now) {
    boolean news =
        before.status() != after.status()
            || before.pullRequests().size() < after.pullRequests().size();
    return news && Step.of(after, now) != Step.REST;
  }
}
