package dev.build0711.runner.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.testing.WebhookFixtures;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.UUID;
import java.util.function.Predicate;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Uses the product as its users do: over HTTP alone.
final class ApiUser {

  /// How long anything may take that is not told to wait.
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);

  private final HttpClient client;
  private final Product product;
  private final String token;
  private final boolean patient;
  private final Duration limit;

  /// A user who comes back when told to, for at most [#PATIENCE].
  ApiUser(Product product, String token) {
    this(product, token, true, LIMIT);
  }

  private ApiUser(Product product, String token, boolean patient, Duration limit) {
    client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .proxy(product.way())
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    this.product = product;
    this.token = token;
    this.patient = patient;
    this.limit = limit;
  }

  /// This user with another token.
  ApiUser with(String other) {
    return new ApiUser(product, other, patient, limit);
  }

  /// This user, asking once only.
  ApiUser impatient() {
    return new ApiUser(product, token, false, limit);
  }

  /// This user, waiting as long as this for each answer.
  ApiUser waiting(Duration longer) {
    return new ApiUser(product, token, patient, longer);
  }

  /// Gets a path; `headers` are names and values in turn.
  HttpResponse<String> get(String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = request("GET", path);
    return send((headers.length == 0 ? request : request.headers(headers)).GET());
  }

  /// Posts JSON; `headers` are names and values in turn.
  HttpResponse<String> post(String path, String json, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = request("POST", path).header("Content-Type", "application/json");
    return send(
        (headers.length == 0 ? request : request.headers(headers))
            .POST(BodyPublishers.ofString(json)));
  }

  /// Starts a run on acme/widgets, and gives its id.
  String create(String project, String prompt) throws IOException, InterruptedException {
    return create(project, prompt, "either");
  }

  String create(String project, String prompt, String completeOn)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        post(
            "/runs",
            body(project, prompt, completeOn),
            "Idempotency-Key",
            UUID.randomUUID().toString());
    assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201);
    return json(answer).path("run_id").stringValue();
  }

  static String body(String project, String prompt, String completeOn) {
    return JsonMapper.shared()
        .createObjectNode()
        .put("project_id", project)
        .put("compiled_prompt", prompt)
        .put("repository", "acme/widgets")
        .put("complete_on", completeOn)
        .toString();
  }

  JsonNode run(String id) throws IOException, InterruptedException {
    HttpResponse<String> answer = get("/runs/" + id);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return json(answer);
  }

  JsonNode detail(String id) throws IOException, InterruptedException {
    return json(get("/runs/" + id + "/detail"));
  }

  /// The run when its status is `status` at last.
  JsonNode await(String id, String status) throws IOException, InterruptedException {
    return await(id, PATIENCE, run -> run.path("status").stringValue().equals(status));
  }

  /// The run when `wanted` holds at last.
  JsonNode await(String id, Duration limit, Predicate<JsonNode> wanted)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    JsonNode run = run(id);
    while (!wanted.test(run)) {
      assertThat(System.nanoTime()).as("still waiting: %s", run).isLessThan(end);
      Thread.sleep(LOOK_EVERY);
      run = run(id);
    }
    return run;
  }

  /// Delivers what GitHub delivers when a pull request of the run's branch is opened, closed or
  /// merged.
  JsonNode pullRequest(String runId, long number, String file)
      throws IOException, InterruptedException {
    HttpResponse<String> answer = deliver(pullRequest(runId, number, file, "Made by an agent."));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return json(answer);
  }

  /// Delivers these bytes as GitHub does.
  HttpResponse<String> deliver(byte[] pullRequest) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(product.at("POST", "/webhooks/github"))
            .header("Content-Type", "application/json")
            .header("X-GitHub-Event", "pull_request")
            .header("X-GitHub-Delivery", UUID.randomUUID().toString())
            .header("X-Hub-Signature-256", signature(pullRequest))
            .POST(BodyPublishers.ofByteArray(pullRequest)));
  }

  /// What GitHub delivers of a pull request of the run's branch.
  static byte[] pullRequest(String runId, long number, String file, String text) {
    ObjectNode body = (ObjectNode) WebhookFixtures.body("github/" + file + ".json");
    ObjectNode pull = (ObjectNode) body.path("pull_request");
    body.put("number", number);
    pull.put("number", number);
    pull.put("html_url", "https://github.com/acme/widgets/pull/" + number);
    pull.put("body", text);
    ((ObjectNode) pull.path("head")).put("ref", "openhands/" + runId);
    return WebhookFixtures.bytes(body);
  }

  static JsonNode json(HttpResponse<String> answer) {
    return JsonMapper.shared().readTree(answer.body());
  }

  private HttpRequest.Builder request(String method, String path) {
    return HttpRequest.newBuilder(product.at(method, path))
        .header("Authorization", "Bearer " + token);
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    HttpRequest ready = request.timeout(limit).build();
    long end = System.nanoTime() + PATIENCE.toNanos();
    HttpResponse<String> answer = client.send(ready, BodyHandlers.ofString());
    while (patient && answer.statusCode() == 503 && System.nanoTime() < end) {
      Thread.sleep(LOOK_EVERY);
      answer = client.send(ready, BodyHandlers.ofString());
    }
    return answer;
  }

  private static String signature(byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      byte[] secret = Surroundings.WEBHOOK_SECRET.getBytes(StandardCharsets.UTF_8);
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      return "sha256=" + HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
