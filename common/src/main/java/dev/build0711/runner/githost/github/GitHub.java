package dev.build0711.runner.githost.github;

import dev.build0711.runner.githost.Payload;
import dev.build0711.runner.port.GitDelivery;
import dev.build0711.runner.port.GitHost;
import dev.build0711.runner.port.Posted;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// GitHub as the sender of webhooks.
public final class GitHub implements GitHost {

  private static final Pattern GUID = Pattern.compile("[!-~]{1,100}");
  private static final Pattern KIND = Pattern.compile("[a-z_]{1,50}");

  private final GitHubSignature signature;

  /// @param secrets the webhooks' secrets that count now; read anew for every delivery
  public GitHub(Supplier<List<String>> secrets) {
    this.signature = new GitHubSignature(secrets);
  }

  @Override
  public boolean configured() {
    return signature.configured();
  }

  @Override
  public boolean authentic(Posted posted) {
    return signature.fits(posted);
  }

  /// The GUID names the event: a redelivery has the same one, and so has the same event through
  /// another webhook.
  @Override
  public GitDelivery read(Posted posted) {
    Payload body = Payload.of(posted.body());
    String digest = posted.digest();
    String key =
        posted
            .only("X-GitHub-Delivery")
            .filter(guid -> GUID.matcher(guid).matches())
            .orElse("sha256:" + digest);
    String kind =
        posted
            .only("X-GitHub-Event")
            .filter(name -> KIND.matcher(name).matches())
            .orElse("unknown");
    return new GitDelivery("github", key, kind, digest, GitHubPayloads.event(kind, body));
  }
}
