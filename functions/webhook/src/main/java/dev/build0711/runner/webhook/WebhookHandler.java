package dev.build0711.runner.webhook;

import dev.build0711.runner.app.ReceiveWebhook;
import dev.build0711.runner.app.ReceiveWebhook.Receipt;
import dev.build0711.runner.http.Call;
import dev.build0711.runner.http.Handler;
import dev.build0711.runner.http.ProblemException;
import dev.build0711.runner.http.ProblemType;
import dev.build0711.runner.http.Reply;
import dev.build0711.runner.port.DeliveryStore.Outcome;
import dev.build0711.runner.port.GitDelivery;
import dev.build0711.runner.port.GitHost;
import dev.build0711.runner.port.Posted;
import dev.build0711.runner.port.UnreadableDelivery;
import dev.build0711.runner.run.RunId;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One git host's webhook. Whoever cannot prove to be the host learns nothing of what its body
/// would have done; what the host sent is answered 2xx, even where it is of no use, because hosts
/// switch off webhooks that refuse.
final class WebhookHandler implements Handler {

  private static final String FORM = "application/x-www-form-urlencoded";

  private final GitHost host;
  private final ReceiveWebhook receive;

  WebhookHandler(GitHost host, ReceiveWebhook receive) {
    this.host = host;
    this.receive = receive;
  }

  @Override
  public void admit(Call call) {
    if (!host.configured()) {
      throw new ProblemException(
          ProblemType.NOT_FOUND, "No secret is configured for this git host's webhooks.");
    }
  }

  @Override
  public Reply handle(Call call) {
    Posted posted = new Posted(call::headers, call.body());
    if (!host.authentic(posted)) {
      throw new ProblemException(
          ProblemType.NOT_AUTHENTIC, "The signature or token does not fit the configured secret.");
    }
    refuseForm(call);
    Receipt receipt = receive.receive(read(posted));
    return reply(receipt.deliveryId(), receipt.outcome(), receipt.runId());
  }

  static void refuseForm(Call call) {
    String type = call.header("Content-Type").orElse("").toLowerCase(Locale.ROOT);
    if (type.startsWith(FORM)) {
      throw new ProblemException(
          ProblemType.UNSUPPORTED_MEDIA_TYPE,
          "Set the webhook's content type to application/json where it is sent from.");
    }
  }

  private GitDelivery read(Posted posted) {
    try {
      return host.read(posted);
    } catch (UnreadableDelivery e) {
      throw new ProblemException(
          ProblemType.MALFORMED_JSON, "The body must be a JSON object, nested at most 500 deep.");
    }
  }

  static Reply reply(String deliveryId, Outcome outcome, @Nullable RunId runId) {
    return Reply.json(
        200,
        json ->
            json.object(() -> {
              json.text("delivery_id", deliveryId);
              json.word("outcome", outcome);
              json.text("run_id", runId == null ? null : runId.toString());
            }));
  }
}
