package dev.build0711.runner.webhook;

import com.google.cloud.functions.HttpFunction;
import com.google.cloud.functions.HttpRequest;
import com.google.cloud.functions.HttpResponse;
import dev.build0711.runner.app.ReceiveWebhook;
import dev.build0711.runner.app.TakeHint;
import dev.build0711.runner.config.Need;
import dev.build0711.runner.http.Edge;
import dev.build0711.runner.http.Endpoint;
import dev.build0711.runner.http.Handler;
import dev.build0711.runner.http.Route;
import dev.build0711.runner.port.BackendPush;
import dev.build0711.runner.port.GitHost;
import dev.build0711.runner.port.WakeUps;
import dev.build0711.runner.wiring.Wiring;
import java.util.Map;

/// Entry point of the webhooks of GitHub, GitLab and OpenHands. Made once per instance and shared
/// by all its threads.
public final class WebhookFunction implements HttpFunction {

  private final Endpoint endpoint;

  /// For the platform, which can only call this one.
  public WebhookFunction() {
    this(Wiring.fromEnvironment(Need.DATABASE, Need.QUEUE, Need.MARKER_KEY));
  }

  private WebhookFunction(Wiring wiring) {
    this(wiring, wiring.wakeUps());
  }

  private WebhookFunction(Wiring wiring, WakeUps wakeUps) {
    this(
        wiring.edge(),
        new GitWebhooks(wiring.receiveWebhook(wakeUps), wiring.gitHub(), wiring.gitLab()),
        new Push(wiring.takeHint(wakeUps), wiring.backendPush()));
  }

  WebhookFunction(Edge edge, GitWebhooks git, Push push) {
    this.endpoint = Endpoint.ofFunction(edge, handlers(git, push));
  }

  /// What takes the deliveries of git hosts.
  public record GitWebhooks(ReceiveWebhook receive, GitHost gitHub, GitHost gitLab) {}

  /// What takes the hints of backends.
  public record Push(TakeHint takeHint, BackendPush sender) {}

  /// What the function answers, for whoever serves it in another container.
  public static Map<Route, Handler> handlers(GitWebhooks git, Push push) {
    Handler conversation = new HintHandler(push.sender(), push.takeHint(), false);
    return Map.of(
        Route.GITHUB_WEBHOOK, new WebhookHandler(git.gitHub(), git.receive()),
        Route.GITLAB_WEBHOOK, new WebhookHandler(git.gitLab(), git.receive()),
        Route.OPENHANDS_WEBHOOK, conversation,
        Route.OPENHANDS_CONVERSATION_WEBHOOK, conversation,
        Route.OPENHANDS_EVENTS_WEBHOOK, new HintHandler(push.sender(), push.takeHint(), true));
  }

  @Override
  public void service(HttpRequest request, HttpResponse response) {
    endpoint.service(request, response);
  }
}
