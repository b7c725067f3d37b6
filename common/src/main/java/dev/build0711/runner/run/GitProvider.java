package dev.build0711.runner.run;

/// The kind of git host a repository lies on. [#toString] is the word of the API.
public enum GitProvider {
  GITHUB,
  GITLAB;

  @Override
  public String toString() {
    return Words.of(this);
  }
}
