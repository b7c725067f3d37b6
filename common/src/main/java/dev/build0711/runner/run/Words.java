package dev.build0711.runner.run;

import java.util.Locale;

/// The lower-case words that constants are called by outside Java: in JSON, in SQL, in the docs.
final class Words {

  private Words() {}

  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
