package dev.build0711.runner.postgres;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// One step of the schema, and the step back.
///
/// @param version 1, 2, 3 …
/// @param name what it does, in snake_case
record Migration(int version, String name, String up, String down) {

  private static final String REPEATABLE = "-- Repeatable:";

  /// Whether its first line says that its way up is run again at the end of every way up. It can
  /// be, then, however often it was run before.
  boolean repeatable() {
    return up.startsWith(REPEATABLE);
  }

  /// The SHA-256 of the way up, in lower-case hex.
  String checksum() {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(up.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
