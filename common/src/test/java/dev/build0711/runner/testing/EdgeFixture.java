package dev.build0711.runner.testing;

import com.google.cloud.functions.HttpFunction;
import com.google.cloud.functions.HttpRequest;
import com.google.cloud.functions.HttpResponse;
import dev.build0711.runner.http.ApiToken;
import dev.build0711.runner.http.Call;
import dev.build0711.runner.http.Callers;
import dev.build0711.runner.http.Edge;
import dev.build0711.runner.http.Endpoint;
import dev.build0711.runner.http.Handler;
import dev.build0711.runner.http.JsonFields;
import dev.build0711.runner.http.Reply;
import dev.build0711.runner.http.Route;
import dev.build0711.runner.http.Scope;
import dev.build0711.runner.log.RequestContext;
import dev.build0711.runner.port.StorageUnavailable;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A function whose handlers do nothing but show what the edge made of a request, or fail.
public final class EdgeFixture implements HttpFunction {

  static final String TOKEN = "fixture-token";
  static final String READER = "reader-token";
  static final String BROKEN_RUN = "run_01jxt21q00f9k8z8zhwrb15266";
  static final String FATAL_RUN = "run_01jxt21q00f9k8z8zhwrb15267";
  static final String STORELESS_RUN = "run_01jxt21q00f9k8z8zhwrb15268";
  static final String SECRET = "password=hunter2";

  private final Endpoint endpoint =
      Endpoint.ofFunction(
          new Edge(
              Callers.holding(
                  List.of(
                      ApiToken.of(TOKEN, Set.of(), Set.of()),
                      ApiToken.of(READER, Set.of(), Set.of(Scope.RUNS_READ)))),
              null,
              new SecureRandom()),
          Map.of(
              Route.CREATE_RUN, EdgeFixture::create,
              Route.GET_RUN, EdgeFixture::run,
              Route.LIST_RUNS, EdgeFixture::list,
              Route.GITHUB_WEBHOOK, EdgeFixture::bytes,
              Route.POLL_RUN, (Handler) EdgeFixture::task));

  @Override
  public void service(HttpRequest request, HttpResponse response) {
    endpoint.service(request, response);
  }

  public void refuse(int status, HttpResponse response) {
    endpoint.refuse(status, response);
  }

  private static Reply create(Call call) {
    JsonFields fields = call.json();
    String project = fields.requiredText("project_id", 128, _ -> true, "");
    String prompt = fields.requiredText("compiled_prompt", 200_000, _ -> true, "");
    Integer timeout = fields.integer("timeout_seconds", 60, 100);
    String metadata = fields.object("metadata", 2, 1000);
    fields.finish();
    return Reply.json(
            201,
            json ->
                json.object(() -> {
                  json.text("project_id", project);
                  json.number("characters", prompt.codePointCount(0, prompt.length()));
                  json.number("timeout_seconds", timeout);
                  json.raw("metadata", metadata);
                }))
        .with("Location", call.baseUrl() + "/runs/x");
  }

  private static Reply run(Call call) {
    String id = call.runId().toString();
    switch (id) {
      case BROKEN_RUN -> throw new IllegalStateException(SECRET);
      case FATAL_RUN -> throw new StackOverflowError(SECRET);
      case STORELESS_RUN -> throw new StorageUnavailable(SECRET, new IllegalStateException());
      default -> {
        // an ordinary run
      }
    }
    RequestContext context = RequestContext.CURRENT.get();
    return Reply.json(
            200,
            json ->
                json.object(() -> {
                  json.text("run_id", context.runId());
                  json.text("trace", context.trace());
                }))
        .unlessKnown(call);
  }

  private static Reply list(Call call) {
    int limit = call.query().integer("limit", 1, 100, 20);
    List<String> projects = call.query().all("project_id");
    call.mistakes().check();
    return Reply.json(
        200,
        json ->
            json.object(() -> {
              json.number("limit", limit);
              json.text("projects", String.join("|", projects));
            }));
  }

  private static Reply bytes(Call call) {
    return Reply.json(200, json -> json.object(() -> json.number("bytes", call.body().length)));
  }

  private static Reply task(Call call) {
    String what = call.json().requiredText("what", 10, _ -> true, "");
    call.mistakes().check();
    throw new StorageUnavailable(what, new IllegalStateException());
  }
}
