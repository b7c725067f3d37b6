package dev.build0711.runner.githost.gitlab;

import dev.build0711.runner.githost.Payload;
import dev.build0711.runner.port.GitDelivery;
import dev.build0711.runner.port.GitHost;
import dev.build0711.runner.port.Posted;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// GitLab as the sender of webhooks.
public final class GitLab implements GitHost {

  private static final Pattern KEY = Pattern.compile("[!-~]{1,100}");
  private static final Pattern KIND = Pattern.compile("[a-z_]{1,50}");

  private final GitLabSignature signature;

  /// @param signingTokens the `whsec_` tokens that count now; read anew for every delivery
  /// @param secretTokens the secret tokens that count now, for hooks without a signing token
  public GitLab(
      Supplier<List<String>> signingTokens,
      Supplier<List<String>> secretTokens,
      InstantSource clock) {
    this.signature = new GitLabSignature(signingTokens, secretTokens, clock);
  }

  @Override
  public boolean configured() {
    return signature.configured();
  }

  @Override
  public boolean authentic(Posted posted) {
    return signature.fits(posted);
  }

  @Override
  public GitDelivery read(Posted posted) {
    Payload body = Payload.of(posted.body());
    String kind = GitLabPayloads.kind(body);
    String instance = posted.only("X-Gitlab-Instance").map(Payload::hostOf).orElse(null);
    return new GitDelivery(
        "gitlab",
        key(posted, body, kind),
        KIND.matcher(kind).matches() ? kind : "unknown",
        posted.digest(),
        GitLabPayloads.event(kind, body, instance));
  }

  /// `Idempotency-Key` (since 17.4), which `webhook-id` (since 19.0) repeats, stays the same when a
  /// delivery is sent again; the headers with `UUID` in their name do not.
  private static String key(Posted posted, Payload body, String kind) {
    return header(posted, "Idempotency-Key")
        .or(() -> header(posted, "webhook-id"))
        .or(() -> kind.equals("merge_request") ? mergeRequestKey(body) : Optional.empty())
        .orElseGet(() -> "sha256:" + posted.digest());
  }

  private static Optional<String> header(Posted posted, String name) {
    return posted.only(name).filter(value -> KEY.matcher(value).matches());
  }

  private static Optional<String> mergeRequestKey(Payload body) {
    Payload request = body.at("object_attributes");
    Long project = request.number("target_project_id");
    Long iid = request.number("iid");
    var updated = request.time("updated_at");
    String action = request.text("action");
    return project == null || iid == null || updated == null || !action.matches("[a-z_]{0,30}")
        ? Optional.empty()
        : Optional.of("mr:" + project + ":" + iid + ":" + updated + ":" + action);
  }
}
