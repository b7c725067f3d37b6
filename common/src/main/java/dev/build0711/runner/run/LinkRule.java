package dev.build0711.runner.run;

/// Why a pull request is taken for a run's, strongest first. [#toString] is the word of the API.
public enum LinkRule {
  /// The signed marker stands in its text.
  MARKER,
  /// Its branch, in the run's own repository, is the one reserved for the run or its conversation.
  BRANCH,
  /// Its text links to the run's conversation on one of our backends.
  CONVERSATION_LINK,
  /// The agent named it, and it was created after the run had started.
  BACKEND,
  /// Its head is a commit that the backend reports.
  HEAD_SHA;

  @Override
  public String toString() {
    return Words.of(this);
  }
}
