package dev.build0711.runner.pollrun;

import com.google.cloud.functions.HttpFunction;
import com.google.cloud.functions.HttpRequest;
import com.google.cloud.functions.HttpResponse;
import dev.build0711.runner.app.PollRun;
import dev.build0711.runner.app.TendBackend;
import dev.build0711.runner.config.Need;
import dev.build0711.runner.http.Call;
import dev.build0711.runner.http.Edge;
import dev.build0711.runner.http.Endpoint;
import dev.build0711.runner.http.Reply;
import dev.build0711.runner.http.Route;
import dev.build0711.runner.port.WakeUps;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.wiring.Wiring;
import java.util.Map;

/// Entry point for `POST /tasks/poll-run` with `{"run_id":"run_…"}` for a look at a run, or
/// `{"backend":"…"}` for a tick of a backend: a probe where one is due, and looks at its agents.
/// For the queue alone. Answers 200 whenever the state is safely stored, also when there was
/// nothing to do; anything else would make the queue send the task again.
public final class PollRunFunction implements HttpFunction {

  private static final int MAX_ID = 64;
  private static final int MAX_NAME = 300;

  private final Endpoint endpoint;

  /// For the platform, which can only call this one.
  public PollRunFunction() {
    this(Wiring.fromEnvironment(Need.DATABASE, Need.QUEUE, Need.OPENHANDS, Need.MARKER_KEY));
  }

  private PollRunFunction(Wiring wiring) {
    this(wiring, wiring.wakeUps());
  }

  private PollRunFunction(Wiring wiring, WakeUps wakeUps) {
    this(wiring.edge(), wiring.pollRun(wakeUps), wiring.tendBackend(wakeUps));
  }

  PollRunFunction(Edge edge, PollRun pollRun, TendBackend tendBackend) {
    this.endpoint =
        Endpoint.ofFunction(edge, Map.of(Route.POLL_RUN, call -> poll(pollRun, tendBackend, call)));
  }

  @Override
  public void service(HttpRequest request, HttpResponse response) {
    endpoint.service(request, response);
  }

  private static Reply poll(PollRun pollRun, TendBackend tendBackend, Call call) {
    var fields = call.json();
    String backend = fields.text("backend", MAX_NAME);
    if (backend != null) {
      fields.finish();
      tendBackend.apply(backend);
      return outcome(pollRun.watch(backend) > 0);
    }
    String id = fields.requiredText("run_id", MAX_ID, PollRunFunction::isRunId, "must be a run_id");
    fields.finish();
    return outcome(pollRun.apply(RunId.parse(id)));
  }

  private static Reply outcome(boolean looked) {
    return Reply.json(
        200, json -> json.object(() -> json.text("outcome", looked ? "looked" : "nothing_due")));
  }

  private static boolean isRunId(String text) {
    try {
      RunId.parse(text);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
