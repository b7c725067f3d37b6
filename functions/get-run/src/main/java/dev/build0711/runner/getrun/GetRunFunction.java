package dev.build0711.runner.getrun;

import com.google.cloud.functions.HttpFunction;
import com.google.cloud.functions.HttpRequest;
import com.google.cloud.functions.HttpResponse;
import dev.build0711.runner.api.ArtifactListView;
import dev.build0711.runner.api.DetailView;
import dev.build0711.runner.api.ShortView;
import dev.build0711.runner.app.FindArtifacts;
import dev.build0711.runner.app.FindRuns;
import dev.build0711.runner.config.Need;
import dev.build0711.runner.http.Call;
import dev.build0711.runner.http.Edge;
import dev.build0711.runner.http.Endpoint;
import dev.build0711.runner.http.Handler;
import dev.build0711.runner.http.ProblemException;
import dev.build0711.runner.http.ProblemType;
import dev.build0711.runner.http.Reply;
import dev.build0711.runner.http.Route;
import dev.build0711.runner.port.ArtifactStore.Kept;
import dev.build0711.runner.run.RunSummary;
import dev.build0711.runner.wiring.Wiring;
import java.util.List;
import java.util.Map;

/// Entry point of `GET /runs`, `GET /runs/{run_id}`, its detail and what it left. Made once per
/// instance and shared by all its threads.
public final class GetRunFunction implements HttpFunction {

  private final Endpoint endpoint;

  /// For the platform, which can only call this one.
  public GetRunFunction() {
    this(Wiring.fromEnvironment(Need.DATABASE, Need.API_TOKENS));
  }

  private GetRunFunction(Wiring wiring) {
    this(wiring.edge(), wiring.findRuns(), wiring.findArtifacts());
  }

  GetRunFunction(Edge edge, FindRuns runs, FindArtifacts artifacts) {
    this.endpoint = Endpoint.ofFunction(edge, handlers(runs, artifacts));
  }

  /// What the function answers, for whoever serves it in another container.
  public static Map<Route, Handler> handlers(FindRuns runs, FindArtifacts artifacts) {
    return Map.of(
        Route.GET_RUN, call -> one(runs, call),
        Route.GET_RUN_DETAIL, call -> detail(runs, call),
        Route.LIST_RUNS, new ListRunsHandler(runs),
        Route.LIST_ARTIFACTS, call -> artifacts(artifacts, call),
        Route.GET_ARTIFACT, call -> artifact(artifacts, call));
  }

  @Override
  public void service(HttpRequest request, HttpResponse response) {
    endpoint.service(request, response);
  }

  private static Reply one(FindRuns runs, Call call) {
    RunSummary run =
        runs.one(call.runId(), call.caller().projects()).orElseThrow(Call::runNotFound);
    return Reply.json(200, new ShortView(run)).unlessKnown(call);
  }

  private static Reply detail(FindRuns runs, Call call) {
    FindRuns.Detail found =
        runs.detail(call.runId(), call.caller().projects()).orElseThrow(Call::runNotFound);
    return Reply.json(200, new DetailView(found.run(), found.events(), found.queuePosition()))
        .unlessKnown(call);
  }

  private static Reply artifacts(FindArtifacts artifacts, Call call) {
    return Reply.json(200, new ArtifactListView(listed(artifacts, call))).unlessKnown(call);
  }

  private static Reply artifact(FindArtifacts artifacts, Call call) {
    Kept kept =
        listed(artifacts, call).stream()
            .filter(one -> one.name().equals(call.path("name")))
            .findFirst()
            .orElseThrow(GetRunFunction::artifactNotFound);
    return Reply.file(
        call,
        kept.name(),
        kept.mediaType(),
        kept.sha256(),
        () -> artifacts.read(call.runId(), kept));
  }

  private static List<Kept> listed(FindArtifacts artifacts, Call call) {
    return artifacts.list(call.runId(), call.caller().projects()).orElseThrow(Call::runNotFound);
  }

  private static ProblemException artifactNotFound() {
    return new ProblemException(
        ProblemType.ARTIFACT_NOT_FOUND, "The run has no artifact of this name.");
  }
}
