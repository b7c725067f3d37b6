package dev.build0711.runner.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// The words that constants are called by in the configuration.
final class Words {

  private Words() {}

  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// `one of a, b, c`, in the order of the constants.
  static String oneOf(Enum<?>[] constants) {
    return Arrays.stream(constants)
        .map(Object::toString)
        .collect(Collectors.joining(", ", "one of ", ""));
  }
}
