package dev.build0711.runner.config;

import java.util.Arrays;
import java.util.List;

/// The comma-separated lists of the configuration.
final class Commas {

  private Commas() {}

  /// The parts without the space around them; empty parts are left out.
  static List<String> split(String text) {
    return split(text, ",");
  }

  /// The parts between separators, which is a regular expression.
  static List<String> split(String text, String separator) {
    return Arrays.stream(text.split(separator, -1))
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .toList();
  }
}
