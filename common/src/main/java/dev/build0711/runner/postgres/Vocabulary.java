package dev.build0711.runner.postgres;

import java.util.Arrays;

/// The words that constants are called in rows.
final class Vocabulary {

  private Vocabulary() {}

  /// The constant that is written `word`.
  ///
  /// @throws IllegalStateException if this release knows no such word
  static <E extends Enum<E>> E of(Class<E> type, String word) {
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> constant.toString().equals(word))
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException("no " + type.getSimpleName() + " is called " + word));
  }
}
