package dev.build0711.runner.http;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/// Validators of representations (RFC 9110, 8.8.3).
final class ETag {

  private static final int BYTES = 15;

  private ETag() {}

  static String of(byte[] representation) {
    byte[] start = Arrays.copyOf(Sha256.digest(representation), BYTES);
    return '"' + Base64.getUrlEncoder().withoutPadding().encodeToString(start) + '"';
  }

  /// Whether one of the tags of `If-None-Match` is `tag`, by the weak comparison that this header
  /// asks for. Our tags hold no comma, so a list can be cut at commas.
  static boolean matches(List<String> ifNoneMatch, String tag) {
    for (String header : ifNoneMatch) {
      for (String part : header.split(",", -1)) {
        String candidate = part.strip();
        if (candidate.equals("*")
            || candidate.equals(tag)
            || (candidate.startsWith("W/") && candidate.substring(2).equals(tag))) {
          return true;
        }
      }
    }
    return false;
  }
}
