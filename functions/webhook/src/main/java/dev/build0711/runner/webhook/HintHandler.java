package dev.build0711.runner.webhook;

import dev.build0711.runner.app.TakeHint;
import dev.build0711.runner.http.Call;
import dev.build0711.runner.http.Handler;
import dev.build0711.runner.http.ProblemException;
import dev.build0711.runner.http.ProblemType;
import dev.build0711.runner.http.Reply;
import dev.build0711.runner.port.BackendPush;
import dev.build0711.runner.port.DeliveryStore.Outcome;
import dev.build0711.runner.port.Posted;
import dev.build0711.runner.port.UnreadableDelivery;
import dev.build0711.runner.run.RunId;
import java.util.Map;
import java.util.Optional;

/// A backend's webhook, which only says that a look may be worth while. Nothing of it is stored, so
/// that a delivery is named by what it holds.
final class HintHandler implements Handler {

  private final BackendPush push;
  private final TakeHint takeHint;
  private final boolean events;

  /// @param events whether the path names the conversation and the body is a batch of its events
  HintHandler(BackendPush push, TakeHint takeHint, boolean events) {
    this.push = push;
    this.takeHint = takeHint;
    this.events = events;
  }

  @Override
  public void admit(Call call) {
    if (!push.configured()) {
      throw new ProblemException(
          ProblemType.NOT_FOUND, "No secret is configured for webhooks from OpenHands.");
    }
    if (!push.authentic(posted(call))) {
      throw new ProblemException(
          ProblemType.NOT_AUTHENTIC,
          "The bearer token is not the configured secret.",
          Map.of("WWW-Authenticate", "Bearer"));
    }
  }

  @Override
  public Reply handle(Call call) {
    WebhookHandler.refuseForm(call);
    Posted posted = posted(call);
    Optional<RunId> run = news(posted, call).flatMap(takeHint::take);
    return WebhookHandler.reply(
        "sha256:" + posted.digest(),
        run.isPresent() ? Outcome.APPLIED : Outcome.IGNORED,
        run.orElse(null));
  }

  private Optional<String> news(Posted posted, Call call) {
    try {
      return push.news(posted, events ? call.path("conversation_id") : null);
    } catch (UnreadableDelivery e) {
      throw new ProblemException(
          ProblemType.MALFORMED_JSON,
          events
              ? "The body must be a JSON array, nested at most 500 deep."
              : "The body must be a JSON object, nested at most 500 deep.");
    }
  }

  private static Posted posted(Call call) {
    return new Posted(call::headers, call.body());
  }
}
