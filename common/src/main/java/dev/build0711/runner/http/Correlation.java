package dev.build0711.runner.http;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The ids by which a request is found again elsewhere.
final class Correlation {

  private static final int MAX_REQUEST_ID = 64;
  private static final int TRACE_DIGITS = 32;

  private Correlation() {}

  /// The caller's `X-Request-Id` where it is one, else a new id.
  static String requestId(Map<String, List<String>> headers, RandomGenerator random) {
    List<String> given = headers.getOrDefault("X-Request-Id", List.of());
    return given.size() == 1 && isRequestId(given.getFirst()) ? given.getFirst() : newId(random);
  }

  /// 32 hex digits that nothing else is called by.
  static String newId(RandomGenerator random) {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong());
  }

  /// The trace's id from `traceparent` (W3C Trace Context), else from Google's own header.
  static @Nullable String trace(Map<String, List<String>> headers) {
    String parent = String.join(",", headers.getOrDefault("traceparent", List.of()));
    if (parent.length() >= 55 && parent.charAt(2) == '-' && parent.charAt(35) == '-') {
      String id = parent.substring(3, 35);
      if (isTrace(id)) {
        return id;
      }
    }
    String google = String.join(",", headers.getOrDefault("X-Cloud-Trace-Context", List.of()));
    String id = google.substring(0, Math.min(TRACE_DIGITS, google.length()));
    return isTrace(id) ? id : null;
  }

  private static boolean isRequestId(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_REQUEST_ID
        && text.chars().allMatch(c -> Ascii.isLetterOrDigit(c) || "._-".indexOf(c) >= 0);
  }

  private static boolean isTrace(String id) {
    return id.length() == TRACE_DIGITS
        && id.chars().allMatch(Ascii::isLowerHex)
        && id.chars().anyMatch(c -> c != '0');
  }
}
