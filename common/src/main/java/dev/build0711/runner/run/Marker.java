package dev.build0711.runner.run;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The signed comment by which a pull request names its run. Only the runner can make one, and the
/// agent is asked to copy it; anybody may read it, so it counts only in the run's own repository.
public final class Marker {

  private static final Pattern SHAPE =
      Pattern.compile("<!-- run:(run_[0-9a-z]{26}) sig:([0-9a-f]{32}) -->");
  private static final int MAX_TRIED = 20;

  private final Supplier<String> key;

  /// @param key asked for whenever something is signed
  public Marker(Supplier<String> key) {
    this.key = key;
  }

  /// The comment for `id`: `<!-- run:<run_id> sig:<first 32 hex digits of HMAC-SHA256(key, run_id)>
  /// -->`.
  public String of(RunId id) {
    return "<!-- run:" + id + " sig:" + signature(id.toString()) + " -->";
  }

  /// The run of the first marker in `text` whose signature is right.
  public Optional<RunId> find(String text) {
    Matcher matcher = SHAPE.matcher(text);
    for (int tried = 0; tried < MAX_TRIED && matcher.find(); tried++) {
      byte[] given = matcher.group(2).getBytes(StandardCharsets.US_ASCII);
      byte[] right = signature(matcher.group(1)).getBytes(StandardCharsets.US_ASCII);
      if (MessageDigest.isEqual(right, given)) {
        return parse(matcher.group(1));
      }
    }
    return Optional.empty();
  }

  private static Optional<RunId> parse(String id) {
    try {
      return Optional.of(RunId.parse(id));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private String signature(String id) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.get().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(id.getBytes(StandardCharsets.US_ASCII)), 0, 16);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }
}
