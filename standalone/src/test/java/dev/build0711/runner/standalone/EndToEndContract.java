package dev.build0711.runner.standalone;

import static dev.build0711.runner.standalone.ApiUser.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.port.Artifact;
import dev.build0711.runner.standalone.OutageLocks.Alone;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// What the product promises its users, whichever way it is deployed: over HTTP, with a real
/// PostgreSQL and an OpenHands that plays what the prompt asks for.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(providers = OutageLocks.class)
@Timeout(180)
abstract class EndToEndContract<P extends Product> {

  private static final String LONG_WORK = "[[scenario: slow tasks=4 seconds=600]]";

  private Surroundings around;
  private P product;
  private ApiUser user;

  /// Starts the product in its surroundings.
  abstract P start(Surroundings around) throws Exception;

  @BeforeAll
  final void begin() throws Exception {
    around = new Surroundings();
    product = start(around);
    user = new ApiUser(product, Surroundings.TOKEN);
  }

  @AfterAll
  final void end() throws Exception {
    product.close();
    around.close();
  }

  final Surroundings around() {
    return around;
  }

  final P product() {
    return product;
  }

  final ApiUser user() {
    return user;
  }

  @Test
  void aRunGoesThroughItsTasksToItsEnd() throws Exception {
    String id = user.create("shop", "Ship it. [[scenario: finish tasks=5 seconds=3]]");
    Set<String> statuses = new LinkedHashSet<>(List.of("QUEUED"));
    List<Integer> percents = new ArrayList<>();

    JsonNode run =
        user.await(
            id,
            ApiUser.PATIENCE,
            seen -> {
              statuses.add(seen.path("status").stringValue());
              percents.add(seen.path("percent").intValue());
              return seen.path("status").stringValue().equals("COMPLETED");
            });

    assertThat(statuses).containsExactly("QUEUED", "RUNNING", "COMPLETED");
    assertThat(percents).isSorted().last().isEqualTo(100);
    assertThat(percents.stream().filter(percent -> percent > 15 && percent < 95).distinct())
        .hasSizeGreaterThanOrEqualTo(2)
        .allSatisfy(percent -> assertThat((percent - 15) % 16).isZero());
    assertThat(run.path("finished_at").isNull()).isFalse();
    assertThat(run.path("status_reason").isNull()).isTrue();
  }

  @Test
  void theDetailTellsWhatTheAgentDid() throws Exception {
    String id = user.create("shop", "Ship it too. [[scenario: finish tasks=2 seconds=0.2]]");
    user.await(id, "COMPLETED");

    JsonNode detail = user.detail(id);

    assertThat(detail.path("progress").path("source").stringValue()).isEqualTo("task_tracker");
    assertThat(detail.path("progress").path("done").intValue()).isEqualTo(2);
    assertThat(detail.path("result").path("message").stringValue()).contains("Done: all 2 tasks.");
    assertThat(detail.path("backend").path("name").stringValue()).isEqualTo("main");
    assertThat(detail.path("events").findValuesAsString("type"))
        .contains("run.created", "conversation.started", "agent.ended", "run.moved");
    assertThat(around.simulator().prompts("Ship it too.")).isEqualTo(1);
  }

