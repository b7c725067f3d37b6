package dev.build0711.runner.http;

/// Kinds of ASCII characters.
public final class Ascii {

  private Ascii() {}

  public static boolean isLetterOrDigit(int c) {
    return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  static boolean isLowerHex(int c) {
    return isDigit(c) || (c >= 'a' && c <= 'f');
  }

  /// Whether a character leaves a mark on paper.
  public static boolean isVisible(int c) {
    return c > ' ' && c < 0x7f;
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }
}
