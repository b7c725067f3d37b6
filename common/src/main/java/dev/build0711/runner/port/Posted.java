package dev.build0711.runner.port;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// What was posted at a webhook, as it came: signatures are about these bytes.
public final class Posted {

  private final Function<String, List<String>> headers;
  private final byte[] body;

  /// @param headers every value of the header with that name, whatever its case; empty for none
  /// @param body the bytes, which the caller changes no more
  public Posted(Function<String, List<String>> headers, byte[] body) {
    this.headers = headers;
    this.body = body;
  }

  /// The raw bytes; not to be changed.
  public byte[] body() {
    return body;
  }

  /// Every value of the header.
  public List<String> all(String name) {
    return headers.apply(name);
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
}