  @Test
  void whatARunLeftIsThereWhenItsBackendHasForgottenTheConversation() throws Exception {
    String id = user.create("shop", "Leave a page. [[scenario: finish tasks=2 seconds=0.2]]");
    user.await(id, "COMPLETED");
    user.await(id, ApiUser.PATIENCE, _ -> collected(id));

    assertThat(around.forget(user.detail(id).path("conversation_id").stringValue())).isEqualTo(200);

    JsonNode listed =
        ApiUser.json(user.get("/runs/" + id + "/artifacts"))
            .path("artifacts")
            .valueStream()
            .filter(one -> one.path("name").stringValue().equals("result.md"))
            .findFirst()
            .orElseThrow();
    HttpResponse<String> page = user.get("/runs/" + id + "/artifacts/result.md");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).startsWith("# Result of " + id).contains("Done: all 2 tasks.");
    assertThat(Artifact.digest(page.body().getBytes(UTF_8)))
        .isEqualTo(listed.path("sha256").stringValue());
    assertThat(page.headers().firstValue("Content-Disposition"))
        .contains("attachment; filename=\"result.md\"");
  }

  private boolean collected(String id) {
    try {
      return user.detail(id)
          .path("events")
          .findValuesAsString("type")
          .contains("results.collected");
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "text,                              AWAITING_INPUT, answered_in_text",
    "error,                             FAILED,         llm_authentication",
    "error code=LLMTimeoutError,        FAILED,         llm_unavailable",
    "stuck,                             FAILED,         agent_stuck",
    "confirm,                           AWAITING_INPUT, confirmation_wanted",
  })
  void anAgentThatDoesNotFinishIsToldApart(String scenario, String status, String reason)
      throws Exception {
    String id = user.create("shop", "[[scenario: " + scenario + "]]");

    JsonNode run = user.await(id, status);

    assertThat(run.path("status_reason").path("code").stringValue()).isEqualTo(reason);
    assertThat(run.path("percent").intValue()).isLessThan(100);
  }

  @Test
  void anAgentThatAsksIsAnsweredAndFinishes() throws Exception {
    String id = user.create("shop", "Write the file. [[scenario: ask]]");
    user.await(id, "AWAITING_INPUT");

    assertThat(write(id, "{\"text\":\"Call it hello.txt\"}")).isEqualTo(202);

    user.await(id, "COMPLETED");
    assertThat(around.simulator().prompts("Call it hello.txt")).isEqualTo(1);
    assertThat(user.detail(id).path("events").findValuesAsString("type"))
        .contains("message.accepted", "message.delivered");
  }

  @Test
  void anAgentThatWantsConsentGoesOnWhenItHasIt() throws Exception {
    String id = user.create("shop", "Clean up. [[scenario: confirm]]");
    JsonNode asks = user.await(id, "AWAITING_INPUT");
    assertThat(asks.path("status_reason").path("code").stringValue())
        .isEqualTo("confirmation_wanted");

    assertThat(write(id, "{\"accept\":true}")).isEqualTo(202);

    user.await(id, "COMPLETED");
    assertThat(write(id, "{\"text\":\"too late\"}")).isEqualTo(409);
  }

  private int write(String id, String message) throws Exception {
    return user.post("/runs/" + id + "/messages", message).statusCode();
  }

  @Test
  void aWorkingRunIsCancelledAndItsAgentStopped() throws Exception {
    String id = user.create("shop", LONG_WORK);
    user.await(id, ApiUser.PATIENCE, run -> "working".equals(run.path("phase").stringValue(null)));

    HttpResponse<String> cancel = user.post("/runs/" + id + "/cancel", "");

    assertThat(cancel.statusCode()).as(cancel.body()).isEqualTo(202);
    assertThat(json(cancel).path("status").stringValue()).isEqualTo("CANCELLING");
    JsonNode run = user.await(id, "CANCELLED");
    assertThat(run.path("status_reason").path("code").stringValue()).isEqualTo("cancel_requested");
    assertThat(user.post("/runs/" + id + "/cancel", "").statusCode()).isEqualTo(200);
    HttpResponse<String> late = user.post("/runs/" + id + "/messages", "{\"text\":\"Go on\"}");
    assertThat(late.statusCode()).isEqualTo(409);
    assertThat(json(late).path("code").stringValue()).isEqualTo("run_is_terminal");
  }

  @Test
  void aPullRequestCompletesARunWhoseAgentStillWorks() throws Exception {
    String id = user.create("shop", LONG_WORK);
    user.await(id, "RUNNING");

    JsonNode told = user.pullRequest(id, 301, "pull_request.opened");

    assertThat(told.path("outcome").stringValue()).isEqualTo("applied");
    assertThat(told.path("run_id").stringValue()).isEqualTo(id);
    JsonNode run = user.run(id);
    assertThat(run.path("status").stringValue()).isEqualTo("COMPLETED");
    JsonNode pull = run.path("pull_requests").path(0);
    assertThat(pull.path("url").stringValue())
        .isEqualTo("https://github.com/acme/widgets/pull/301");
    assertThat(pull.path("rule").stringValue()).isEqualTo("branch");
    assertThat(pull.path("state").stringValue()).isEqualTo("open");
  }

  @Test
  void aRunCanWaitForItsPullRequest() throws Exception {
    String id = user.create("shop", "[[scenario: finish tasks=1 pr=none]]", "pull_request");
    user.await(
        id, ApiUser.PATIENCE, run -> "finalizing".equals(run.path("phase").stringValue(null)));

    user.pullRequest(id, 302, "pull_request.opened");

    assertThat(user.run(id).path("status").stringValue()).isEqualTo("COMPLETED");
  }

  @Test
  void aRunCanWaitForTheMerge() throws Exception {
    String id = user.create("shop", "[[scenario: finish tasks=1]]", "merge");
    user.await(
        id, ApiUser.PATIENCE, run -> "awaiting_merge".equals(run.path("phase").stringValue(null)));

    user.pullRequest(id, 303, "pull_request.opened");
    JsonNode opened = user.run(id);
    user.pullRequest(id, 303, "pull_request.closed.merged");
    JsonNode merged = user.run(id);

    assertThat(opened.path("status").stringValue()).isEqualTo("RUNNING");
    assertThat(merged.path("status").stringValue()).isEqualTo("COMPLETED");
    assertThat(merged.path("pull_requests").path(0).path("state").stringValue())
        .isEqualTo("merged");
  }

  @Test
  void theSameRequestIsTheSameRun() throws Exception {
    String body = ApiUser.body("shop", "Once only. [[scenario: text]]", "either");
    HttpResponse<String> first = user.post("/runs", body, "Idempotency-Key", "order-4711");
    HttpResponse<String> second = user.post("/runs", body, "Idempotency-Key", "order-4711");
    HttpResponse<String> other =
        user.post("/runs", body.replace("Once", "Twice"), "Idempotency-Key", "order-4711");

    assertThat(first.statusCode()).isEqualTo(201);
    assertThat(second.statusCode()).isEqualTo(200);
    assertThat(second.headers().firstValue("Idempotent-Replay")).hasValue("true");
    assertThat(json(second).path("run_id")).isEqualTo(json(first).path("run_id"));
    assertThat(other.statusCode()).isEqualTo(422);
    user.await(json(first).path("run_id").stringValue(), "AWAITING_INPUT");
    assertThat(around.simulator().prompts("Once only.")).isEqualTo(1);
  }

  @Test
  void aRunOfAForeignProjectIsAsIfAbsent() throws Exception {
    String id = user.create("shop", "[[scenario: text]]");
    ApiUser dairy = user.with(Surroundings.DAIRY_TOKEN);

    assertThat(dairy.get("/runs/" + id).statusCode()).isEqualTo(404);
    assertThat(dairy.get("/runs/" + id + "/detail").statusCode()).isEqualTo(404);
    assertThat(dairy.get("/runs?project_id=shop").body()).contains("\"runs\":[]");
    assertThat(dairy.post("/runs", ApiUser.body("shop", "Let me in", "either")).statusCode())
        .isEqualTo(403);
    assertThat(user.with("nobody's").get("/runs/" + id).statusCode()).isEqualTo(401);
  }

  @Test
  void aListIsWalkedWithoutGapOrRepetitionWhileRunsAreMade() throws Exception {
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      made.addFirst(user.create("walk", "[[scenario: text]]"));
    }
    List<String> seen = new ArrayList<>();
    String cursor = "";
    do {
      JsonNode page = json(user.get("/runs?project_id=walk&limit=3" + cursor));
      seen.addAll(page.path("runs").findValuesAsString("run_id"));
      user.create("walk", "[[scenario: text]]");
      cursor =
          page.path("next_cursor").isNull()
              ? ""
              : "&cursor=" + page.path("next_cursor").stringValue();
    } while (!cursor.isEmpty());

    assertThat(seen).isEqualTo(made);
  }

  @Test
  @Alone
  void anAgentCutOffByARestartOfItsServerIsSetGoingAgain() throws Exception {
    String id = user.create("shop", "Survive. [[scenario: finish tasks=4 seconds=2]]");
    user.await(id, ApiUser.PATIENCE, run -> run.path("percent").intValue() > 30);

    around.simulator().restart();

    user.await(id, "COMPLETED");
    assertThat(user.detail(id).path("attempts").findValuesAsString("kind"))
        .containsExactly("start", "resume");
    assertThat(around.simulator().prompts("Survive.")).isEqualTo(1);
  }

  @Test
  @Alone
  void whileOpenHandsIsAwayARunKeepsItsStatusAndSaysWhy() throws Exception {
    outage(around.openHands()::shut, "backend_unreachable");
  }

  @Test
  @Alone
  void aProxyThatAnswersHtmlIsNoOutcome() throws Exception {
    outage(
        () -> around.openHands().answering("200 OK", "text/html", "<h1>Be right back</h1>"),
        "backend_bad_answer");
  }

  @Test
  @Alone
  void anErrorOfTheServerIsNoOutcome() throws Exception {
    outage(
        () ->
            around
                .openHands()
                .answering("500 Internal Server Error", "application/json", "{\"detail\":1}"),
        "backend_error");
  }

  /// Two runs live through the outage: one at work when it begins, one created during it.
  private void outage(Runnable fault, String reason) throws Exception {
    String working = user.create("shop", "[[scenario: finish tasks=2 seconds=8]]");
    user.await(working, ApiUser.PATIENCE, run -> run.path("percent").intValue() >= 15);

    fault.run();
    String waiting;
    try {
      waiting = user.create("shop", "Wait. [[scenario: finish tasks=1]]");
      for (String id : List.of(working, waiting)) {
        JsonNode run =
            user.await(
                id,
                ApiUser.PATIENCE,
                seen -> reason.equals(seen.path("status_reason").path("code").stringValue(null)));
        assertThat(run.path("status").stringValue()).isIn("QUEUED", "RUNNING");
        assertThat(run.path("status_reason").path("retryable").booleanValue()).isTrue();
      }
      assertThat(user.run(working).path("status").stringValue()).isEqualTo("RUNNING");
      assertThat(json(user.get("/health")).path("status").stringValue()).isEqualTo("degraded");
    } finally {
      around.openHands().open();
    }

    user.await(working, "COMPLETED");
    assertThat(user.await(waiting, "COMPLETED").path("status_reason").isNull()).isTrue();
  }

  @Test
  @Alone
  void whileTheDatabaseIsAwayCallersAreToldToComeBackAndNothingIsLost() throws Exception {
    String working = user.create("shop", "[[scenario: finish tasks=3 seconds=1.5]]");
    user.await(working, "RUNNING");

    around.database().shut();
    try {
      for (int i = 0; i < 3; i++) {
        toldToComeBack("/runs/" + working, null);
        toldToComeBack("/runs", ApiUser.body("shop", "Too early", "either"));
      }
      assertThat(user.impatient().get("/health").statusCode()).isEqualTo(503);
      assertThat(user.get("/health/live").statusCode()).isEqualTo(200);
    } finally {
      around.database().open();
    }

    assertThat(user.run(working).path("run_id").stringValue()).isEqualTo(working);
    user.await(
        working,
        Duration.ofSeconds(170),
        run -> run.path("status").stringValue().equals("COMPLETED"));
  }

  private void toldToComeBack(String path, @Nullable String body) throws Exception {
    long begin = System.nanoTime();
    ApiUser once = user.impatient();
    HttpResponse<String> answer = body == null ? once.get(path) : once.post(path, body);

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    assertThat(json(answer).path("code").stringValue()).isEqualTo("storage_unavailable");
    assertThat(json(answer).path("retryable").booleanValue()).isTrue();
  }
}
