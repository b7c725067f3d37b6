package dev.build0711.runner.http;

import java.util.List;
import java.util.Locale;

/// What the headers say of the media types on both ways.
final class Negotiation {

  private Negotiation() {}

  /// @throws ProblemException `unsupported_media_type` unless the body is JSON in plain UTF-8
  static void requireJsonBody(List<String> contentType, List<String> contentEncoding) {
    boolean plain = contentEncoding.stream().allMatch("identity"::equalsIgnoreCase);
    if (!plain || contentType.size() != 1 || !isJson(contentType.getFirst())) {
      throw new ProblemException(
          ProblemType.UNSUPPORTED_MEDIA_TYPE,
          "Send the body with Content-Type: application/json, in UTF-8 and not compressed.");
    }
  }

  /// @throws ProblemException `not_acceptable` if `Accept` (RFC 9110, 12.5.1) leaves out JSON
  static void requireJsonAccepted(List<String> accept) {
    if (!accept.isEmpty() && !acceptsJson(accept)) {
      throw new ProblemException(
          ProblemType.NOT_ACCEPTABLE, "The answer is application/json; Accept leaves that out.");
    }
  }

  private static boolean isJson(String contentType) {
    String[] parts = contentType.toLowerCase(Locale.ROOT).split(";", -1);
    if (!parts[0].strip().equals("application/json")) {
      return false;
    }
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip();
      if (parameter.startsWith("charset=")
          && !parameter.equals("charset=utf-8")
          && !parameter.equals("charset=\"utf-8\"")) {
        return false;
      }
    }
    return true;
  }

  /// The most exact of the ranges that JSON falls in decides.
  private static boolean acceptsJson(List<String> accept) {
    int best = -1;
    boolean accepted = false;
    for (String header : accept) {
      for (String range : header.toLowerCase(Locale.ROOT).split(",", -1)) {
        String[] parts = range.split(";", -1);
        int exactness =
            switch (parts[0].strip()) {
              case "application/json" -> 2;
              case "application/*" -> 1;
              case "*/*" -> 0;
              default -> -1;
            };
        if (exactness > best) {
          best = exactness;
          accepted = !refused(parts);
        }
      }
    }
    return accepted;
  }

  private static boolean refused(String[] parts) {
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip();
      if (parameter.startsWith("q=") && isZero(parameter.substring(2))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isZero(String weight) {
    return weight.startsWith("0") && weight.chars().allMatch(c -> c == '0' || c == '.');
  }
}
