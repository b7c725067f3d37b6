package dev.build0711.runner.run;

import org.jspecify.annotations.Nullable;

/// What the run left behind.
///
/// @param message the agent's last words, at most [#MAX_MESSAGE] characters
public record Result(@Nullable String message) {

  public static final int MAX_MESSAGE = 20_000;
  public static final Result NONE = new Result(null);

  static Result of(String message) {
    return new Result(
        message.codePointCount(0, message.length()) <= MAX_MESSAGE
            ? message
            : message.substring(0, message.offsetByCodePoints(0, MAX_MESSAGE)));
  }
}
