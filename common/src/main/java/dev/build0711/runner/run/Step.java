package dev.build0711.runner.run;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What is to be done next for a run on its backend.
public enum Step {
  /// Get a place on a backend.
  ADMIT,
  /// Have the workspace prepared.
  PREPARE,
  /// See how the preparation goes.
  CHECK_PREPARATION,
  /// Start the conversation.
  START,
  /// See whether a start that is no longer wanted has happened.
  FIND,
  /// See how the agent is doing.
  LOOK,
  /// Hand the agent a message, then look.
  TELL,
  /// Set the agent going again after a restart of its backend.
  RESUME,
  /// Tell the agent to stop, then look.
  STOP,
  /// Fetch what the agent left.
  COLLECT,
  /// Nothing on a backend; only the time matters.
  REST;

  /// The step that `run` needs at `now`. While a start whose outcome is unknown may still be under
  /// way there is none, whoever asks for a look: a second start would be one too many, and a search
  /// would find nothing yet.
  public static Step of(Run run, Instant now) {
    Agent agent = run.agent();
    Instant unclear = agent.unclearSince();
    if (unclear != null && agent.state().unstarted() && now.isBefore(unclear.plus(Pace.UNCLEAR))) {
      return REST;
    }
    return switch (run.status()) {
      case QUEUED, RUNNING, AWAITING_INPUT -> working(run);
      case CANCELLING, FAILED, CANCELLED, TIMED_OUT -> run.agentMayWork() ? end(run) : left(run);
      case COMPLETED -> completed(run, now);
    };
  }

  /// After a pull request the agent may go on for what is left to learn of it, but not for ever.
  private static Step completed(Run run, Instant now) {
    if (!run.agentMayWork()) {
      return left(run);
    }
    return now.isBefore(run.standing().deadlineAt()) && !run.agent().state().unstarted()
        ? LOOK
        : end(run);
  }

  /// The backend of a run whose agent is only to be looked at, again and again, until it comes to
  /// something; null where there is anything else to do.
  public static @Nullable String watchedOn(Run run) {
    Conversation conversation = run.agent().conversation();
    return switch (run.status()) {
      case RUNNING, AWAITING_INPUT ->
          conversation != null && working(run) == LOOK ? conversation.backend() : null;
      case QUEUED, CANCELLING, COMPLETED, FAILED, CANCELLED, TIMED_OUT -> null;
    };
  }

  private static Step working(Run run) {
    Agent agent = run.agent();
    return switch (agent.state()) {
      case ABSENT -> begin(run);
      case PREPARING -> CHECK_PREPARATION;
      case PREPARED -> START;
      case STARTING, WORKING, WAITING -> run.hasMail() ? TELL : LOOK;
      case INTERRUPTED -> RESUME;
      case FINISHED -> run.hasMail() ? TELL : left(run);
      case FAILED, STOPPED, LOST -> left(run);
    };
  }

  private static Step begin(Run run) {
    Agent agent = run.agent();
    if (agent.place() == null && agent.conversation() == null && agent.unclearSince() == null) {
      return ADMIT;
    }
    boolean tried = agent.unclearSince() != null || agent.failedStarts() > 0;
    // as it was asked for: a pull request may have told the run's repository since
    return run.spec().repository() == null || tried ? START : PREPARE;
  }

  private static Step end(Run run) {
    return run.agent().state().unstarted() ? FIND : STOP;
  }

  private static Step left(Run run) {
    Agent agent = run.agent();
    return agent.state().ended() && !agent.collected() && agent.conversation() != null
        ? COLLECT
        : REST;
  }
}
