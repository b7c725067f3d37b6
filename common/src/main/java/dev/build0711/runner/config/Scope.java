package dev.build0711.runner.config;

/// What the holder of a token may do. [#toString] is the word of the configuration and the API.
public enum Scope {
  RUNS_READ,
  RUNS_WRITE;

  @Override
  public String toString() {
    return Words.of(this).replace('-', ':');
  }
}
