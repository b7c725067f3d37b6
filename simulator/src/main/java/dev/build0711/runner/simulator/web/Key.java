package dev.build0711.runner.simulator.web;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/// What callers must show as `X-Session-API-Key`.
///
/// @param value the key, null for a server that is open
public record Key(@Nullable String value) {

  /// Whether the request may pass.
  public boolean opensFor(Request request) {
    String given = request.header("X-Session-API-Key");
    return value == null
        || (given != null
            && MessageDigest.isEqual(
                value.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8)));
  }

  /// What one is told who may not.
  public static Refusal refusal() {
    return Refusal.of(401, "Unauthorized");
  }

  @Override
  public String toString() {
    return "Key";
  }
}
