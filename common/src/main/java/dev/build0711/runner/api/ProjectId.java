package dev.build0711.runner.api;

import dev.build0711.runner.http.Ascii;

/// The rule for names of projects.
public final class ProjectId {

  public static final int MAX_LENGTH = 128;
  public static final String RULE =
      "must begin with a letter or digit and go on with letters, digits, '.', '_' and '-'";

  private ProjectId() {}

  /// Whether a text is a project's name: `[A-Za-z0-9][A-Za-z0-9._-]{0,127}`.
  public static boolean isValid(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_LENGTH
        && Ascii.isLetterOrDigit(text.charAt(0))
        && text.chars().allMatch(c -> Ascii.isLetterOrDigit(c) || "._-".indexOf(c) >= 0);
  }
}
