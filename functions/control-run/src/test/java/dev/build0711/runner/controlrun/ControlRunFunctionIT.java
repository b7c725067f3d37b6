package dev.build0711.runner.controlrun;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.functions.HttpFunction;
import com.google.cloud.functions.HttpRequest;
import com.google.cloud.functions.HttpResponse;
import dev.build0711.runner.app.CancelRun;
import dev.build0711.runner.app.Prompts;
import dev.build0711.runner.app.SendMessage;
import dev.build0711.runner.http.ApiToken;
import dev.build0711.runner.http.Callers;
import dev.build0711.runner.http.Edge;
import dev.build0711.runner.http.Scope;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.Marker;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.testing.ApiClient;
import dev.build0711.runner.testing.FrameworkServer;
import dev.build0711.runner.testing.InMemoryRunStore;
import dev.build0711.runner.testing.RecordedWakeUps;
import dev.build0711.runner.testing.Runs;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ControlRunFunctionIT {

  private static final Instant NOW = Runs.T0.plusSeconds(60);
  private static final InstantSource CLOCK = InstantSource.fixed(NOW);
  private static final InMemoryRunStore STORE = new InMemoryRunStore(CLOCK);
  private static final List<Wake> WOKEN = new CopyOnWriteArrayList<>();
  private static final String RUN = "/runs/" + Runs.ID;

  private FrameworkServer server;
  private ApiClient client;

  /// The function as the framework makes it, over a store without a database.
  public static final class UnderTest implements HttpFunction {

    private final ControlRunFunction function =
        new ControlRunFunction(
            new Edge(
                Callers.holding(
                    List.of(
                        ApiToken.of("all", Set.of(), Set.of()),
                        ApiToken.of("reader", Set.of(), Set.of(Scope.RUNS_READ)),
                        ApiToken.of("mill-only", Set.of("mill"), Set.of()))),
                null,
                new Random(1)),
            new CancelRun(STORE, new RecordedWakeUps(WOKEN), CLOCK),
            new SendMessage(
                STORE, new RecordedWakeUps(WOKEN), new Prompts(new Marker(() -> "a key")), CLOCK));

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

  @BeforeEach
  void working() {
    STORE.put(Runs.working(CompleteOn.EITHER), List.of());
    WOKEN.clear();
  }

  @Test
  void cancellingIsAcceptedAsOftenAsItIsAskedFor() throws Exception {
    for (String body : List.of("", "{}")) {
      var response = client.post(RUN + "/cancel", body);

      assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
      assertThat(response.body())
          .startsWith("{\"run_id\":\"" + Runs.ID + "\"")
          .contains("\"status\":\"CANCELLING\"", "\"code\":\"cancel_requested\"");
    }
    assertThat(WOKEN).hasSize(1);
  }

  @Test
  void whatHasEndedNeedsNoCancelling() throws Exception {
    STORE.put(
        Runs.after(Runs.working(CompleteOn.EITHER), Runs.seen(new AgentStatus.Finished()), NOW),
        List.of());

    var response = client.post(RUN + "/cancel", "");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).contains("\"status\":\"COMPLETED\"");
  }

  @Test
  void cancellingTakesNoOptions() throws Exception {
    var response = client.post(RUN + "/cancel", "{\"force\":true}");

    assertThat(response.statusCode()).isEqualTo(422);
    assertThat(response.body()).contains("\"pointer\":\"/force\"");
  }

  @Test
  void aMessageIsAcceptedOnceUnderItsKey() throws Exception {
    String body = "{\"text\":\"Take the left one\"}";
    var first = client.post(RUN + "/messages", body, "Idempotency-Key", "answer-1");
    var again = client.post(RUN + "/messages", body, "Idempotency-Key", "answer-1");
    var other = client.post(RUN + "/messages", body + " ", "Idempotency-Key", "answer-1");
    Run run = STORE.find(Runs.ID).orElseThrow();

    assertThat(first.statusCode()).as(first.body()).isEqualTo(202);
    assertThat(first.body())
        .matches(
            "\\{\"run_id\":\"%s\",\"message\":[0-9]+,\"state\":\"wanted\",\"created_at\":\"%s\"}"
                .formatted(Runs.ID, "2026-03-02T10:01:00.000Z"));
    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(again.headers().firstValue("Idempotent-Replay")).hasValue("true");
    assertThat(other.statusCode()).isEqualTo(422);
    assertThat(other.body()).contains("\"code\":\"idempotency_key_reused\"");
    assertThat(WOKEN).hasSize(1);
    assertThat(run.schedule().nextPollAt()).isNotNull();
  }

  @Test
  void everyFieldHasItsRule() throws Exception {
    assertRefused("{}", "/text", "is required");
    assertRefused("{\"text\":\" \"}", "/text", "must not be blank");
    assertRefused("{\"text\":\"" + "x".repeat(100_001) + "\"}", "/text", "100000");
    assertRefused("{\"accept\":1}", "/accept", "must be true or false");
    assertRefused("{\"accept\":true,\"text\":\"\"}", "/text", "must not be blank");
    assertRefused("{\"text\":\"x\",\"run\":true}", "/run", "is not known");
  }

  @Test
  void anActionIsAllowedOnlyWhileLeaveIsAsked() throws Exception {
    var early = client.post(RUN + "/messages", "{\"accept\":true}");
    STORE.put(
        Runs.after(
            Runs.working(CompleteOn.EITHER),
            Runs.seen(new AgentStatus.Waiting(Reason.CONFIRMATION_WANTED)),
            NOW),
        List.of());

    assertThat(early.statusCode()).isEqualTo(409);
    assertThat(early.body()).contains("\"code\":\"nothing_to_confirm\"");
  }

  @Test
  void aRunThatHasNotStartedTakesNoMessage() throws Exception {
    STORE.put(Runs.queued(CompleteOn.EITHER), List.of());

    var response = client.post(RUN + "/messages", "{\"text\":\"Hello\"}");

    assertThat(response.statusCode()).isEqualTo(409);
    assertThat(response.body()).contains("\"code\":\"run_not_started\"", "\"retryable\":true");
  }

  @Test
  void whoMayNotSeeTheRunFindsNoneAndWhoMayOnlyReadIsTold() throws Exception {
    for (String path : List.of("/cancel", "/messages")) {
      String body = "{\"text\":\"x\"}".repeat(path.equals("/cancel") ? 0 : 1);
      var foreign = new ApiClient(server.base(), "mill-only").post(RUN + path, body);
      var reader = new ApiClient(server.base(), "reader").post(RUN + path, body);
      var nobody = client.post("/runs/none" + path, body);

      assertThat(foreign.statusCode()).isEqualTo(404);
      assertThat(reader.statusCode()).isEqualTo(403);
      assertThat(nobody.statusCode()).isEqualTo(404);
    }
  }

  private void assertRefused(String body, String pointer, String detail) throws Exception {
    var response = client.post(RUN + "/messages", body);

    assertThat(response.statusCode()).as(response.body()).isEqualTo(422);
    assertThat(response.body()).contains("\"pointer\":\"" + pointer + "\"", detail);
  }
}
