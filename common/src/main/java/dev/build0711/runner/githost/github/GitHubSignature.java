package dev.build0711.runner.githost.github;

import dev.build0711.runner.githost.Hmac;
import dev.build0711.runner.port.Posted;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// GitHub's signature: `X-Hub-Signature-256: sha256=` and the lower-case hex of the HMAC-SHA256 of
/// the raw body, keyed with the webhook's secret as UTF-8. From GitHub's page "Validating webhook
/// deliveries".
final class GitHubSignature {

  private static final String HEADER = "X-Hub-Signature-256";
  private static final String PREFIX = "sha256=";
  private static final Pattern SHAPE = Pattern.compile(PREFIX + "[0-9a-f]{64}");

  private final Supplier<List<String>> secrets;

  /// @param secrets those that count now; while secrets are changed, the new one and the old one
  GitHubSignature(Supplier<List<String>> secrets) {
    this.secrets = secrets;
  }

  boolean configured() {
    return !usable().isEmpty();
  }

  boolean fits(Posted posted) {
    String given = posted.only(HEADER).orElse("");
    return SHAPE.matcher(given).matches()
        && usable().stream().anyMatch(secret -> same(given, signature(secret, posted.body())));
  }

  private List<String> usable() {
    return secrets.get().stream().filter(secret -> !secret.isEmpty()).toList();
  }

  private static String signature(String secret, byte[] body) {
    byte[] code = new Hmac(secret.getBytes(StandardCharsets.UTF_8)).of(body);
    return PREFIX + HexFormat.of().formatHex(code);
  }

  /// Takes as long for a wrong signature as for a right one.
  private static boolean same(String given, String right) {
    return MessageDigest.isEqual(
        given.getBytes(StandardCharsets.US_ASCII), right.getBytes(StandardCharsets.US_ASCII));
  }
}
