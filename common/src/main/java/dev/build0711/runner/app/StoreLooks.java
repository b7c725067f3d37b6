package dev.build0711.runner.app;

import dev.build0711.runner.app.LookUps.Looked;
import dev.build0711.runner.log.RequestContext;
import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.RunStore.Change;
import dev.build0711.runner.port.RunStore.Claim;
import dev.build0711.runner.port.RunStore.Release;
import dev.build0711.runner.port.RunStore.Saved;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.port.StorageUnavailable;
import dev.build0711.runner.port.WakeUps;
import dev.build0711.runner.port.WakeUps.Tick;
import dev.build0711.runner.run.Evidence;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.Clocks;
import dev.build0711.runner.run.Evidence.ResultsUnkept;
import dev.build0711.runner.run.Evidence.TimePassed;
import dev.build0711.runner.run.Pace;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunEvent;
import dev.build0711.runner.run.RunLifecycle;
import dev.build0711.runner.run.Step;
import dev.build0711.runner.run.Transition;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Stores what looks have learnt: what follows from it for each run, and when each is looked at
/// next. A run that somebody else has changed meanwhile is decided anew; one that somebody else has
/// claimed is left to him.
final class StoreLooks {

  /// With so many looks due at once, the next ones are asked for by the backend's ticks rather than
  /// run by run (ADR 0015).
  static final int CROWD = 20;

  private static final Duration KEEP_AGAIN = Duration.ofSeconds(30);
  private static final int MAX_DECISIONS = 10;
  private static final Logger LOG = System.getLogger(StoreLooks.class.getName());

  private final RunStore runs;
  private final NoteFailure failures;
  private final Admit admit;
  private final WakeUps wakeUps;
  private final Clocks clocks;
  private final InstantSource time;
  private final RandomGenerator random;
  private final LookUps lookUps;

  StoreLooks(
      RunStore runs,
      NoteFailure failures,
      Admit admit,
      WakeUps wakeUps,
      Clocks clocks,
      InstantSource time,
      RandomGenerator random,
      LookUps lookUps) {
    this.runs = runs;
    this.failures = failures;
    this.admit = admit;
    this.wakeUps = wakeUps;
    this.clocks = clocks;
    this.time = time;
    this.random = random;
    this.lookUps = lookUps;
  }

  /// Stores looks that were made together.
  ///
  /// @param learnt what was learnt of each claimed run, in the order of the claims
  /// @param took how long that has taken since the claims were made
  /// @throws StorageUnavailable what the first run met that could not be stored now, when all the
  ///   others are
  void apply(List<Claim> claims, List<List<Evidence>> learnt, Duration took) {
    new Batch(claims.size()).store(claims, learnt, took);
  }

  /// Looks that were made together. What changed nothing is stored in one statement at the end.
  private final class Batch {

    private final boolean crowd;
    private final List<Release> releases = new ArrayList<>();
    private final Set<Tick> ticks = new LinkedHashSet<>();
    private final List<Looked> looked = new ArrayList<>();

    Batch(int size) {
      this.crowd = size >= CROWD;
    }

    void store(List<Claim> claims, List<List<Evidence>> learnt, Duration took) {
      @Nullable StorageUnavailable trouble = null;
      for (int i = 0; i < claims.size(); i++) {
        Claim claim = claims.get(i);
        List<Evidence> evidence = learnt.get(i);
        try {
          RequestContext.about(
              claim.run().id().toString(),
              () -> failures.guard(claim, () -> store(claim, evidence, claim.now().plus(took))));
        } catch (StorageUnavailable e) {
          if (trouble == null) {
            trouble = e;
          } else {
            trouble.addSuppressed(e);
          }
        }
      }
      release();
      askForTicks();
      lookUps.after(looked);
      if (trouble != null) {
        throw trouble;
      }
    }

    /// None whose time has come while the runs were stored: it may have been, without them.
    private void askForTicks() {
      Instant soonest = time.instant().plus(Tick.EVERY);
      ticks.stream()
          .map(tick -> tick.at().isBefore(soonest) ? Tick.notBefore(tick.backend(), soonest) : tick)
          .distinct()
          .forEach(wakeUps::wake);
    }

