package dev.build0711.runner.run;

/// Where a run stands, in the words of the API. [RunLifecycle] alone moves a run from one to
/// another.
public enum RunStatus {
  /// Accepted and stored; no agent works on it yet.
  QUEUED,
  /// An agent is being prepared or works.
  RUNNING,
  /// The agent waits for somebody: it asked, wants a confirmation, or was paused.
  AWAITING_INPUT,
  /// Cancel was accepted; the agent is not yet known to have stopped.
  CANCELLING,
  COMPLETED,
  FAILED,
  CANCELLED,
  TIMED_OUT;

  /// Whether the run has ended. Later proof may still turn FAILED and TIMED_OUT into COMPLETED.
  public boolean terminal() {
    return switch (this) {
      case QUEUED, RUNNING, AWAITING_INPUT, CANCELLING -> false;
      case COMPLETED, FAILED, CANCELLED, TIMED_OUT -> true;
    };
  }
}
