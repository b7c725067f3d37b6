package dev.build0711.runner.simulation;

import dev.build0711.runner.run.Agent;
import dev.build0711.runner.run.LinkedPullRequest;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunEvent;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.RunLifecycle;
import dev.build0711.runner.run.RunStatus;
import dev.build0711.runner.run.Standing;
import dev.build0711.runner.run.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What holds of one run, watched from its first state to its last.
final class WatchedRun {

  /// Where a run may go, from the contract rather than from the code that moves it.
  private static final Map<RunStatus, Set<RunStatus>> MOVES =
      Map.of(
          RunStatus.QUEUED,
          EnumSet.of(
              RunStatus.RUNNING,
              RunStatus.CANCELLED,
              RunStatus.CANCELLING,
              RunStatus.FAILED,
              RunStatus.TIMED_OUT,
              RunStatus.COMPLETED),
          RunStatus.RUNNING,
          EnumSet.of(
              RunStatus.AWAITING_INPUT,
              RunStatus.COMPLETED,
              RunStatus.FAILED,
              RunStatus.CANCELLING,
              RunStatus.TIMED_OUT),
          RunStatus.AWAITING_INPUT,
          EnumSet.of(
              RunStatus.RUNNING,
              RunStatus.COMPLETED,
              RunStatus.CANCELLING,
              RunStatus.FAILED,
              RunStatus.TIMED_OUT),
          RunStatus.CANCELLING,
          EnumSet.of(RunStatus.COMPLETED, RunStatus.CANCELLED),
          RunStatus.FAILED,
          EnumSet.of(RunStatus.COMPLETED),
          RunStatus.TIMED_OUT,
          EnumSet.of(RunStatus.COMPLETED));

  /// The longest back-off, and what the jitter makes of it.
  private static final Duration LONGEST = Duration.ofMinutes(12);

  private final World world;
  private final RunId id;
  private final Set<Object> effects = new HashSet<>();
  private @Nullable Run last;
  private RunStatus folded = RunStatus.QUEUED;
  private int events;
  private int corrections;

  WatchedRun(World world, RunId id) {
    this.world = world;
    this.id = id;
  }

  @SuppressWarnings("ReferenceEquality") // the same object is the same run, and this is asked often
  void check(Run run) {
    Run before = last;
    if (before == run) {
      return;
    }
    last = run;
    if (world.trace().on()) {
      world.trace().line(told(run));
    }
    if (before == null || before.version() != run.version()) {
      history(run);
      row(run);
      progress(before, run);
      bounds(run);
      proof(run);
      Letters.arrived(world, id);
    }
    wakeUp(run);
  }

  private static String told(Run run) {
    Standing standing = run.standing();
    Agent agent = run.agent();
    return "-> %s: %s %s %s, agent %s at %s, silence %s, unclear since %s, message %s, next look %s"
        .formatted(
            run.id(),
            run.status(),
            standing.phase() == null ? "" : standing.phase(),
            standing.reason() == null ? "" : standing.reason().code(),
            agent.state(),
            agent.place(),
            agent.silence(),
            agent.unclearSince(),
            run.message(),
            run.schedule());
  }

  private void history(Run run) {
    List<RunEvent> all = world.store().history(id);
    for (; events < all.size(); events++) {
      fold(all.get(events));
    }
    hold("I9", run.eventCount() == events, "the events have other numbers than the run counts");
    hold("I9", run.status() == folded, "the events make another status");
    hold("I5", run.standing().revision() == corrections, "a verdict was corrected unseen");
  }

  private void fold(RunEvent event) {
    switch (event.type()) {
      case RUN_CREATED -> hold("I9", events == 0, "a run is created twice");
      case RUN_MOVED -> move(event);
      case RUN_CORRECTED -> {
        move(event);
        corrections++;
        hold("I5", corrections == 1, "a verdict was corrected twice");
      }
      case PULL_REQUEST_LINKED, PULL_REQUEST_DUPLICATE ->
          hold(
              "I8",
              effects.add(String.valueOf(event.data().get("number"))),
              "a pull request is linked twice");
      case COMMENT_CREATED ->
          hold(
              "I8",
              effects.add(String.valueOf(event.data().get("url"))),
              "one delivery has two effects");
      default -> {
        // moves nothing and may come again
      }
    }
  }

