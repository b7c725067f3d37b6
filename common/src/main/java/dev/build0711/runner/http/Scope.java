package dev.build0711.runner.http;

import java.util.Optional;

/// What a token may be used for. [#toString] is the word of the API.
public enum Scope {
  RUNS_READ("runs:read"),
  RUNS_WRITE("runs:write");

  private final String word;

  Scope(String word) {
    this.word = word;
  }

  /// The scope of that word, empty where there is none.
  public static Optional<Scope> of(String word) {
    for (Scope scope : values()) {
      if (scope.word.equals(word)) {
        return Optional.of(scope);
      }
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return word;
  }
}
