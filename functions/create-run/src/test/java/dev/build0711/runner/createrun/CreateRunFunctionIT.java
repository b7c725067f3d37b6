package dev.build0711.runner.createrun;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.functions.HttpFunction;
import com.google.cloud.functions.HttpRequest;
import com.google.cloud.functions.HttpResponse;
import dev.build0711.runner.api.GitHosts;
import dev.build0711.runner.app.CreateRun;
import dev.build0711.runner.http.ApiToken;
import dev.build0711.runner.http.Callers;
import dev.build0711.runner.http.Edge;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.GitProvider;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.RunSpec;
import dev.build0711.runner.testing.ApiClient;
import dev.build0711.runner.testing.FrameworkServer;
import dev.build0711.runner.testing.InMemoryRunStore;
import dev.build0711.runner.testing.RecordedWakeUps;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CreateRunFunctionIT {

  private static final Instant NOW = Instant.parse("2026-11-22T05:00:00.123456Z");
  private static final InMemoryRunStore STORE = new InMemoryRunStore(InstantSource.fixed(NOW));
  private static final List<Wake> WOKEN = new CopyOnWriteArrayList<>();

  private FrameworkServer server;
  private ApiClient client;

  /// The function as the framework makes it, over a store without a database.
  public static final class UnderTest implements HttpFunction {

    private final CreateRunFunction function =
        new CreateRunFunction(
            new Edge(
                Callers.holding(
                    List.of(
                        ApiToken.of("all", Set.of(), Set.of()),
                        ApiToken.of("shop-only", Set.of("shop"), Set.of()))),
                URI.create("https://runs.example.com/"),
                new Random(1)),
            new CreateRun(
                STORE, new RecordedWakeUps(WOKEN), InstantSource.fixed(NOW), new Random(2)),
            new GitHosts(URI.create("https://github.com"), URI.create("https://gitlab.com")));

    @Override
    public void service(HttpRequest request, HttpResponse response) {
      function.service(request, response);
    }
  }

  @BeforeAll
  void start() throws Exception {
    server = FrameworkServer.of(UnderTest.class);
    client = new ApiClient(server.base(), "all");
  }

  @AfterAll
  void stop() throws Exception {
    server.stop();
  }

  @Test
  void aRunIsStoredBeforeTheAnswerAndThenWoken() throws Exception {
    var response =
        client.post(
            "/runs",
            """
            {"project_id":"shop","compiled_prompt":"Make it faster","repository":"acme/widgets",\
            "metadata":{"branch":"dev","n":1.0},"title":"Checkout","complete_on":"merge",\
            "timeout_seconds":600,"max_iterations":50,"model":"m","agent_profile":"p",\
            "priority":null,"git_provider":null}\
            """);

    assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
    String id = runId(response.body());
    assertThat(response.headers().firstValue("Location"))
        .hasValue("https://runs.example.com/runs/" + id);
    assertThat(response.body())
        .isEqualTo(
            """
            {"run_id":"%s","project_id":"shop","status":"QUEUED","percent":0,"phase":null,\
            "status_reason":null,"title":"Checkout","repository":"acme/widgets","branch":"dev",\
            "metadata":{"branch":"dev","n":1.0},"pull_requests":[],"attempt":1,"revision":0,\
            "retry_of":null,"retried_by":null,"created_at":"2026-11-22T05:00:00.123Z",\
            "updated_at":"2026-11-22T05:00:00.123Z","started_at":null,"finished_at":null}\
            """
                .formatted(id));
    Run run = STORE.find(RunId.parse(id)).orElseThrow();
    assertThat(run.spec())
        .isEqualTo(
            new RunSpec(
                "shop",
                "Make it faster",
                new Repository(GitProvider.GITHUB, "github.com", "acme/widgets", null),
                "dev",
                "{\"branch\":\"dev\",\"n\":1.0}",
                "Checkout",
                CompleteOn.MERGE,
                Duration.ofMinutes(10),
                0,
                new AgentOptions(50, null, "m", "p")));
    assertThat(WOKEN).contains(new Wake(run.id(), 1, NOW));
  }

  @Test
  void twoFieldsAreEnoughAndTheRootWillDo() throws Exception {
    var response = client.post("/", "{\"project_id\":\"shop\",\"compiled_prompt\":\"x\"}");

    assertThat(response.statusCode()).isEqualTo(201);
    RunSpec spec = STORE.find(RunId.parse(runId(response.body()))).orElseThrow().spec();
    assertThat(spec.completeOn()).isEqualTo(CompleteOn.EITHER);
    assertThat(spec.timeout()).isEqualTo(Duration.ofDays(1));
    assertThat(spec.metadata()).isNull();
  }

  @Test
  void theSameRequestAgainIsTheSameRun() throws Exception {
    String body = "{\"project_id\":\"shop\",\"compiled_prompt\":\"once\"}";
    var first = client.post("/runs", body, "Idempotency-Key", "order-4711");
    int woken = WOKEN.size();

    var again = client.post("/runs", body, "Idempotency-Key", "order-4711");
    var other = client.post("/runs", body + " ", "Idempotency-Key", "order-4711");
    var elsewhere =
        client.post("/runs", body.replace("shop", "mill"), "Idempotency-Key", "order-4711");

    assertThat(first.headers().firstValue("Idempotent-Replay")).isEmpty();
    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(again.headers().firstValue("Idempotent-Replay")).hasValue("true");
    assertThat(other.statusCode()).isEqualTo(422);
    assertThat(other.body()).contains("\"code\":\"idempotency_key_reused\"", "\"errors\":[]");
    assertThat(elsewhere.statusCode()).isEqualTo(201);
    assertThat(WOKEN).hasSize(woken + 1);
  }

  @Test
  void aKeyThatIsNoneIsRefusedWithEverythingElse() throws Exception {
    var response = client.post("/runs", "{}", "Idempotency-Key", "two words");

    assertThat(response.statusCode()).isEqualTo(422);
    assertThat(response.body())
        .contains("{\"header\":\"Idempotency-Key\"", "\"/project_id\"", "\"/compiled_prompt\"");
  }

  @Test
  void everyFieldHasItsRule() throws Exception {
    assertRefused("\"project_id\":\"-x\"", "/project_id", "must begin with");
    assertRefused("\"project_id\":\"" + "x".repeat(129) + "\"", "/project_id", "at most 128");
    assertRefused("\"compiled_prompt\":\" \\n\"", "/compiled_prompt", "must not be blank");
    assertRefused(
        "\"compiled_prompt\":\"" + "x".repeat(200_001) + "\"", "/compiled_prompt", "200000");
    assertRefused("\"repository\":\"acme\"", "/repository", "owner/name");
    assertRefused("\"repository\":7", "/repository", "must be a string");
    assertRefused("\"git_provider\":\"svn\"", "/git_provider", "one of github, gitlab");
    assertRefused("\"branch\":\"a..b\"", "/branch", "git allows");
    assertRefused("\"metadata\":{\"branch\":\"a b\"}", "/metadata/branch", "git allows");
    assertRefused("\"metadata\":[]", "/metadata", "must be an object");
    assertRefused(
        "\"metadata\":{\"x\":\"" + "y".repeat(16_377) + "\"}", "/metadata", "16384 bytes");
    assertRefused("\"metadata\":{" + keys(51) + "}", "/metadata", "at most 50 keys");
    assertRefused("\"title\":\"" + "t".repeat(201) + "\"", "/title", "at most 200");
    assertRefused("\"complete_on\":\"done\"", "/complete_on", "either, agent, pull_request");
    assertRefused("\"complete_on\":\"merge\"", "/complete_on", "needs a repository");
    assertRefused("\"timeout_seconds\":59", "/timeout_seconds", "from 60 to 2592000");
    assertRefused("\"timeout_seconds\":60.5", "/timeout_seconds", "whole number");
    assertRefused("\"timeout_seconds\":99999999999", "/timeout_seconds", "from 60");
    assertRefused("\"max_iterations\":0", "/max_iterations", "from 1 to 100000");
    assertRefused("\"model\":\"\"", "/model", "must not be blank");
    assertRefused("\"priority\":101", "/priority", "from -100 to 100");
    assertRefused("\"max_cost_usd\":0", "/max_cost_usd", "from 0.01 to 1000000");
    assertRefused("\"max_cost_usd\":1e999999999", "/max_cost_usd", "from 0.01");
    assertRefused("\"max_cost_usd\":0.123456789", "/max_cost_usd", "8 decimal places");
    assertRefused("\"max_cost_usd\":\"1\"", "/max_cost_usd", "must be a number");
    assertRefused("\"callback_url\":\"https://x\"", "/callback_url", "not supported yet");
    assertRefused("\"projectid\":\"x\"", "/projectid", "is not known");
  }

  @Test
  void theLongestOfEverythingIsTaken() throws Exception {
    String body =
        "{\"project_id\":\"%s\",\"compiled_prompt\":\"%s\",\"title\":\"%s\",\"metadata\":{%s}}"
            .formatted("x".repeat(128), "😀".repeat(200_000), "😀".repeat(200), keys(50));

    assertThat(client.post("/runs", body).statusCode()).isEqualTo(201);
  }

  @Test
  void aTokenOfOtherProjectsMayNotCreate() throws Exception {
    var shopOnly = new ApiClient(server.base(), "shop-only");

    var response = shopOnly.post("/runs", "{\"project_id\":\"mill\",\"compiled_prompt\":\"x\"}");

    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(response.body()).contains("\"code\":\"project_not_allowed\"");
  }

  @Test
  void readingIsAnotherFunctionsMatter() throws Exception {
    var response = client.get("/runs/run_01jxt21q00f9k8z8zhwrb15266");

    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.body()).contains("served by the function get-run");
  }

  private void assertRefused(String field, String pointer, String detail) throws Exception {
    String body = "{" + field;
    if (!field.startsWith("\"project_id\"")) {
      body += ",\"project_id\":\"shop\"";
    }
    if (!field.startsWith("\"compiled_prompt\"")) {
      body += ",\"compiled_prompt\":\"x\"";
    }
    var response = client.post("/runs", body + "}");

    assertThat(response.statusCode()).as(field).isEqualTo(422);
    assertThat(response.body())
        .contains("\"errors\":[{\"pointer\":\"" + pointer + "\"", detail)
        .containsOnlyOnce("\"pointer\"");
  }

  private static String keys(int count) {
    var text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : ",").append("\"k").append(i).append("\":{}");
    }
    return text.toString();
  }

  private static String runId(String body) {
    return body.substring(11, 41);
  }
}
