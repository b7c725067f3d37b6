package dev.build0711.runner.config;

import dev.build0711.runner.port.Secrets;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A value that nobody may see: given as it is, or by the name under which Secret Manager keeps it,
/// `sm://projects/P/secrets/S[/versions/V]`. Prints as `***`.
public final class Secret {

  private static final String SCHEME = "sm://";
  private static final Pattern REFERENCE =
      Pattern.compile(
          "sm://(projects/[a-z0-9:.-]{1,100}/secrets/[A-Za-z0-9_-]{1,255})"
              + "(/versions/([0-9]{1,10}|latest|[A-Za-z][A-Za-z0-9_-]{0,62}))?");

  private final @Nullable String reference;
  private final String literal;

  private Secret(@Nullable String reference, String literal) {
    this.reference = reference;
    this.literal = literal;
  }

  /// Reads a value of the configuration.
  ///
  /// @throws IllegalArgumentException if it begins like a reference and is none
  public static Secret of(String text) {
    if (!text.startsWith(SCHEME)) {
      return new Secret(null, text);
    }
    Matcher matcher = REFERENCE.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a reference to a secret");
    }
    String version = matcher.group(3) == null ? "latest" : matcher.group(3);
    return new Secret(matcher.group(1) + "/versions/" + version, "");
  }

  /// The value, read from `secrets` only where it is a reference. Line ends at its end are no part
  /// of a secret that was read.
  ///
  /// @throws Secrets.SecretUnavailable if it cannot be read now
  public String value(Secrets secrets) {
    return reference == null ? literal : secrets.read(reference).stripTrailing();
  }

  /// What Secret Manager calls it: `projects/P/secrets/S/versions/V`; empty for a literal.
  public Optional<String> reference() {
    return Optional.ofNullable(reference);
  }

  /// The value where it was given as it is.
  Optional<String> literal() {
    return reference == null ? Optional.of(literal) : Optional.empty();
  }

  /// Compares in a time that does not depend on where the values differ.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Secret secret && MessageDigest.isEqual(bytes(), secret.bytes());
  }

  @Override
  public int hashCode() {
    return reference == null ? 0 : reference.hashCode();
  }

  @Override
  public String toString() {
    return "***";
  }

  private byte[] bytes() {
    return (reference == null ? "=" + literal : SCHEME + reference)
        .getBytes(StandardCharsets.UTF_8);
  }
}
