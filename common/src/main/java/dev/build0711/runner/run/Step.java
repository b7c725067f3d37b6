package dev.build0711.runner.run;

import java.time.Instant;

/// What is to be done next for a run on its backend.
public enum Step {
  /// Have the workspace prepared.
  PREPARE,
  /// See how the preparation goes.
  CHECK_PREPARATION,
  /// Start the conversation.
  START,
  /// See how the agent is doing.
  LOOK,
  /// Set the agent going again after a restart of its backend.
  RESUME,
  /// Tell the agent to stop, then look.
  STOP,
  /// Nothing on a backend; only the time matters.
  REST;

  /// The step that `run` needs at `now`.
  public static Step of(Run run, Instant now) {
    return switch (run.status()) {
      case QUEUED, RUNNING, AWAITING_INPUT -> working(run);
      case CANCELLING, FAILED, CANCELLED, TIMED_OUT -> run.agent().mayWork() ? STOP : REST;
      case COMPLETED -> completed(run, now);
    };
  }

  /// After a pull request the agent may go on for what is left to learn of it, but not for ever.
  private static Step completed(Run run, Instant now) {
    if (!run.agent().mayWork()) {
      return REST;
    }
    return now.isBefore(run.standing().deadlineAt()) ? LOOK : STOP;
  }

  private static Step working(Run run) {
    return switch (run.agent().state()) {
      case ABSENT -> run.repository() == null ? START : PREPARE;
      case PREPARING -> CHECK_PREPARATION;
      case PREPARED -> START;
      case STARTING, WORKING, WAITING -> LOOK;
      case INTERRUPTED -> RESUME;
      case FINISHED, FAILED, STOPPED, LOST -> REST;
    };
  }
}
