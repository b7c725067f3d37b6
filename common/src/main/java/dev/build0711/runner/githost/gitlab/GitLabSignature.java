package dev.build0711.runner.githost.gitlab;

import dev.build0711.runner.githost.Hmac;
import dev.build0711.runner.port.Posted;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// GitLab's two ways to prove a delivery. Since 19.0 with a signing token, the signature of
/// Standard Webhooks: `webhook-signature: v1,<base64>` of the HMAC-SHA256 of
/// `{id}.{timestamp}.{body}`, keyed with the decoded bytes of the `whsec_` token. Before, and
/// without such a token, the secret token itself in `X-Gitlab-Token`. A signature that was sent
/// decides alone.
final class GitLabSignature {

  /// How old, or how far ahead of our clock, a signed delivery may be; that of the Standard
  /// Webhooks libraries.
  static final Duration TOLERANCE = Duration.ofMinutes(5);

  private static final String SIGNATURE = "webhook-signature";
  private static final String TOKEN_PREFIX = "whsec_";
  private static final String VERSION = "v1,";
  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,12}");

  private final Supplier<List<String>> signingTokens;
  private final Supplier<List<String>> secretTokens;
  private final InstantSource clock;

  GitLabSignature(
      Supplier<List<String>> signingTokens,
      Supplier<List<String>> secretTokens,
      InstantSource clock) {
    this.signingTokens = signingTokens;
    this.secretTokens = secretTokens;
    this.clock = clock;
  }

  boolean configured() {
    return Stream.concat(signingTokens.get().stream(), secretTokens.get().stream())
        .anyMatch(token -> !token.isEmpty());
  }

  boolean fits(Posted posted) {
    return posted.all(SIGNATURE).isEmpty() ? tokenFits(posted) : signatureFits(posted);
  }

  private boolean tokenFits(Posted posted) {
    String given = posted.only("X-Gitlab-Token").orElse("");
    return !given.isEmpty() && secretTokens.get().stream().anyMatch(right -> same(given, right));
  }

  private boolean signatureFits(Posted posted) {
    String id = posted.only("webhook-id").orElse("");
    String timestamp = posted.only("webhook-timestamp").orElse("");
    if (id.isEmpty() || !recent(timestamp)) {
      return false;
    }
    byte[] head = (id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8);
    List<String> given = List.of(posted.only(SIGNATURE).orElse("").split(" ", -1));
    return signingTokens.get().stream()
        .flatMap(GitLabSignature::key)
        .map(key -> VERSION + Base64.getEncoder().encodeToString(key.of(head, posted.body())))
        .anyMatch(right -> given.stream().anyMatch(entry -> same(entry, right)));
  }

  private boolean recent(String timestamp) {
    return SECONDS.matcher(timestamp).matches()
        && Math.abs(clock.instant().getEpochSecond() - Long.parseLong(timestamp))
            <= TOLERANCE.toSeconds();
  }

  /// The key of a signing token, none where the token is not as GitLab makes them.
  private static Stream<Hmac> key(String token) {
    String encoded =
        token.startsWith(TOKEN_PREFIX) ? token.substring(TOKEN_PREFIX.length()) : token;
    try {
      byte[] key = Base64.getDecoder().decode(encoded);
      return key.length == 0 ? Stream.empty() : Stream.of(new Hmac(key));
    } catch (IllegalArgumentException e) {
      return Stream.empty();
    }
  }

  /// Takes as long for a wrong value as for a right one of the same length.
  private static boolean same(String given, String right) {
    return MessageDigest.isEqual(
        given.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));
  }
}
