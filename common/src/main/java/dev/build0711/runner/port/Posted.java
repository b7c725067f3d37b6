package dev.build0711.runner.port;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What was posted at a webhook, as it came: signatures are about these bytes.
public final class Posted {

  private final Map<String, List<String>> headers = new TreeMap<>();
  private final byte[] body;

  /// @param headers by name, in any case; a name may have several values
  /// @param body the bytes, which the caller changes no more
  public Posted(Map<String, List<String>> headers, byte[] body) {
    headers.forEach((name, values) -> all(this.headers, name).addAll(values));
    this.body = body;
  }

  /// The raw bytes; not to be changed.
  public byte[] body() {
    return body;
  }

  /// Every value of the header, whatever the case of its name.
  public List<String> all(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
  }

  /// The value of a header that was sent exactly once and is not empty.
  public Optional<String> only(String name) {
    List<String> values = all(name);
    return values.size() == 1 && !values.getFirst().isEmpty()
        ? Optional.of(values.getFirst())
        : Optional.empty();
  }

  /// The SHA-256 of the body in lower-case hex.
  public String digest() {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static List<String> all(Map<String, List<String>> headers, String name) {
    return headers.computeIfAbsent(name.toLowerCase(Locale.ROOT), _ -> new ArrayList<>());
  }
}
