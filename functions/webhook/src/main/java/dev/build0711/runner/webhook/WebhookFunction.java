package dev.build0711.runner.webhook;

import com.google.cloud.functions.HttpFunction;
import com.google.cloud.functions.HttpRequest;
import com.google.cloud.functions.HttpResponse;
import dev.build0711.runner.app.ReceiveWebhook;
import dev.build0711.runner.config.Need;
import dev.build0711.runner.http.Edge;
import dev.build0711.runner.http.Endpoint;
import dev.build0711.runner.http.Handler;
import dev.build0711.runner.http.Route;
import dev.build0711.runner.port.GitHost;
import dev.build0711.runner.wiring.Wiring;
import java.util.Map;

/// Entry point of `POST /webhooks/github` and `POST /webhooks/gitlab`. Made once per instance and
/// shared by all its threads.
public final class WebhookFunction implements HttpFunction {

  private final Endpoint endpoint;

  /// For the platform, which can only call this one.
  public WebhookFunction() {
    this(Wiring.fromEnvironment(Need.DATABASE, Need.QUEUE, Need.MARKER_KEY));
  }

  private WebhookFunction(Wiring wiring) {
    this(wiring.edge(), wiring.receiveWebhook(wiring.wakeUps()), wiring.gitHub(), wiring.gitLab());
  }

  WebhookFunction(Edge edge, ReceiveWebhook receive, GitHost gitHub, GitHost gitLab) {
    this.endpoint = Endpoint.ofFunction(edge, handlers(receive, gitHub, gitLab));
  }

  /// What the function answers, for whoever serves it in another container.
  public static Map<Route, Handler> handlers(
      ReceiveWebhook receive, GitHost gitHub, GitHost gitLab) {
    return Map.of(
        Route.GITHUB_WEBHOOK, new WebhookHandler(gitHub, receive),
        Route.GITLAB_WEBHOOK, new WebhookHandler(gitLab, receive));
  }

  @Override
  public void service(HttpRequest request, HttpResponse response) {
    endpoint.service(request, response);
  }
}
