package dev.build0711.runner.http;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What addresses in answers begin with: the configured address, otherwise the one the caller used.
final class BaseUrl {

  private static final int MAX_HOST = 255;

  private BaseUrl() {}

  /// Without a slash at its end; empty where nothing sensible is known, so that addresses are
  /// relative.
  static String of(@Nullable URI configured, String requestUri, Map<String, List<String>> headers) {
    if (configured != null) {
      String text = configured.toString();
      return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }
    String host = first(headers, "X-Forwarded-Host");
    if (host == null || !isHost(host)) {
      host = first(headers, "Host");
    }
    if (host == null || !isHost(host)) {
      return "";
    }
    return scheme(requestUri, headers) + "://" + host;
  }

  private static String scheme(String requestUri, Map<String, List<String>> headers) {
    return switch (first(headers, "X-Forwarded-Proto")) {
      case "https" -> "https";
      case "http" -> "http";
      case null, default -> requestUri.startsWith("https:") ? "https" : "http";
    };
  }

  /// Proxies append; the first value is the one nearest to the caller.
  private static @Nullable String first(Map<String, List<String>> headers, String name) {
    List<String> values = headers.getOrDefault(name, List.of());
    if (values.isEmpty()) {
      return null;
    }
    String value = values.getFirst();
    int comma = value.indexOf(',');
    return (comma < 0 ? value : value.substring(0, comma)).strip();
  }

  private static boolean isHost(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_HOST
        && text.chars().allMatch(c -> Ascii.isLetterOrDigit(c) || ".-:[]".indexOf(c) >= 0);
  }
}
