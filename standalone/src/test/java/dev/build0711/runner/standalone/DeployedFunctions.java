package dev.build0711.runner.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.standalone.FrontEnd.Way;
import dev.build0711.runner.testing.CloudTasksServer;
import dev.build0711.runner.testing.CloudTasksServer.Queue;
import dev.build0711.runner.testing.CloudTasksServer.Retries;
import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The whole system as Terraform makes it, on one machine: each function from its zip in a process
/// of its own with its environment, its memory and its one processor, and in front of them the load
/// balancer, the queue and the schedule. There is one instance of each function, where the platform
/// would start more.
final class DeployedFunctions implements Product {

  private static final DeployedResources RESOURCES = DeployedResources.read();

  /// A URL that the queue replaces.
  private static final URI OF_A_TASK = URI.create("https://poll-run.invalid/");

  private final Map<DeployedFunction, FunctionProcess> processes = new LinkedHashMap<>();
  private final FrontEnd frontEnd;
  private final Queue settings;
  private final CloudTasksServer queue;
  private final Scheduler scheduler;
  private final HttpClient google;
  private final HttpClient internet;
  private final URI base;

  DeployedFunctions(Surroundings around, Path folder) throws IOException, InterruptedException {
    List<DeployedFunction> functions = all();
    Map<DeployedFunction, URI> instances = new HashMap<>();
    for (DeployedFunction function : functions) {
      instances.put(function, URI.create("http://localhost:" + FunctionProcess.freePort()));
    }
    frontEnd = new FrontEnd(RESOURCES, instances);
    google = client(Way.GOOGLE);
    internet = client(Way.INTERNET);
    settings = queue(functions.getFirst().environment().get("GOOGLE_CLOUD_PROJECT"));
    queue = CloudTasksServer.onRealTime(settings, client(Way.GOOGLE));
    Map<String, String> here = ofThisMachine(around, queue.endpoint());
    for (DeployedFunction function : functions) {
      processes.put(
          function,
          FunctionProcess.launch(
              function,
              Objects.requireNonNull(instances.get(function)).getPort(),
              replaced(function, here),
              folder));
    }
    for (FunctionProcess process : processes.values()) {
      process.ready();
    }
    base =
        FrontEnd.withoutTls(
            URI.create(functions.getFirst().environment().get("OPENHANDS_SERVER_PUBLIC_URL")));
    scheduler =
        new Scheduler(RESOURCES.only("google_cloud_scheduler_job"), client(Way.GOOGLE)).started();
    for (String path :
        List.of("/", "/runs/run_0", "/health", "/webhooks/github", "/runs/run_0/cancel")) {
      strange(base.resolve(path)); // the first call of each is slow
    }
    scheduler.call();
  }

  /// The functions that Terraform makes.
  static List<DeployedFunction> all() {
    return DeployedFunction.all(RESOURCES);
  }

  /// The function of a folder.
  static DeployedFunction named(String name) {
    return all().stream().filter(it -> it.name().equals(name)).findFirst().orElseThrow();
  }

  private HttpClient client(Way from) {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .proxy(frontEnd.from(from))
        .build();
  }

  /// The values that are others on this machine, and the secrets by their names in Secret Manager.
  private static Map<String, String> ofThisMachine(Surroundings around, URI queue) {
    Map<String, String> given = around.variables();
    Map<String, String> here = new HashMap<>();
    here.put("OPENHANDS_DATABASE_URL", given.get("DATABASE_URL"));
    here.put("OPENHANDS_DATABASE_USER", "postgres");
    here.put("OPENHANDS_DATABASE_PASSWORD", "postgres");
    here.put("OPENHANDS_BASE_URL", given.get("OPENHANDS_BASE_URL"));
    here.put("OPENHANDS_QUEUE_ENDPOINT", queue.toString());
    here.put("runner-api-tokens", given.get("OPENHANDS_SECURITY_API_TOKENS"));
    here.put("runner-marker-key", given.get("OPENHANDS_SECURITY_MARKER_KEY"));
    here.put("runner-openhands-token", given.get("OPENHANDS_TOKEN"));
    here.put("runner-github-webhook-secret", given.get("GITHUB_WEBHOOK_SECRET"));
    here.put("runner-openhands-webhook-secret", given.get("OPENHANDS_WEBHOOKS_OPENHANDS_SECRET"));
    return here;
  }

  /// The environment of a function, with the values of this machine. Only the endpoint of the queue
  /// is new, for those that know a queue.
  private static Map<String, String> replaced(DeployedFunction function, Map<String, String> here) {
    Map<String, String> environment = new HashMap<>();
    function
        .environment()
        .forEach((name, value) ->
            environment.put(
                name,
                value.startsWith("sm://")
                    ? secret(function, value, here)
                    : here.getOrDefault(name, value)));
    if (environment.containsKey("OPENHANDS_QUEUE_NAME")) {
      environment.put(
          "OPENHANDS_QUEUE_ENDPOINT", Objects.requireNonNull(here.get("OPENHANDS_QUEUE_ENDPOINT")));
    }
    return environment;
  }

