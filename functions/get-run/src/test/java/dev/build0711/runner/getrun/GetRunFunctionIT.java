package dev.build0711.runner.getrun;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.functions.HttpFunction;
import com.google.cloud.functions.HttpRequest;
import com.google.cloud.functions.HttpResponse;
import dev.build0711.runner.app.FindArtifacts;
import dev.build0711.runner.app.FindRuns;
import dev.build0711.runner.http.ApiToken;
import dev.build0711.runner.http.Callers;
import dev.build0711.runner.http.Edge;
import dev.build0711.runner.http.Scope;
import dev.build0711.runner.port.Artifact;
import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.Evidence.AgentSeen;
import dev.build0711.runner.run.Progress.Task;
import dev.build0711.runner.run.Progress.TaskStatus;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunEvent;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.RunSpec;
import dev.build0711.runner.testing.ApiClient;
import dev.build0711.runner.testing.FrameworkServer;
import dev.build0711.runner.testing.InMemoryRunStore;
import dev.build0711.runner.testing.MemoryArtifacts;
import dev.build0711.runner.testing.Runs;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GetRunFunctionIT {

  private static final InMemoryRunStore STORE = new InMemoryRunStore(InstantSource.fixed(Runs.T0));
  private static final MemoryArtifacts ARTIFACTS = new MemoryArtifacts();
  private static final Artifact DIFF =
      new Artifact("diff.patch", "text/x-patch", "-slow\n+fast\n".getBytes(UTF_8), true);
  private static final String DIFF_SHA256 =
      "b02a5d35dec4d1674c82c8d4a6610c3e5c31b08e2baea1a169e5bb7b049850cc";
  private static final Pattern RUN_ID = Pattern.compile("\"run_id\":\"(run_[a-z0-9]{26})\"");

  private FrameworkServer server;
  private ApiClient client;
  private ApiClient millOnly;

  /// The function as the framework makes it, over a store without a database.
  public static final class UnderTest implements HttpFunction {

    private final GetRunFunction function =
        new GetRunFunction(
            new Edge(
                Callers.holding(
                    List.of(
                        ApiToken.of("all", Set.of(), Set.of()),
                        ApiToken.of("writer", Set.of(), Set.of(Scope.RUNS_WRITE)),
                        ApiToken.of("mill-only", Set.of("mill"), Set.of()))),
                null,
                new Random(1)),
            new FindRuns(STORE),
            new FindArtifacts(new FindRuns(STORE), ARTIFACTS));

    @Override
    public void service(HttpRequest request, HttpResponse response) {
      function.service(request, response);
    }
  }

  @BeforeAll
  void start() throws Exception {
    server = FrameworkServer.of(UnderTest.class);
    client = new ApiClient(server.base(), "all");
    millOnly = new ApiClient(server.base(), "mill-only");
    STORE.put(working(), events());
    for (int i = 1; i <= 5; i++) {
      STORE.put(queued(i, i % 2 == 0 ? "mill" : "dairy"), List.of());
    }
  }

  @AfterAll
  void stop() throws Exception {
    server.stop();
  }

  @AfterEach
  void recover() {
    STORE.down(false);
  }

  @Test
  void aRunIsShownShortly() throws Exception {
    var response = client.get("/runs/" + Runs.ID);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .startsWith(
            "{\"run_id\":\"" + Runs.ID + "\",\"project_id\":\"shop\",\"status\":\"RUNNING\"")
        .contains("\"phase\":\"working\"", "\"started_at\":\"2026-03-02T10:00:01.000Z\"")
        .doesNotContain("compiled_prompt");
  }

  @Test
  void whatARunLeftIsListed() throws Exception {
    ARTIFACTS.keep(Runs.ID, List.of(DIFF));

    var response = client.get("/runs/" + Runs.ID + "/artifacts");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .isEqualTo(
            "{\"artifacts\":[{\"name\":\"diff.patch\",\"media_type\":\"text/x-patch\",\"size\":12,"
                + "\"sha256\":\""
                + DIFF_SHA256
                + "\",\"truncated\":true}]}");
    assertThat(
            client
                .get(
                    "/runs/" + Runs.ID + "/artifacts",
                    "If-None-Match",
                    response.headers().firstValue("ETag").orElseThrow())
                .statusCode())
        .isEqualTo(304);
  }

  @Test
  void anArtifactIsHandedOverToBeStoredNotShown() throws Exception {
    ARTIFACTS.keep(Runs.ID, List.of(DIFF));

    var response =
        client.get("/runs/" + Runs.ID + "/artifacts/diff.patch", "Accept", "text/x-patch");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("-slow\n+fast\n");
    assertThat(response.headers().map())
        .containsEntry("content-type", List.of("text/x-patch"))
        .containsEntry("content-length", List.of("12"))
        .containsEntry("etag", List.of('"' + DIFF_SHA256 + '"'))
        .containsEntry("content-disposition", List.of("attachment; filename=\"diff.patch\""))
        .containsEntry("x-content-type-options", List.of("nosniff"))
        .containsEntry("cache-control", List.of("private, no-cache"));
  }

  @Test
  void whoeverHasTheArtifactAlreadyIsNotSentItAgain() throws Exception {
    ARTIFACTS.keep(Runs.ID, List.of(DIFF));

    var response =
        client.get(
            "/runs/" + Runs.ID + "/artifacts/diff.patch", "If-None-Match", '"' + DIFF_SHA256 + '"');

    assertThat(response.statusCode()).isEqualTo(304);
    assertThat(response.body()).isEmpty();
    assertThat(response.headers().firstValue("ETag")).contains('"' + DIFF_SHA256 + '"');
  }

  @Test
  void whatIsNotThereOrNotToBeSeenIsAbsent() throws Exception {
    ARTIFACTS.keep(Runs.ID, List.of(DIFF));
    String there = "/runs/" + Runs.ID + "/artifacts/diff.patch";

    assertAbsent(client, "/runs/" + Runs.ID + "/artifacts/other.txt", "artifact_not_found");
    assertAbsent(client, "/runs/" + Runs.ID + "/artifacts/DIFF.patch", "artifact_not_found");
    assertAbsent(client, "/runs/run_00000000000000000000000000/artifacts", "run_not_found");
    assertAbsent(millOnly, there, "run_not_found");
    assertAbsent(millOnly, "/runs/" + Runs.ID + "/artifacts", "run_not_found");
    assertThat(new ApiClient(server.base(), "writer").get(there).statusCode()).isEqualTo(403);
    assertThat(client.get(there + "?page=2").statusCode()).isEqualTo(422);
  }

  private static void assertAbsent(ApiClient client, String path, String code) throws Exception {
    var response = client.get(path);
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.body()).contains("\"code\":\"" + code + '"');
  }

  @Test
  void itsDetailTellsEverything() throws Exception {
    var response = client.get("/runs/" + Runs.ID + "/detail");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .contains(
            "\"compiled_prompt\":\"Make the checkout faster\"",
            "\"options\":{\"git_provider\":\"github\",\"complete_on\":\"agent\","
                + "\"timeout_seconds\":21600,\"priority\":0,\"max_iterations\":null,\"max_cost_usd\":null,",
            "\"source\":\"task_tracker\",\"done\":1,\"total\":2,"
                + "\"tasks\":[{\"title\":\"Measure\",\"status\":\"done\"},",
            "\"usage\":{\"cost_usd\":0.25,\"prompt_tokens\":1200,",
            "\"result\":{\"message\":null,\"branch\":null,\"commit\":null,\"changes\":[]}",
            "\"backend\":{\"name\":\"main\",\"dialect\":\"agent-server\",\"version\":\"1.58.0\"}",
            "\"conversation_id\":\"b8d7ffd04b7e7c798c5518f83057f265\"",
            "\"queue_position\":null",
            "\"attempts\":[{\"kind\":\"start\",\"at\":\"2026-03-02T10:00:01.000Z\"",
            "\"next_poll_at\":",
            "\"deadline_at\":\"2026-03-02T16:00:01.000Z\"")
        .contains("\"events\":[{\"seq\":120,\"type\":\"run.progressed\"")
        .contains("\"data\":{\"percent\":120,\"list\":[true,null,\"x\"]}}")
        .contains("\"seq\":21,")
        .doesNotContain("\"seq\":20,");
  }

  @Test
  void whatDidNotChangeIsNotSentAgain() throws Exception {
    for (String path : List.of("/runs/" + Runs.ID, "/runs/" + Runs.ID + "/detail", "/runs")) {
      String tag = client.get(path).headers().firstValue("ETag").orElseThrow();

      assertThat(client.get(path, "If-None-Match", tag).statusCode()).isEqualTo(304);
    }
  }

  @Test
  void aRunOfAForeignProjectIsAsIfAbsent() throws Exception {
    for (String end : List.of("", "/detail")) {
      var foreign = millOnly.get("/runs/" + Runs.ID + end);
      var absent = millOnly.get("/runs/run_00000000000000000000000000" + end);

      assertThat(foreign.statusCode()).isEqualTo(404);
      assertThat(masked(foreign.body())).isEqualTo(masked(absent.body()));
    }
  }

  @Test
  void aListShowsOnlyWhatTheTokenMaySee() throws Exception {
    assertThat(ids(millOnly.get("/runs").body())).containsExactly(id(4), id(2));
    assertThat(ids(millOnly.get("/runs?project_id=dairy").body())).isEmpty();
    assertThat(ids(millOnly.get("/runs?project_id=dairy&project_id=mill").body())).hasSize(2);
  }

  @Test
  void aListIsFiltered() throws Exception {
    assertThat(ids(client.get("/runs?status=RUNNING").body())).containsExactly(Runs.ID.toString());
    assertThat(ids(client.get("/runs?status=QUEUED&project_id=dairy").body()))
        .containsExactly(id(5), id(3), id(1));
    assertThat(ids(client.get("/runs?status=FAILED&status=RUNNING").body())).hasSize(1);
  }

  @Test
  void pagesJoinWithoutGapOrRepetition() throws Exception {
    List<String> seen = new ArrayList<>();
    String next = server.base() + "/runs?limit=2&status=QUEUED";
    int pages = 0;
    while (!next.isEmpty()) {
      var page = client.get(next);
      assertThat(page.statusCode()).isEqualTo(200);
      seen.addAll(ids(page.body()));
      next = link(page.headers().firstValue("Link").orElse(""));
      assertThat(page.body().contains("\"next_cursor\":null")).isEqualTo(next.isEmpty());
      pages++;
    }

    assertThat(seen).containsExactly(id(5), id(4), id(3), id(2), id(1));
    assertThat(pages).isEqualTo(3);
  }

  @Test
  void whatTheListDoesNotKnowIsRefused() throws Exception {
    for (String query :
        List.of(
            "limit=0",
            "limit=101",
            "limit=x",
            "cursor=x",
            "cursor=",
            "status=DONE",
            "status=running",
            "project_id=",
            "page=1",
            "q=x")) {
      var response = client.get("/runs?" + query);

      assertThat(response.statusCode()).as(query).isEqualTo(422);
      assertThat(response.body())
          .contains("{\"parameter\":\"" + query.substring(0, query.indexOf('=')));
    }
  }

  @Test
  void aTokenForWritingMayNotRead() throws Exception {
    var response = new ApiClient(server.base(), "writer").get("/runs");

    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(response.body()).contains("insufficient_scope", "runs:read");
  }

  @Test
  void withoutTheDatabaseTheCallerIsToldToComeBack() throws Exception {
    STORE.down(true);

    var response = client.get("/runs/" + Runs.ID);

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.headers().firstValue("Retry-After")).isPresent();
    assertThat(response.body()).contains("\"code\":\"storage_unavailable\"", "\"retryable\":true");
  }

  private static Run working() {
    var tasks = List.of(new Task("Measure", TaskStatus.DONE), new Task("Mend", TaskStatus.TODO));
    return Runs.after(
        Runs.working(CompleteOn.AGENT),
        new AgentSeen(Runs.look(new AgentStatus.Working(), tasks)),
        Runs.T0.plusSeconds(9));
  }

  private static List<RunEvent> events() {
    List<RunEvent> events = new ArrayList<>();
    for (int i = 1; i <= 120; i++) {
      List<Object> list = new ArrayList<>(List.of(true, "x"));
      list.add(1, null);
      events.add(
          new RunEvent(
              RunEvent.Type.RUN_PROGRESSED,
              Runs.T0.plusSeconds(i),
              i == 120
                  ? new java.util.TreeMap<>(Map.of("percent", i, "list", list)).descendingMap()
                  : Map.of()));
    }
    return events;
  }

  /// Two of them were made in the same millisecond.
  private static Run queued(int number, String project) {
    RunSpec spec = Runs.spec(CompleteOn.EITHER);
    return Run.accepted(
        RunId.parse(id(number)),
        new RunSpec(
            project,
            spec.compiledPrompt(),
            null,
            null,
            null,
            null,
            spec.completeOn(),
            spec.timeout(),
            0,
            spec.options()),
        Runs.T0.plusSeconds(number / 2));
  }

  private static String id(int number) {
    return "run_0000000000000000000000000" + number;
  }

  private static List<String> ids(String body) {
    return RUN_ID.matcher(body).results().map(found -> found.group(1)).toList();
  }

  private static String link(String header) {
    return header.isEmpty() ? "" : header.substring(1, header.indexOf(">; rel=\"next\""));
  }

  private static String masked(String problem) {
    return problem.replaceAll("/errors/[0-9a-f]+", "");
  }
}
