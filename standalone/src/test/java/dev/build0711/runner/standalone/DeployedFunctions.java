package dev.build0711.runner.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.functions.HttpFunction;
import dev.build0711.runner.controlrun.ControlRunFunction;
import dev.build0711.runner.createrun.CreateRunFunction;
import dev.build0711.runner.getrun.GetRunFunction;
import dev.build0711.runner.health.HealthFunction;
import dev.build0711.runner.maintain.MaintainFunction;
import dev.build0711.runner.pollrun.PollRunFunction;
import dev.build0711.runner.testing.CloudTasksServer;
import dev.build0711.runner.webhook.WebhookFunction;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The functions as they are deployed: each in a process of its own, a queue that calls poll-run,
/// and a load balancer's table of paths.
final class DeployedFunctions implements Product {

  static final List<Class<? extends HttpFunction>> ALL =
      List.of(
          PollRunFunction.class,
          CreateRunFunction.class,
          GetRunFunction.class,
          ControlRunFunction.class,
          WebhookFunction.class,
          MaintainFunction.class,
          HealthFunction.class);

  private final Map<Class<?>, FunctionProcess> processes = new LinkedHashMap<>();
  private final CloudTasksServer queue;
  private final HttpClient scheduler = HttpClient.newHttpClient();

  DeployedFunctions(Surroundings around, Path folder) throws IOException, InterruptedException {
    int pollRun = FunctionProcess.freePort();
    queue =
        CloudTasksServer.onRealTime(URI.create("http://localhost:" + pollRun + "/tasks/poll-run"));
    Map<String, String> variables = new HashMap<>(around.variables());
    variables.putAll(queueVariables(queue.endpoint()));
    for (Class<? extends HttpFunction> function : ALL) {
      int port = function == PollRunFunction.class ? pollRun : FunctionProcess.freePort();
      processes.put(function, FunctionProcess.launch(function, port, variables, folder));
    }
    for (FunctionProcess process : processes.values()) {
      process.ready();
    }
    for (String path : List.of("/runs", "/health", "/tasks/maintain")) {
      send(path.startsWith("/tasks") ? "POST" : "GET", path); // the first call of each is slow
    }
  }

  static Map<String, String> queueVariables(URI endpoint) {
    return Map.of(
        "OPENHANDS_QUEUE_PROJECT", "acme-runner",
        "OPENHANDS_QUEUE_LOCATION", "europe-west3",
        "OPENHANDS_QUEUE_NAME", "poll-run",
        "OPENHANDS_QUEUE_ENDPOINT", endpoint.toString(),
        // all tests use each function at once, which the platform would spread over instances
        "OPENHANDS_DATABASE_POOL_SIZE", "8",
        "LOG_LEVEL", "DEBUG");
  }

  CloudTasksServer queue() {
    return queue;
  }

  /// Does what the scheduler does every minute.
  String maintain() throws IOException, InterruptedException {
    return send("POST", "/tasks/maintain");
  }

  private String send(String method, String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(at(method, path))
            .timeout(Duration.ofSeconds(30))
            .header("Authorization", "Bearer " + Surroundings.TOKEN)
            .method(method, BodyPublishers.noBody())
            .build();
    return scheduler.send(request, BodyHandlers.ofString()).body();
  }

  /// Calls poll-run as the queue does.
  void poll(String runId, int status, String outcome) throws IOException, InterruptedException {
    var answer =
        scheduler.send(
            HttpRequest.newBuilder(process(PollRunFunction.class).uri().resolve("/tasks/poll-run"))
                .timeout(Duration.ofSeconds(90))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"run_id\":\"" + runId + "\"}"))
                .build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.body()).contains("\"outcome\":\"" + outcome + "\"");
  }

  @Override
  public URI at(String method, String path) {
    return process(function(method, path)).uri().resolve(path);
  }

  private FunctionProcess process(Class<? extends HttpFunction> function) {
    return Objects.requireNonNull(processes.get(function), function::getName);
  }

  private static Class<? extends HttpFunction> function(String method, String path) {
    if (path.equals("/tasks/maintain")) {
      return MaintainFunction.class;
    }
    if (path.startsWith("/webhooks/")) {
      return WebhookFunction.class;
    }
    if (path.startsWith("/health")) {
      return HealthFunction.class;
    }
    if (path.matches("/runs/[^/]+/(cancel|messages)")) {
      return ControlRunFunction.class;
    }
    return method.equals("POST") ? CreateRunFunction.class : GetRunFunction.class;
  }

  /// Everything that the functions have logged.
  String logs() throws IOException {
    StringBuilder all = new StringBuilder();
    for (FunctionProcess process : processes.values()) {
      all.append(process.output());
    }
    return all.toString();
  }

  @Override
  public void close() {
    scheduler.close();
    queue.close();
    processes.values().forEach(FunctionProcess::close);
  }
}
