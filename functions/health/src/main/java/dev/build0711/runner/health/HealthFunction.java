package dev.build0711.runner.health;

import com.google.cloud.functions.HttpFunction;
import com.google.cloud.functions.HttpRequest;
import com.google.cloud.functions.HttpResponse;
import dev.build0711.runner.app.CheckHealth;
import dev.build0711.runner.app.CheckHealth.Health;
import dev.build0711.runner.app.CheckHealth.Status;
import dev.build0711.runner.app.Version;
import dev.build0711.runner.config.Need;
import dev.build0711.runner.http.Edge;
import dev.build0711.runner.http.Endpoint;
import dev.build0711.runner.http.Handler;
import dev.build0711.runner.http.Reply;
import dev.build0711.runner.http.Route;
import dev.build0711.runner.wiring.Wiring;
import java.util.Map;

/// Entry point of `GET /health` and `GET /health/live`. Made once per instance and shared by all
/// its threads.
public final class HealthFunction implements HttpFunction {

  private final Endpoint endpoint;

  /// For the platform, which can only call this one.
  public HealthFunction() {
    this(Wiring.fromEnvironment(Need.DATABASE, Need.OPENHANDS));
  }

  private HealthFunction(Wiring wiring) {
    this(wiring.edge(), wiring.checkHealth(), Version.current());
  }

  HealthFunction(Edge edge, CheckHealth checkHealth, String version) {
    this.endpoint = Endpoint.ofFunction(edge, handlers(checkHealth, version));
  }

  /// What the function answers, for whoever serves it in another container.
  ///
  /// @param version the product's own
  public static Map<Route, Handler> handlers(CheckHealth checkHealth, String version) {
    return Map.of(
        Route.HEALTH, _ -> health(checkHealth.check(), version),
        Route.LIVENESS, _ -> Reply.json(200, json -> json.object(() -> json.text("status", "ok"))));
  }

  @Override
  public void service(HttpRequest request, HttpResponse response) {
    endpoint.service(request, response);
  }

  private static Reply health(Health health, String version) {
    int status = health.status() == Status.DOWN ? 503 : 200;
    return Reply.json(status, new HealthView(health, version));
  }
}
