package dev.build0711.runner.run;

import dev.build0711.runner.run.Evidence.Clocks;
import java.time.Duration;
import java.time.Instant;

/// What follows from nothing but the time.
final class Deadlines {

  private Deadlines() {}

  static void check(Draft draft, Clocks clocks) {
    leftBehind(draft);
    switch (draft.run().status()) {
      case QUEUED -> queued(draft);
      case RUNNING -> running(draft, clocks);
      case AWAITING_INPUT -> runDeadline(draft);
      case CANCELLING -> cancelling(draft);
      case COMPLETED, FAILED, CANCELLED, TIMED_OUT -> afterTheEnd(draft);
    }
  }

  private static void queued(Draft draft) {
    if (due(draft, draft.run().standing().deadlineAt(), Duration.ZERO)) {
      draft.move(RunStatus.TIMED_OUT, Reason.NEVER_STARTED);
    }
  }

  private static void running(Draft draft, Clocks clocks) {
    runDeadline(draft);
    Agent agent = draft.agent();
    boolean deaf = agent.silence() != null && !agent.state().ended();
    if (draft.run().status() != RunStatus.RUNNING || deaf) {
      return;
    }
    switch (agent.state()) {
      case ABSENT, PREPARING, PREPARED -> {
        if (due(draft, agent.since(), clocks.start().plus(clocks.preparation()))) {
          draft.move(RunStatus.TIMED_OUT, Reason.START_TIMEOUT);
        }
      }
      case STARTING -> {
        if (due(draft, agent.since(), clocks.start())) {
          draft.move(RunStatus.TIMED_OUT, Reason.START_TIMEOUT);
        }
      }
      case WORKING, INTERRUPTED -> {
        if (due(draft, agent.signOfLifeAt(), clocks.stall())) {
          draft.move(RunStatus.TIMED_OUT, Reason.STALLED);
        }
      }
      case FINISHED -> {
        if (draft.run().standing().phase() == Phase.FINALIZING
            && due(draft, agent.since(), RunLifecycle.PATIENCE)) {
          draft.move(RunStatus.FAILED, Reason.NO_PULL_REQUEST);
        }
      }
      case WAITING, FAILED, STOPPED, LOST -> {
        // no clock but the run's own
      }
    }
  }

  private static void runDeadline(Draft draft) {
    if (due(draft, draft.run().standing().deadlineAt(), Duration.ZERO)) {
      draft.move(RunStatus.TIMED_OUT, Reason.RUN_TIMEOUT);
    }
  }

  private static void cancelling(Draft draft) {
    StatusReason reason = draft.run().standing().reason();
    if (!draft.run().agentMayWork()) {
      draft.move(RunStatus.CANCELLED, Reason.CANCEL_REQUESTED);
    } else if (reason != null && due(draft, reason.since(), RunLifecycle.STOP_TIMEOUT)) {
      draft.move(RunStatus.CANCELLED, Reason.STOP_UNCONFIRMED);
    }
  }

  /// Stopping an agent that outlives its run is tried until the deadline and a little longer, not
  /// for ever.
  private static void afterTheEnd(Draft draft) {
    Standing standing = draft.run().standing();
    Instant end = standing.deadlineAt();
    if (standing.finishedAt() != null && standing.finishedAt().isAfter(end)) {
      end = standing.finishedAt();
    }
    if (draft.run().agentMayWork() && due(draft, end, RunLifecycle.STOP_TIMEOUT)) {
      draft.set(draft.agent().withUnclearSince(null));
      draft.agentIs(Agent.State.LOST);
    }
  }

  /// Fetching what an agent left is tried for a while, not for ever.
  private static void leftBehind(Draft draft) {
    Agent agent = draft.agent();
    if (agent.state().ended()
        && agent.conversation() != null
        && due(draft, agent.since(), RunLifecycle.COLLECT_FOR)) {
      AgentWitness.nothingLeft(draft);
    }
  }

  private static boolean due(Draft draft, Instant from, Duration allowed) {
    return Clocks.due(from, allowed, draft.now());
  }
}