  /// The value of a secret that exists and that the function's account may read.
  private static String secret(
      DeployedFunction function, String reference, Map<String, String> here) {
    String name = reference.substring(reference.lastIndexOf('/') + 1);
    String id =
        RESOURCES.with("google_secret_manager_secret", "secret_id", name).path("id").asString();
    boolean granted =
        RESOURCES.of("google_secret_manager_secret_iam_member").stream()
            .filter(it -> it.path("secret_id").asString().equals(id))
            .filter(it -> it.path("role").asString().equals("roles/secretmanager.secretAccessor"))
            .anyMatch(it -> it.path("member").asString().equals(function.account()));
    if (!granted) {
      throw new IllegalStateException(function.name() + " may not read " + name);
    }
    return Objects.requireNonNull(here.get(name), name);
  }

  private static Queue queue(@Nullable String project) {
    JsonNode queue = RESOURCES.only("google_cloud_tasks_queue");
    JsonNode target = queue.at("/http_target/0");
    JsonNode limits = queue.at("/rate_limits/0");
    JsonNode retries = queue.at("/retry_config/0");
    assertThat(target.path("http_method").asString()).isEqualTo("POST");
    return new Queue(
        "projects/%s/locations/%s/queues/%s"
            .formatted(project, queue.path("location").asString(), queue.path("name").asString()),
        url -> overridden(url, target.at("/uri_override/0")),
        Map.of("Authorization", Token.of(target.at("/oidc_token/0")).authorization()),
        new Retries(
            retries.path("max_attempts").asInt(),
            duration(retries, "max_retry_duration"),
            duration(retries, "min_backoff"),
            duration(retries, "max_backoff"),
            retries.path("max_doublings").asInt()),
        limits.path("max_concurrent_dispatches").asInt(),
        limits.path("max_dispatches_per_second").asDouble());
  }

  private static Duration duration(JsonNode node, String name) {
    return Duration.parse("PT" + node.path(name).asString());
  }

  private static URI overridden(URI url, JsonNode override) {
    assertThat(override.path("uri_override_enforce_mode").asString()).isEqualTo("ALWAYS");
    String scheme = override.path("scheme").asString(url.getScheme());
    String host = override.path("host").asString(url.getHost());
    String path = override.at("/path_override/0/path").asString(url.getPath());
    return FrontEnd.withoutTls(URI.create(scheme.toLowerCase(Locale.ROOT) + "://" + host + path));
  }

  CloudTasksServer queue() {
    return queue;
  }

  /// Does what the scheduler does every minute.
  HttpResponse<String> maintain() throws IOException, InterruptedException {
    return scheduler.call();
  }

  /// Calls poll-run as the queue does.
  HttpResponse<String> poll(String task) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(settings.override().apply(OF_A_TASK))
            .timeout(Duration.ofSeconds(90))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(task));
    settings.headers().forEach(request::header);
    return google.send(request.build(), BodyHandlers.ofString());
  }

  /// What a stranger gets who calls an address of the deployment.
  ///
  /// @return the status
  int strange(URI address) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(FrontEnd.withoutTls(address))
            .timeout(Duration.ofSeconds(30))
            .POST(BodyPublishers.ofString("{}"))
            .build();
    return internet.send(request, BodyHandlers.discarding()).statusCode();
  }

  /// What a caller inside Google gets that shows a token or none, at a path that nobody serves.
  ///
  /// @return the status
  int internal(URI function, Optional<Token> token) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(FrontEnd.withoutTls(function).resolve("/nothing"))
            .timeout(Duration.ofSeconds(30));
    token.ifPresent(it -> request.header("Authorization", it.authorization()));
    return google.send(request.build(), BodyHandlers.discarding()).statusCode();
  }

  /// The tokens that queue and scheduler show.
  List<Token> tokens() {
    return Stream.of("google_cloud_tasks_queue", "google_cloud_scheduler_job")
        .map(type -> Token.of(RESOURCES.only(type).at("/http_target/0/oidc_token/0")))
        .toList();
  }

  @Override
  public URI at(String method, String path) {
    return base.resolve(path);
  }

  @Override
  public ProxySelector way() {
    return frontEnd.from(Way.INTERNET);
  }

  /// The process of a function.
  FunctionProcess process(DeployedFunction function) {
    return Objects.requireNonNull(processes.get(function));
  }

  @Override
  public void close() {
    scheduler.close();
    queue.close();
    google.shutdownNow();
    internet.shutdownNow();
    frontEnd.close();
    processes.values().forEach(FunctionProcess::close);
  }
}
