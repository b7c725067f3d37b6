package dev.build0711.runner.exchange;

import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One request to a server.
///
/// @param headers may hold secrets, so an exchange is never written out
/// @param repeatable whether the request does the same when it arrives twice
/// @param cap how many bytes of the answer are read at most
public record Exchange(
    String method,
    URI uri,
    Map<String, String> headers,
    @Nullable String body,
    boolean repeatable,
    int cap) {

  public static final int DEFAULT_CAP = 8 * 1024 * 1024;

  public Exchange {
    headers = Map.copyOf(headers);
  }

  @Override
  public String toString() {
    return method + " " + uri.getPath();
  }
}
