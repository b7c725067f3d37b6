package dev.build0711.runner.controlrun;

import com.google.cloud.functions.HttpFunction;
import com.google.cloud.functions.HttpRequest;
import com.google.cloud.functions.HttpResponse;
import dev.build0711.runner.app.CancelRun;
import dev.build0711.runner.app.SendMessage;
import dev.build0711.runner.config.Need;
import dev.build0711.runner.http.Edge;
import dev.build0711.runner.http.Endpoint;
import dev.build0711.runner.http.Handler;
import dev.build0711.runner.http.Route;
import dev.build0711.runner.port.WakeUps;
import dev.build0711.runner.wiring.Wiring;
import java.util.Map;

/// Entry point of `POST /runs/{run_id}/cancel` and `POST /runs/{run_id}/messages`. Made once per
/// instance and shared by all its threads.
public final class ControlRunFunction implements HttpFunction {

  private final Endpoint endpoint;

  /// For the platform, which can only call this one.
  public ControlRunFunction() {
    this(Wiring.fromEnvironment(Need.DATABASE, Need.QUEUE, Need.API_TOKENS, Need.MARKER_KEY));
  }

  private ControlRunFunction(Wiring wiring) {
    this(wiring, wiring.wakeUps());
  }

  private ControlRunFunction(Wiring wiring, WakeUps wakeUps) {
    this(wiring.edge(), wiring.cancelRun(wakeUps), wiring.sendMessage(wakeUps));
  }

  ControlRunFunction(Edge edge, CancelRun cancelRun, SendMessage sendMessage) {
    this.endpoint = Endpoint.ofFunction(edge, handlers(cancelRun, sendMessage));
  }

  /// What the function answers, for whoever serves it in another container.
  public static Map<Route, Handler> handlers(CancelRun cancelRun, SendMessage sendMessage) {
    return Map.of(
        Route.CANCEL_RUN, new CancelHandler(cancelRun),
        Route.SEND_MESSAGE, new MessageHandler(sendMessage));
  }

  @Override
  public void service(HttpRequest request, HttpResponse response) {
    endpoint.service(request, response);
  }
}
