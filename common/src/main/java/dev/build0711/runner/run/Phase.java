package dev.build0711.runner.run;

/// How far a RUNNING run is, in the order in which phases come. [#toString] is the word of the API.
public enum Phase {
  /// The repository is being cloned.
  PREPARING,
  /// The conversation exists, the agent has not begun.
  STARTING,
  /// The agent works.
  WORKING,
  /// The agent is done; its pull request has not been seen yet.
  FINALIZING,
  /// The agent is done; its pull request is not merged yet.
  AWAITING_MERGE;

  @Override
  public String toString() {
    return Words.of(this);
  }
}
