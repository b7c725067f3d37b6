package dev.build0711.runner.openhands.agentserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.port.AgentBackend.Watched;
import dev.build0711.runner.run.AgentLook;
import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.AgentStatus.Failed;
import dev.build0711.runner.run.AgentStatus.Finished;
import dev.build0711.runner.run.AgentStatus.Interrupted;
import dev.build0711.runner.run.AgentStatus.Starting;
import dev.build0711.runner.run.AgentStatus.Unknown;
import dev.build0711.runner.run.AgentStatus.Waiting;
import dev.build0711.runner.run.AgentStatus.Working;
import dev.build0711.runner.run.Evidence.AgentSeen;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.OfLook;
import dev.build0711.runner.run.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class LooksIT {

  private static final String PATH = "/api/conversations/" + Bench.ID;
  private static final JsonMapper JSON = new JsonMapper();

  private final Bench bench = new Bench();
  private final AgentServerBackend backend = bench.backend();
  private final FakeConversation conversation =
      new FakeConversation(bench.server, Bench.RUN.value(), state("running", "leaf"), List.of());

  @AfterEach
  void end() {
    bench.close();
  }

  private static JsonNode state(String status, String leaf) {
    return JSON.readTree(
        "{\"execution_status\":\"%s\",\"leaf_event_id\":\"%s\",\"max_iterations\":500}"
            .formatted(status, leaf));
  }

  private static JsonNode event(String id, String rest) {
    return JSON.readTree("{\"id\":\"%s\",%s}".formatted(id, rest));
  }

  private static JsonNode command(int number) {
    return event(
        "act-" + number,
        "\"kind\":\"ActionEvent\",\"llm_response_id\":\"answer-%d\",\"action\":{\"kind\":\"TerminalAction\"}"
            .formatted(number));
  }

  private static JsonNode status(String id, String word) {
    return event(
        id,
        "\"kind\":\"ConversationStateUpdateEvent\",\"key\":\"execution_status\",\"value\":\"%s\""
            .formatted(word));
  }

  private static JsonNode finish() {
    return event(
        "finish",
        "\"kind\":\"ActionEvent\",\"llm_response_id\":\"z\",\"action\":{\"kind\":\"FinishAction\",\"message\":\"Blue.\"}");
  }

  private static JsonNode prompt() {
    return event("prompt", "\"kind\":\"MessageEvent\",\"source\":\"user\"");
  }

  private static List<JsonNode> commands(int count) {
    List<JsonNode> events = new ArrayList<>(List.of(prompt()));
    for (int i = 1; i <= count; i++) {
      events.add(command(i));
    }
    return events;
  }

  private OfLook seen(@Nullable String cursor) {
    return backend.look(List.of(new Watched(Bench.CONVERSATION, cursor)), Bench.LIMIT).getFirst();
  }

  private AgentLook look(@Nullable String cursor) {
    OfLook seen = seen(cursor);
    assertThat(seen).isInstanceOf(AgentSeen.class);
    return ((AgentSeen) seen).look();
  }

  private AgentStatus status() {
    return look(null).status();
  }

  @Test
  void aLookThatFindsNothingNewIsOneRequest() {
    conversation.now(state("running", "act-2"), commands(2));
    String cursor = look(null).cursor();
    bench.server.forget();

    AgentLook second = look(cursor);

    assertThat(bench.server.asked()).hasToString("[GET " + PATH + "]");
    assertThat(second.news()).isFalse();
    assertThat(second.iterations()).isEqualTo(2);
    assertThat(second.tasks()).isNull();
  }

  @Test
  void aLookReadsOnFromTheLastEventItSaw() {
    conversation.now(state("running", "act-2"), commands(2));
    String cursor = look(null).cursor();
    conversation.now(state("running", "act-3"), commands(3));
    bench.server.forget();

    AgentLook second = look(cursor);

    assertThat(bench.server.asked().getLast().path())
        .isEqualTo(PATH + "/events/search?limit=100&page_id=act-2");
    assertThat(second.iterations()).isEqualTo(3);
    assertThat(second.news()).isTrue();
    assertThat(second.userMessages()).isEqualTo(1);
  }

  @Test
  void aServerThatForgotTheLastEventIsReadAnewAndNothingIsCountedTwice() {
    conversation.now(state("running", "act-2"), commands(2));
    String cursor = look(null).cursor().replace("act-2", "gone");
    conversation.now(state("running", "act-3"), commands(3));

    AgentLook second = look(cursor);

    assertThat(second.iterations()).isEqualTo(3);
    assertThat(second.userMessages()).isEqualTo(1);
  }

  @Test
  void aLongHistoryIsReadInSeveralLooksAndItsEndIsNotBelievedBefore() {
    List<JsonNode> events = commands(1500);
    events.add(finish());
    conversation.now(state("finished", "finish"), events);

    AgentLook first = look(null);
    AgentLook second = look(first.cursor());

    assertThat(first.status()).isEqualTo(new Working());
    assertThat(first.iterations()).isLessThan(1500);
    assertThat(bench.server.asked("GET", PATH + "/events")).hasSizeLessThanOrEqualTo(20);
    assertThat(second.status()).isEqualTo(new Finished());
    assertThat(second.iterations()).isEqualTo(1501);
    assertThat(second.lastWords()).isEqualTo("Blue.");
  }

  @Test
  void severalActsOfOneAnswerAreOneIteration() {
    JsonNode twin = ((ObjectNode) command(1)).put("id", "act-1b");
    conversation.now(state("running", "x"), List.of(prompt(), command(1), twin, command(2)));

    assertThat(look(null).iterations()).isEqualTo(2);
  }

  @Test
  void anEndBeforeAnySignOfWorkIsNotBelieved() {
    for (String word : List.of("finished", "error", "stuck", "paused", "idle")) {
      conversation.now(state(word, "prompt"), List.of(prompt()));
      assertThat(status()).as(word).isEqualTo(new Starting());
    }
  }

  @Test
  void anAgentThatWasJustSetGoingDoesNotRestAsItDidBefore() {
    List<JsonNode> events = commands(1);
    events.add(status("asked", "waiting_for_confirmation"));
    conversation.now(state("waiting_for_confirmation", "asked"), events);
    assertThat(status()).isEqualTo(new Waiting(Reason.CONFIRMATION_WANTED));

    events.add(status("allowed", "running"));
    AgentLook allowed = look(null);
    assertThat(allowed.status()).isEqualTo(new Working());

    events.add(command(2));
    events.add(status("asked-again", "waiting_for_confirmation"));
    assertThat(look(allowed.cursor()).status()).isEqualTo(new Waiting(Reason.CONFIRMATION_WANTED));
  }

  @Test
  void anIdleAgentThatHasWorkedIsStillAtWork() {
    conversation.now(state("idle", "act-1"), commands(1));

    assertThat(status()).isEqualTo(new Working());
  }

  @Test
  void anErrorThatIsToldLateIsWaitedFor() {
    conversation.now(state("error", "act-1"), commands(1));
    AgentLook first = look(null);
    List<JsonNode> events = commands(1);
    events.add(event("why", "\"kind\":\"ConversationErrorEvent\",\"code\":\"MaxBudgetReached\""));
    conversation.now(state("error", "act-1"), events);

    assertThat(first.status()).isEqualTo(new Failed(Reason.AGENT_ERROR));
    assertThat(look(first.cursor()).status()).isEqualTo(new Failed(Reason.BUDGET_LIMIT));
  }

  @Test
  void anErrorBeforeTheNewestMessageIsAnOldOne() {
    List<JsonNode> events = commands(1);
    events.add(event("why", "\"kind\":\"ConversationErrorEvent\",\"code\":\"MaxBudgetReached\""));
    events.add(event("more", "\"kind\":\"MessageEvent\",\"source\":\"user\""));
    conversation.now(state("error", "more"), events);
    AgentLook look = look(null);
    events.add(
        event(
            "update",
            "\"kind\":\"ConversationStateUpdateEvent\",\"key\":\"execution_status\",\"value\":\"error\""));
    conversation.now(state("error", "more"), events);

    assertThat(look.status()).isEqualTo(new Working());
    assertThat(look.userMessages()).isEqualTo(2);
    assertThat(look(look.cursor()).status()).isEqualTo(new Failed(Reason.AGENT_ERROR));
  }

  @Test
  void anAgentPausedBeforeARestartStaysPaused() {
    conversation.now(state("running", "act-1"), commands(1));
    AgentLook working = look(null);
    conversation.now(state("paused", "act-1"), commands(1));
    AgentLook paused = look(working.cursor());
    bench.pass(Duration.ofHours(2));
    bench.is("1.58.0", "idempotent_conversation_create_v1", 60);

    assertThat(paused.status()).isEqualTo(new Waiting(Reason.PAUSED));
    assertThat(look(paused.cursor()).status()).isEqualTo(new Waiting(Reason.PAUSED));
    assertThat(look(working.cursor()).status()).isEqualTo(new Interrupted());
  }

  @Test
  void aPageThatFailsLateInALookKeepsWhatWasRead() {
    conversation.now(state("running", "act-150"), commands(150));
    bench.server.on(
        "GET", PATH + "/events/search?limit=100&page_id=", 500, "{\"detail\":\"busy\"}");

    AgentLook look = look(null);

    assertThat(look.iterations()).isEqualTo(99);
    assertThat(look.cursor()).contains("act-99");
  }

  @Test
  void issue4487EventsThatCannotBeReadDoNotHideWhatTheConversationSays() {
    conversation.now(state("running", "act-1"), commands(1));
    String cursor = look(null).cursor();
    conversation.now(state("running", "act-2"), commands(2));
    bench.server.on("GET", PATH + "/events", 500, "{\"detail\":\"Internal Server Error\"}");

    assertThat(look(cursor).status()).isEqualTo(new Working());
  }

  @Test
  void issue4893AnAgentThatRunsForEverWithoutEventsShowsNoSignOfLife() {
    conversation.now(state("running", "act-1"), commands(1));
    String cursor = look(null).cursor();

    assertThat(look(cursor).status()).isEqualTo(new Working());
    assertThat(look(cursor).news()).isFalse();
  }

  @Test
  void anUnknownWordIsShownSafely() {
    conversation.now(
        state("<b>Dancing</b> all night and the whole next day long", "x"), commands(1));

    assertThat(status()).isEqualTo(new Unknown("_b_dancing__b__all_night_and_the_whole_n"));
  }

  @Test
  void aConversationThatIsBeingDeletedIsMissing() {
    conversation.now(state("deleting", "x"), commands(1));

    assertThat(seen(null)).isEqualTo(new ConversationMissing());
  }

  @Test
  void linksArePickedFromWordsAndPrintedLines() {
    List<JsonNode> events = commands(1);
    events.add(
        event(
            "printed",
            "\"kind\":\"ObservationEvent\",\"observation\":{\"kind\":\"TerminalObservation\",\"content\":[{\"text\":\"https://github.com/acme/widgets/pull/8\"}]}"));
    events.add(
        event(
            "read",
            "\"kind\":\"ObservationEvent\",\"observation\":{\"kind\":\"FileEditorObservation\",\"content\":[{\"text\":\"https://github.com/acme/widgets/pull/1\"}]}"));
    conversation.now(state("running", "read"), events);

    AgentLook first = look(null);

    assertThat(first.links()).containsExactly("https://github.com/acme/widgets/pull/8");
    assertThat(look(first.cursor()).links()).as("only what is new").isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\":7,\"kind\":null}",
        "{\"id\":\"a\",\"kind\":\"ActionEvent\",\"action\":[],\"llm_response_id\":{}}",
        "{\"id\":\"a\",\"kind\":\"ActionEvent\",\"action\":{\"kind\":\"TaskTrackerAction\",\"command\":\"plan\",\"task_list\":[1,{\"title\":9}]}}",
        "{\"id\":\"a\",\"kind\":\"MessageEvent\",\"source\":\"agent\",\"llm_message\":\"hello\"}",
        "{\"id\":\"a\",\"kind\":\"ConversationStateUpdateEvent\",\"key\":5,\"value\":{\"a\":[]}}",
        "{\"id\":\"a\",\"kind\":\"ObservationEvent\",\"observation\":{\"kind\":\"TerminalObservation\",\"content\":\"x\"}}",
        "{\"id\":\"a\",\"kind\":\"NewThingEvent\",\"wave\":true}",
        "[]",
        "null",
        "\"text\""
      })
  void anEventOfAnyShapeIsRead(String event) {
    conversation.now(state("running", "x"), List.of(prompt(), JSON.readTree(event), command(1)));

    assertThat(look(null).status()).isEqualTo(new Working());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "null",
        "7",
        "{\"execution_status\":null}",
        "{\"execution_status\":{\"a\":1}}"
      })
  void whatIsNoConversationIsABadAnswer(String body) {
    bench.server.on("GET", PATH, 200, body);

    assertThat(seen(null)).isEqualTo(new BackendSilent(Reason.BACKEND_BAD_ANSWER, null));
  }

  @Test
  void wrongNumbersCountAsNone() {
    bench.server.on(
        "GET",
        PATH,
        200,
        """
        {"execution_status":"running","max_iterations":"many","leaf_event_id":4,"stats":{"usage_to_metrics":{
          "agent":{"accumulated_cost":0.25,"accumulated_token_usage":{"prompt_tokens":40,"completion_tokens":-3}},
          "condenser":{"accumulated_cost":0.5,"accumulated_token_usage":{"prompt_tokens":2,"reasoning_tokens":NaN}},
          "other":{"accumulated_cost":1e999,"accumulated_token_usage":[]},"fourth":null}}}
        """);
    bench.server.on("GET", PATH + "/events", 200, "{\"items\":[]}");

    AgentLook look = look(null);

    assertThat(look.usage().costUsd()).isEqualByComparingTo("0.75");
    assertThat(look.usage().promptTokens()).isEqualTo(42);
    assertThat(look.usage().completionTokens()).isZero();
    assertThat(look.maxIterations()).isNull();
  }

  @Test
  void anUnknownConversationIsMissingAndAPageOfHtmlIsNot() {
    bench.server.on("GET", PATH, 404, "{\"detail\":\"Not Found\"}");
    assertThat(seen(null)).isEqualTo(new ConversationMissing());

    bench.server.on("GET", PATH, 404, "<html>nothing here</html>");
    assertThat(seen(null)).isEqualTo(new BackendSilent(Reason.BACKEND_BAD_ANSWER, null));
  }

  @Test
  void theKeyGoesWithEveryRequest() {
    look(null);

    assertThat(bench.server.asked())
        .isNotEmpty()
        .allSatisfy(
            asked -> assertThat(asked.header("X-session-api-key")).isEqualTo("key-of-berlin"));
  }
}
