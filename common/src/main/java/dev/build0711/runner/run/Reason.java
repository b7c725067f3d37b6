package dev.build0711.runner.run;

/// Why a run has the status it has. [#toString] is the `code` of the API's `status_reason`.
public enum Reason {
  ANSWERED_IN_TEXT(true, "The agent ended with a text instead of finishing; answer it to go on."),
  CONFIRMATION_WANTED(true, "The agent wants an action to be confirmed."),
  PAUSED(true, "The agent was paused; a message resumes it."),

  BACKEND_UNREACHABLE(true, "OpenHands does not answer; the run goes on when it does."),
  BACKEND_UNAUTHORIZED(
      true, "OpenHands refuses the runner's key; the run goes on when it is mended."),
  BACKEND_ERROR(true, "OpenHands answers with errors; the run goes on when it recovers."),
  BACKEND_BAD_ANSWER(
      true, "OpenHands' answer could not be understood; the run goes on when it can."),
  BACKEND_CHANGED(
      true, "Another kind of OpenHands answers in the place of the one that runs the agent."),
  BACKEND_FULL(true, "Every place on OpenHands is taken; the run starts when one is free."),
  CONVERSATION_MISSING(true, "OpenHands does not know the conversation at the moment."),
  START_UNCLEAR(true, "OpenHands did not say whether the agent started; the runner looks again."),
  SET_ASIDE(true, "The runner failed at this run too often; its operator can put it back."),

  START_REFUSED(false, "OpenHands refused to start the agent."),
  START_FAILED(true, "OpenHands could not bring up a sandbox for the agent."),
  OPTION_UNSUPPORTED(
      false, "This OpenHands cannot do what the run's options ask for, such as another model."),
  PROFILE_UNKNOWN(false, "OpenHands has no such agent profile."),
  CLONE_FAILED(true, "The repository could not be cloned."),
  CONVERSATION_LOST(true, "OpenHands has lost the conversation."),
  AGENT_ERROR(true, "The agent ended with an error."),
  AGENT_REJECTED(true, "The agent rejected the task."),
  SANDBOX_FAILED(true, "The agent's sandbox broke."),
  AGENT_STUCK(true, "The agent repeated itself without getting on."),
  AGENT_INTERRUPTED(true, "The agent was interrupted by restarts of OpenHands too often."),
  ITERATION_LIMIT(true, "The agent used up its iterations."),
  BUDGET_LIMIT(true, "The agent used up its budget."),
  LLM_AUTHENTICATION(true, "The language model refused the agent's key."),
  LLM_QUOTA(true, "The language model's quota is used up."),
  LLM_UNAVAILABLE(true, "The language model did not answer the agent."),
  LLM_REFUSED(false, "The language model refused the agent's request."),
  CONTEXT_LIMIT(true, "The conversation outgrew the language model's context."),
  NO_PULL_REQUEST(true, "The agent is done, but no pull request was seen."),
  PULL_REQUEST_CLOSED(true, "The pull request was closed without being merged."),

  NEVER_STARTED(true, "No agent became free for the run in time."),
  START_TIMEOUT(true, "The agent did not begin to work in time."),
  STALLED(true, "The agent showed no sign of work for too long."),
  RUN_TIMEOUT(true, "The run's time is up."),

  CANCEL_REQUESTED(false, "The run was cancelled."),
  STOP_UNCONFIRMED(
      false, "The run was cancelled; OpenHands did not confirm that the agent stopped.");

  private final boolean retryable;
  private final String message;

  Reason(boolean retryable, String message) {
    this.retryable = retryable;
    this.message = message;
  }

  /// Whether the same request may succeed later.
  public boolean retryable() {
    return retryable;
  }

  /// One sentence for people, safe to show.
  public String message() {
    return message;
  }

  @Override
  public String toString() {
    return Words.of(this);
  }
}
