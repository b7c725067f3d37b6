package dev.build0711.runner.openhands;

/// Texts of agents on their way into a run.
public final class Texts {

  private static final int REPLACEMENT = 0xFFFD;

  private Texts() {}

  /// `text` with U+FFFD for what PostgreSQL keeps in no text, and UTF-8 has no form for: U+0000 and
  /// halves of surrogate pairs. A run with one of them could never be written again.
  public static String clean(String text) {
    return text.codePoints().noneMatch(Texts::odd)
        ? text
        : text.codePoints()
            .map(point -> odd(point) ? REPLACEMENT : point)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
  }

  private static boolean odd(int point) {
    return point == 0 || (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
  }
}
