package dev.build0711.runner.simulator.legacy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.simulator.legacy.LegacyOptions.Trait;
import dev.build0711.runner.simulator.legacy.Wire.Answer;
import dev.build0711.runner.simulator.web.RateLimit;
import dev.build0711.runner.simulator.web.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class LegacyServerTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private Wire wire = new Wire(LegacyOptions.defaults());

  @Test
  void aRuntimeStartsThenItsAgentWorksAndItsStatusStaysRunningForEver() {
    String base = start("[[scenario: text start=20]]");
    assertThat(status(base)).isEqualTo("STARTING STATUS$STARTING_RUNTIME loading");
    assertThat(wire.get(base + "/events").body().path("events")).hasSize(1);
    wire.clock.advance(Duration.ofMillis(19_800));
    assertThat(status(base)).isEqualTo("RUNNING STATUS$READY loading");
    wire.clock.advance(Duration.ofMillis(250));
    assertThat(status(base)).isEqualTo("RUNNING STATUS$READY running");
    wire.clock.advance(MINUTE);
    assertThat(status(base)).isEqualTo("RUNNING STATUS$READY awaiting_user_input");
  }

  @Test
  void aRuntimeThatNeverComesUpStaysStarting() {
    String base = start("[[scenario: finish start=never]]");
    wire.clock.advance(Duration.ofHours(5));
    assertThat(status(base)).isEqualTo("STARTING STATUS$STARTING_RUNTIME loading");
    assertThat(wire.get(base + "/events").body().path("events")).hasSize(1);
  }

  @Test
  void anAgentWithoutAMessageWaitsForOne() {
    String base =
        "/api/conversations/" + wire.post("/api/conversations", "{}").text("conversation_id");
    wire.clock.advance(MINUTE);
    assertThat(status(base)).isEqualTo("RUNNING STATUS$READY awaiting_user_input");
    message(base, "[[scenario: finish seconds=1]]");
    wire.clock.advance(MINUTE);
    assertThat(status(base)).endsWith("finished");
  }

  @Test
  void aMessageToARuntimeThatIsStartingIsTakenUpOnceItIsUp() {
    String base = start("[[scenario: long steps=2 seconds=1]]");
    message(base, "And be quick");
    assertThat(wire.world.prompts("And be quick")).isZero();
    wire.clock.advance(MINUTE);
    assertThat(wire.world.prompts("And be quick")).isOne();
    assertThat(status(base)).endsWith("finished");
  }

  @Test
  void aMessageToAWorkingAgentIsAnEventAtOnceAndIsThereOnce() {
    String base = start("[[scenario: long steps=3 seconds=5]]");
    wire.clock.advance(Duration.ofSeconds(5));
    message(base, "And be quick");
    assertThat(userMessages(base))
        .containsExactly("[[scenario: long steps=3 seconds=5]]", "And be quick");
    wire.clock.advance(MINUTE);
    assertThat(userMessages(base)).hasSize(2);
    assertThat(status(base)).endsWith("finished");
  }

  @Test
  void aFourthConversationTakesTheRuntimeOfTheOneThatRestedLongest() {
    String rested = start("[[scenario: text]]");
    List<String> bases = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      assertThat(status(rested)).doesNotStartWith("STOPPED");
      bases.add(start("[[scenario: long steps=90 seconds=5]]"));
      wire.clock.advance(Duration.ofSeconds(7));
    }
    assertThat(status(rested)).isEqualTo("STOPPED null stopped");
    assertThat(bases).allSatisfy(base -> assertThat(status(base)).startsWith("RUNNING"));
  }

  @Test
  void aKillLeavesTheNewestStateRunningBesideStopped() {
    String base = start("[[scenario: long steps=9 seconds=5]]");
    wire.clock.advance(Duration.ofSeconds(7));
    wire.world.restart();
    wire.clock.advance(MINUTE);
    assertThat(status(base)).isEqualTo("STOPPED null running");
    assertThat(wire.post(base + "/message", "{\"message\":\"hello?\"}").status()).isEqualTo(404);
    wire.post(base + "/start", "{}");
    wire.clock.advance(MINUTE);
    assertThat(status(base)).isEqualTo("RUNNING STATUS$READY awaiting_user_input");
  }

  @Test
  void aKillWhileTheRuntimeStartsLosesTheTask() {
    String base = start("[[scenario: finish]]");
    wire.world.restart();
    wire.clock.advance(MINUTE);
    assertThat(status(base)).isEqualTo("STOPPED null loading");
    assertThat(wire.world.prompts("finish")).isZero();
  }

  @Test
  void aRuntimeWhoseAgentRestsForAnHourIsStopped() {
    String base = start("[[scenario: text]]");
    wire.clock.advance(Duration.ofMinutes(30));
    assertThat(status(base)).isEqualTo("RUNNING STATUS$READY awaiting_user_input");
    wire.clock.advance(Duration.ofMinutes(31));
    assertThat(status(base)).isEqualTo("STOPPED null stopped");
  }

  @Test
  void anAgentThatIsToldToRunAfterAPauseBetweenStepsStandsStillUntilAMessage() {
    String base = start("[[scenario: long steps=4 seconds=2]]");
    wire.clock.advance(Duration.ofSeconds(4));
    order(base, "paused");
    wire.clock.advance(MINUTE);
    order(base, "running");
    wire.clock.advance(MINUTE);
    assertThat(status(base)).endsWith("running");
    message(base, "Go on");
    wire.clock.advance(MINUTE);
    assertThat(status(base)).endsWith("finished");
  }

  @Test
  void anAgentThatIsToldToRunWhileItsCommandIsUnderWayGoesOn() {
    String base = start("[[scenario: long steps=2 seconds=5]]");
    wire.clock.advance(Duration.ofSeconds(4));
    order(base, "paused");
    wire.clock.advance(Duration.ofSeconds(1));
    order(base, "running");
    wire.clock.advance(MINUTE);
    assertThat(status(base)).endsWith("finished");
  }

  @Test
  void aStateIsBelievedWhateverItIs() {
    String base = start("[[scenario: finish seconds=1]]");
    wire.clock.advance(MINUTE);
    order(base, "user_confirmed");
    wire.clock.advance(MINUTE);
    assertThat(status(base)).endsWith("user_confirmed");
  }

  @ParameterizedTest
  @CsvSource({
    "LLMAuthenticationError, error, STATUS$ERROR_LLM_AUTHENTICATION",
    "LLMServiceUnavailableError, error, STATUS$ERROR_LLM_INTERNAL_SERVER_ERROR",
    "LLMRateLimitError, rate_limited, ''",
    "STATUS$ERROR_LLM_OUT_OF_CREDITS, error, STATUS$ERROR_LLM_OUT_OF_CREDITS",
    "KeyError, error, KeyError: The scenario ended with KeyError.",
  })
  void aFailureIsAStateWithAReason(String code, String state, String reason) {
    String base = start("[[scenario: error code=" + code + "]]");
    wire.clock.advance(MINUTE);
    JsonNode newest = newest(base).path("extras");
    assertThat(newest.path("agent_state").asString("")).isEqualTo(state);
    assertThat(newest.path("reason").asString("-")).isEqualTo(reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "list-files",
        "select-file?file=hello.txt",
        "zip-directory",
        "git/changes",
        "trajectory"
      })
  void filesNeedARuntime(String path) {
    String base = start("[[scenario: finish seconds=1]]");
    wire.clock.advance(MINUTE);
    assertThat(wire.get(base + "/" + path).status()).isEqualTo(200);
    wire.post(base + "/stop", "");
    assertThat(wire.get(base + "/" + path).status()).isEqualTo(404);
    assertThat(wire.get(base + "/events").status()).isEqualTo(200);
  }

  @Test
  void whatAFinishedAgentChangedInItsRepositoryIsShown() {
    String body =
        """
        {"initial_user_msg":"[[scenario: finish seconds=1]]","repository":"acme/widgets",
         "git_provider":"github","selected_branch":"main"}\
        """;
    String base =
        "/api/conversations/" + wire.post("/api/conversations", body).text("conversation_id");
    wire.clock.advance(MINUTE);
    assertThat(wire.get(base + "/git/changes").body().toString())
        .isEqualTo("[{\"status\":\"A\",\"path\":\"hello.txt\"}]");
    assertThat(wire.get(base + "/git/diff?path=hello.txt").body().path("original").asString("-"))
        .isEmpty();
    assertThat(
            wire.get(base + "/events?reverse=true&limit=2")
                .body()
                .at("/events/1/args/final_thought")
                .asString(""))
        .contains("https://github.com/acme/widgets/pull/");
  }

  @Test
  void onlyAPullRequestOpenedWithTheServersToolIsNumbered() {
    String byTool =
        start("[[scenario: finish seconds=1 pr=https://github.com/a/b/pull/7 by=tool]]");
    String byShell = start("[[scenario: finish seconds=1 pr=https://github.com/a/b/pull/8]]");
    wire.clock.advance(MINUTE);
    assertThat(wire.get(byTool).body().path("pr_number").toString()).isEqualTo("[7]");
    assertThat(wire.get(byShell).body().path("pr_number").toString()).isEqualTo("[]");
    assertThat(wire.get(byTool + "/events?limit=100").body().toString())
        .contains("\"action\":\"call_tool_mcp\"", "\"observation\":\"mcp\"");
  }

  @Test
  void theListIsPagedAndNarrowedByRepository() {
    for (int i = 0; i < 5; i++) {
      start("[[scenario: text]] " + i);
    }
    wire.post("/api/conversations", "{\"repository\":\"acme/widgets\"}");
    List<String> seen = new ArrayList<>();
    String page = "";
    do {
      JsonNode body = wire.get("/api/conversations?limit=4" + page).body();
      body.path("results").forEach(c -> seen.add(c.path("conversation_id").asString("")));
      page = "&page_id=" + body.path("next_page_id").asString("").replace("=", "%3D");
    } while (page.length() > 9);
    assertThat(seen).hasSize(6).doesNotHaveDuplicates();
    JsonNode narrowed = wire.get("/api/conversations?selected_repository=acme/widgets").body();
    assertThat(narrowed.path("results")).hasSize(1);
    assertThat(narrowed.at("/results/0/conversation_id").asString("")).isEqualTo(seen.getFirst());
  }

  @Test
  void aRepositoryThatCannotBeReachedIsA401WithABareText() {
    Answer answer = wire.post("/api/conversations", "{\"repository\":\"acme/no-such-tool\"}");
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.body().isString()).isTrue();
  }

  @Test
  void ofManyRequestsAtOnceTenAreQuickTenAreDelayedAndTheRestRefused() {
    RateLimit limit = new RateLimit();
    Instant now = wire.clock.instant();
    List<String> answers = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      answers.add(brief(limit.admit(now, () -> Reply.of(200, "text/plain", "ok")), now));
    }
    assertThat(answers.subList(0, 10)).containsOnly("200 at once");
    assertThat(answers.subList(10, 20)).containsOnly("200 after PT1S");
    assertThat(answers.subList(20, 40)).containsOnly("429 at once, Retry-After 1");
    Instant later = now.plusSeconds(1);
    assertThat(brief(limit.admit(later, () -> Reply.of(200, "text/plain", "ok")), later))
        .isEqualTo("200 at once");
  }

  @Test
  void requestsAreCountedOnlyWhereThatIsWanted() {
    wire = new Wire(LegacyOptions.defaults().with(Trait.RATE_LIMIT));
    Instant before = wire.clock.instant();
    for (int i = 0; i < 11; i++) {
      assertThat(wire.get("/alive").status()).isEqualTo(200);
    }
    assertThat(wire.clock.instant()).isEqualTo(before.plusSeconds(1));
  }

  @Test
  void aForgottenWorldIsForgottenHere() {
    String base = start("go");
    wire.world.reset();
    assertThat(wire.get(base).body().isNull()).isTrue();
    assertThat(wire.get("/api/conversations").body().path("results")).isEmpty();
  }

  @Test
  void oddFieldsKindsAndValuesAreToldOnlyWhenAsked() {
    String odd = start("[[scenario: finish odd=all]]");
    String usual = start("[[scenario: finish]]");
    wire.clock.advance(Duration.ofSeconds(6));
    assertThat(wire.get(odd + "/events?limit=100").body().toString())
        .contains("foresight", "\"mood\"", "under_review", "pondering");
    assertThat(wire.get(odd).body().has("mood")).isTrue();
    assertThat(wire.get(usual + "/events?limit=100").body().toString())
        .doesNotContain("foresight", "\"mood\"", "under_review", "pondering");
  }

  @Test
  void aSlowConversationIsAnsweredLate() {
    String base = start("[[scenario: slow answer_ms=700]]");
    wire.clock.advance(MINUTE);
    Instant before = wire.clock.instant();
    wire.get(base);
    assertThat(Duration.between(before, wire.clock.instant())).isEqualTo(Duration.ofMillis(700));
  }

  private static String brief(Reply reply, Instant now) {
    Reply.Answer answer = (Reply.Answer) reply;
    String again = answer.headers().get("Retry-After");
    return answer.status()
        + answer.notBefore().map(at -> " after " + Duration.between(now, at)).orElse(" at once")
        + (again == null ? "" : ", Retry-After " + again);
  }

  private String start(String prompt) {
    Answer answer = wire.post("/api/conversations", "{\"initial_user_msg\":\"" + prompt + "\"}");
    assertThat(answer.status()).isEqualTo(200);
    return "/api/conversations/" + answer.text("conversation_id");
  }

  private void message(String base, String text) {
    assertThat(wire.post(base + "/message", "{\"message\":\"" + text + "\"}").status())
        .isEqualTo(200);
  }

  private void order(String base, String state) {
    String body =
        "{\"action\":\"change_agent_state\",\"args\":{\"agent_state\":\"" + state + "\"}}";
    assertThat(wire.post(base + "/events", body).status()).isEqualTo(200);
  }

  /// The conversation's two statuses and the newest state of its agent.
  private String status(String base) {
    Answer info = wire.get(base);
    return info.text("status")
        + " "
        + (info.body().path("runtime_status").isNull() ? "null" : info.text("runtime_status"))
        + " "
        + newest(base).path("extras").path("agent_state").asString("");
  }

  private JsonNode newest(String base) {
    return wire.get(base + "/events?reverse=true&limit=100")
        .body()
        .path("events")
        .valueStream()
        .filter(event -> event.path("observation").asString("").equals("agent_state_changed"))
        .findFirst()
        .orElseThrow();
  }

  private List<String> userMessages(String base) {
    return wire.get(base + "/events?limit=100")
        .body()
        .path("events")
        .valueStream()
        .filter(event -> event.path("action").asString("").equals("message"))
        .filter(event -> event.path("source").asString("").equals("user"))
        .map(event -> event.path("message").asString(""))
        .toList();
  }
}
