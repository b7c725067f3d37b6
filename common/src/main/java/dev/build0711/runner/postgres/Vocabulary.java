package dev.build0711.runner.postgres;

/// The words that constants are called in rows.
final class Vocabulary {

  private Vocabulary() {}

  /// The constant that is written `word`.
  ///
  /// @throws IllegalStateException if this release knows no such word
  static <E extends Enum<E>> E of(Class<E> type, String word) {
    for (E constant : type.getEnumConstants()) {
      if (constant.toString().equals(word)) {
        return constant;
      }
    }
    throw new IllegalStateException("no " + type.getSimpleName() + " is called " + word);
  }
}
