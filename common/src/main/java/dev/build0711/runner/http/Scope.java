package dev.build0711.runner.http;

/// What a token may be used for. [#toString] is the word of the API.
public enum Scope {
  RUNS_READ("runs:read"),
  RUNS_WRITE("runs:write");

  private final String word;

  Scope(String word) {
    this.word = word;
  }

  @Override
  public String toString() {
    return word;
  }
}
