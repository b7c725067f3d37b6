package dev.build0711.runner.config;

import org.jspecify.annotations.Nullable;

/// One thing that is wrong with the configuration.
///
/// @param name the key, or what stands in its place
/// @param expected what would be right
/// @param origin the variable, or the file and line, it came from
/// @param found the value as it may be shown; null for secrets and where there is none
public record Mistake(String name, String expected, String origin, @Nullable String found) {

  private static final int MAX_SHOWN = 80;

  /// A mistake in a value, which is shown unless it may hold a secret.
  static Mistake in(ConfigKey key, Given given, String expected) {
    return in(key, given, given.text(), expected);
  }

  /// A mistake in one part of a value, which alone is shown unless the value may hold a secret.
  static Mistake in(ConfigKey key, Given given, String part, String expected) {
    boolean hidden = key.secret() || given.text().contains("@");
    return new Mistake(key.key(), expected, given.origin(), hidden ? null : shown(part));
  }

  @Override
  public String toString() {
    return name
        + " ("
        + origin
        + "): expected "
        + expected
        + (found == null ? "" : ", found \"" + found + "\"");
  }

  private static String shown(String text) {
    String cut = text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
    return cut.replaceAll("\\p{Cntrl}", "?");
  }
}