  private void move(RunEvent event) {
    RunStatus from = RunStatus.valueOf(String.valueOf(event.data().get("from")));
    RunStatus to = RunStatus.valueOf(String.valueOf(event.data().get("to")));
    hold("I9", from == folded, "a run leaves another status than it has");
    boolean over = from.terminal();
    hold(
        over ? "I5" : "I4",
        MOVES.getOrDefault(from, Set.of()).contains(to),
        "a run moves from " + from + " to " + to);
    hold("I5", over == (event.type() == RunEvent.Type.RUN_CORRECTED), "a correction is none");
    folded = to;
  }

  private void row(Run run) {
    RunStatus status = run.status();
    boolean explained =
        switch (status) {
          case FAILED, TIMED_OUT, AWAITING_INPUT, CANCELLED -> run.standing().reason() != null;
          case QUEUED, RUNNING, CANCELLING, COMPLETED -> true;
        };
    hold("I4", explained, "nobody says why");
    hold("I4", run.standing().phase() == null || status == RunStatus.RUNNING, "a phase too many");
    hold("I4", (run.standing().finishedAt() != null) == status.terminal(), "a wrong end");
  }

  private void progress(@Nullable Run before, Run run) {
    int percent = run.work().progress().percent();
    hold("I6", before == null || percent >= before.work().progress().percent(), "percent falls");
    hold(
        "I6",
        (percent == 100) == (run.status() == RunStatus.COMPLETED),
        "100 percent without completion, or the reverse");
  }

  private void bounds(Run run) {
    Agent agent = run.agent();
    hold("I13", agent.resumes() <= RunLifecycle.MAX_RESUMES, "resumed too often");
    hold("I13", agent.failedStarts() < RunLifecycle.MAX_STARTS, "started too often");
    hold("I13", run.attempts().size() <= Run.MAX_ATTEMPTS, "too many attempts");
  }

  /// Only its own pull requests are a run's, and it is COMPLETED by what it waits for alone.
  private void proof(Run run) {
    boolean merged = false;
    for (LinkedPullRequest link : run.pullRequests()) {
      long number = link.pullRequest().number();
      hold("I15", world.git().belongs(number, id), "a foreign pull request is linked");
      merged |= world.git().merged(number);
    }
    if (run.status() == RunStatus.COMPLETED) {
      boolean shown = !run.pullRequests().isEmpty();
      hold(
          "I5",
          switch (run.spec().completeOn()) {
            case EITHER -> shown || finished();
            case AGENT -> finished();
            case PULL_REQUEST -> shown;
            case MERGE -> merged;
          },
          "COMPLETED without proof");
    }
  }

  private boolean finished() {
    for (SimulatedServer server : world.servers()) {
      if (server.lodging().hasLost(id)) {
        return true;
      }
      for (SimulatedAgent agent : server.lodging().agents()) {
        if (agent.run().equals(id) && (agent.finishedOnce() || agent.misreported())) {
          return true;
        }
      }
    }
    return false;
  }

  /// Whoever may still have something to do for the run is told when.
  private void wakeUp(Run run) {
    Instant now = world.time().instant();
    Instant next = run.schedule().nextPollAt();
    if (!run.status().terminal()) {
      hold("I7", next != null, "nobody looks at it any more");
    } else if (Step.of(run, now) != Step.REST) {
      hold("I7", next != null, "nobody does its last step");
    }
    Instant latest = now.plus(LONGEST);
    if (next != null && next.isAfter(latest) && run.standing().deadlineAt().isAfter(now)) {
      hold("I7", !next.isAfter(run.standing().deadlineAt()), "its next look is too late");
    }
  }

  private void hold(String rule, boolean holds, String what) {
    if (!holds) {
      throw new BrokenRule(rule, what, id);
    }
  }
}
