package dev.build0711.runner.port;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// A file that a run left, as it is handed to the store.
///
/// @param name its name in the API, such as `diff.patch`; see [#isName]
/// @param bytes at most [#MAX_BYTES]; not copied
/// @param truncated whether there was more
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
public record Artifact(String name, String mediaType, byte[] bytes, boolean truncated) {

  public static final int MAX_BYTES = 5 * 1024 * 1024;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  /// @throws IllegalArgumentException if the name or the size breaks its rule
  public Artifact {
    if (!isName(name) || bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException("no artifact: " + bytes.length + " bytes");
    }
  }

  /// Whether an artifact may be called that: up to 100 letters, digits, dots, dashes and
  /// underscores, the first a letter or a digit. Such a name is safe in paths and headers.
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /// The SHA-256 of some bytes in 64 lower-case hex digits, by which artifacts are recognised.
  public static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return name + ", " + bytes.length + " bytes" + (truncated ? ", truncated" : "");
  }
}
