package dev.build0711.runner.run;

/// What makes a run COMPLETED. [#toString] is the word of the API.
public enum CompleteOn {
  /// The agent's finish or a linked pull request, whichever comes first.
  EITHER,
  /// The agent's finish alone.
  AGENT,
  /// A linked pull request, drafts included.
  PULL_REQUEST,
  /// A linked pull request that was merged.
  MERGE;

  @Override
  public String toString() {
    return Words.of(this);
  }
}
