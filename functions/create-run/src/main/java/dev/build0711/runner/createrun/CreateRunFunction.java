package dev.build0711.runner.createrun;

import com.google.cloud.functions.HttpFunction;
import com.google.cloud.functions.HttpRequest;
import com.google.cloud.functions.HttpResponse;
import dev.build0711.runner.api.GitHosts;
import dev.build0711.runner.app.CreateRun;
import dev.build0711.runner.config.Need;
import dev.build0711.runner.http.Edge;
import dev.build0711.runner.http.Endpoint;
import dev.build0711.runner.http.Handler;
import dev.build0711.runner.http.Route;
import dev.build0711.runner.wiring.Wiring;
import java.util.Map;

/// Entry point of `POST /runs`. Made once per instance and shared by all its threads.
public final class CreateRunFunction implements HttpFunction {

  private final Endpoint endpoint;

  /// For the platform, which can only call this one.
  public CreateRunFunction() {
    this(Wiring.fromEnvironment(Need.DATABASE, Need.QUEUE, Need.API_TOKENS));
  }

  private CreateRunFunction(Wiring wiring) {
    this(wiring.edge(), wiring.createRun(wiring.wakeUps()), wiring.gitHosts());
  }

  CreateRunFunction(Edge edge, CreateRun createRun, GitHosts hosts) {
    this.endpoint = Endpoint.ofFunction(edge, handlers(createRun, hosts));
  }

  /// What the function answers, for whoever serves it in another container.
  public static Map<Route, Handler> handlers(CreateRun createRun, GitHosts hosts) {
    Handler handler = new CreateRunHandler(createRun, hosts);
    return Map.of(Route.CREATE_RUN, handler, Route.CREATE_RUN_AT_ROOT, handler);
  }

  @Override
  public void service(HttpRequest request, HttpResponse response) {
    endpoint.service(request, response);
  }
}