    private void store(Claim claim, List<Evidence> evidence, Instant now) {
      Run before = claim.run();
      for (int decision = 0; decision < MAX_DECISIONS; decision++) {
        Decision decided = decide(before, evidence, now);
        Instant look = Pace.next(decided.run, now, retryAfter(evidence), random);
        Instant next = lookUps.noLater(look, decided.run, now);
        if (!decided.changed()) {
          releases.add(new Release(claim, next));
          return;
        }
        switch (runs.save(claim, new Change(before, decided.run, decided.events), next)) {
          case Saved.Stored(Instant at, long wakeNo) -> {
            stored(before, decided.run, at, wakeNo, now);
            handOn(before, decided.run);
            return;
          }
          case Saved.Stale(Run current) -> before = current;
          case Saved.Fenced _ -> {
            tooLate();
            return;
          }
        }
      }
      LOG.log(Level.WARNING, "look given up: the run changed too often meanwhile");
    }

    private void release() {
      if (releases.isEmpty()) {
        return;
      }
      List<Saved> saved = runs.release(releases);
      for (int i = 0; i < saved.size(); i++) {
        Claim claim = releases.get(i).claim();
        switch (saved.get(i)) {
          case Saved.Stored(Instant at, long wakeNo) ->
              stored(claim.run(), claim.run(), at, wakeNo, claim.now());
          case Saved.Stale _, Saved.Fenced _ ->
              RequestContext.about(claim.run().id().toString(), StoreLooks::tooLate);
        }
      }
    }

    private void stored(
        Run before, Run after, @Nullable Instant nextPollAt, long wakeNo, Instant now) {
      looked.add(new Looked(before, after, now));
      RunLog.moved(before, after);
      if (nextPollAt == null) {
        return;
      }
      String backend = Step.watchedOn(after);
      if (crowd && backend != null && nextPollAt.isAfter(now.plus(Tick.EVERY))) {
        ticks.add(Tick.notBefore(backend, nextPollAt));
      } else {
        wakeUps.wake(new Wake(after.id(), wakeNo, nextPollAt));
      }
    }
  }

  private static void tooLate() {
    LOG.log(Level.INFO, "look came too late: the run was claimed by another");
  }

  /// Whoever gives a place back sees to it that the next one gets it.
  private void handOn(Run before, Run after) {
    if (before.agent().place() == null || after.agent().place() != null) {
      return;
    }
    // what the look has learnt is stored, and others ask for free places too
    PollRun.tolerating("a free place is given away later", admit::apply);
  }

  /// What follows from the evidence and then from the time alone.
  private Decision decide(Run run, List<Evidence> evidence, Instant now) {
    Decision decision = new Decision(run);
    evidence.forEach(one -> decision.apply(one, now));
    decision.apply(new TimePassed(clocks), now);
    return decision;
  }

  private static final class Decision {

    private Run run;
    private final List<RunEvent> events = new ArrayList<>();
    private boolean moved;

    Decision(Run run) {
      this.run = run;
    }

    void apply(Evidence evidence, Instant now) {
      switch (RunLifecycle.next(run, evidence, now)) {
        case Transition.Moved(Run next, List<RunEvent> happened) -> {
          run = next;
          events.addAll(happened);
          moved = true;
        }
        case Transition.Unchanged _ -> {
          // a look that found nothing new
        }
        case Transition.Refused(String why) ->
            LOG.log(Level.WARNING, "evidence of a look refused: " + why);
      }
    }

    boolean changed() {
      return moved;
    }
  }

  private static @Nullable Duration retryAfter(List<Evidence> evidence) {
    return evidence.stream()
        .map(StoreLooks::patience)
        .filter(Objects::nonNull)
        .max(Comparator.naturalOrder())
        .orElse(null);
  }

  private static @Nullable Duration patience(Evidence evidence) {
    return switch (evidence) {
      case BackendSilent(Reason _, Duration after) -> after;
      case ResultsUnkept _ -> KEEP_AGAIN;
      default -> null;
    };
  }
}
