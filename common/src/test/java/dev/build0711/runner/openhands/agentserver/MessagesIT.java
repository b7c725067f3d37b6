package dev.build0711.runner.openhands.agentserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.exchange.ScriptedServer.Answer;
import dev.build0711.runner.port.AgentBackend.Sending;
import dev.build0711.runner.port.AgentBackend.Watched;
import dev.build0711.runner.run.AgentLook;
import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.AgentStatus.Failed;
import dev.build0711.runner.run.AgentStatus.Finished;
import dev.build0711.runner.run.AgentStatus.Waiting;
import dev.build0711.runner.run.AgentStatus.Working;
import dev.build0711.runner.run.Evidence.AgentSeen;
import dev.build0711.runner.run.Evidence.BackendFull;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.MessageRefused;
import dev.build0711.runner.run.Evidence.MessageTaken;
import dev.build0711.runner.run.Evidence.MessageUnclear;
import dev.build0711.runner.run.Evidence.OfControl;
import dev.build0711.runner.run.Message;
import dev.build0711.runner.run.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

class MessagesIT {

  private static final String PATH = "/api/conversations/" + Bench.ID;
  private static final String ANSWER = PATH + "/events/respond_to_confirmation";
  private static final JsonMapper JSON = new JsonMapper();
  private static final String TEXT = "Make it red, not blue";

  private final Bench bench = new Bench();
  private final AgentServerBackend backend = bench.backend();
  private final FakeConversation conversation =
      new FakeConversation(bench.server, Bench.RUN.value(), state("running", "prompt"), List.of());

  @AfterEach
  void end() {
    bench.close();
  }

  private static JsonNode state(String status, String leaf) {
    return JSON.readTree(
        "{\"execution_status\":\"%s\",\"leaf_event_id\":\"%s\"}".formatted(status, leaf));
  }

  private static JsonNode event(String id, String rest) {
    return JSON.readTree("{\"id\":\"%s\",%s}".formatted(id, rest));
  }

  private static JsonNode said(String id, String text) {
    return event(
        id,
        "\"kind\":\"MessageEvent\",\"source\":\"user\",\"llm_message\":{\"content\":[{\"type\":\"text\",\"text\":%s}]}"
            .formatted(JsonNodeFactory.instance.stringNode(text)));
  }

  private static JsonNode act(String id, String kind) {
    return event(
        id,
        "\"kind\":\"ActionEvent\",\"source\":\"agent\",\"llm_response_id\":\"of-%s\",\"action\":{\"kind\":\"%s\"}"
            .formatted(id, kind));
  }

  private static JsonNode update(String id, String status) {
    return event(
        id,
        "\"kind\":\"ConversationStateUpdateEvent\",\"key\":\"execution_status\",\"value\":\"%s\""
            .formatted(status));
  }

  private static JsonNode refused(String id, String reason) {
    return event(
        id,
        "\"kind\":\"UserRejectObservation\",\"source\":\"environment\",\"rejection_reason\":\"%s\""
            .formatted(reason));
  }

  /// A conversation that came to rest.
  private static List<JsonNode> rested(String status) {
    List<JsonNode> events =
        new ArrayList<>(List.of(said("prompt", "Paint the shed blue"), update("u1", "running")));
    events.add(act("a1", status.equals("finished") ? "FinishAction" : "TerminalAction"));
    if (status.equals("error")) {
      events.add(
          event("e1", "\"kind\":\"ConversationErrorEvent\",\"code\":\"MaxIterationsReached\""));
    }
    events.add(update("u2", status));
    return events;
  }

  private static List<JsonNode> and(List<JsonNode> events, JsonNode... more) {
    return Stream.concat(events.stream(), Stream.of(more)).toList();
  }

  private String seen(String status, String leaf, List<JsonNode> events) {
    conversation.now(state(status, leaf), events);
    return look(null).cursor();
  }

  private AgentLook look(@Nullable String cursor) {
    var seen =
        backend.look(List.of(new Watched(Bench.CONVERSATION, cursor)), Bench.LIMIT).getFirst();
    assertThat(seen).isInstanceOf(AgentSeen.class);
    return ((AgentSeen) seen).look();
  }

  private static Message message(@Nullable String text, @Nullable Boolean accept) {
    return new Message(1, text, accept, 0, 5, Message.State.WANTED, null);
  }

  private static Message tried(@Nullable String text, @Nullable Boolean accept) {
    return new Message(
        1, text, accept, 0, 5, Message.State.WANTED, Instant.parse("2026-11-22T05:58:00Z"));
  }

  private OfControl tell(Message message, Sending sending, @Nullable String cursor) {
    return backend.tell(Bench.CONVERSATION, message, sending, cursor, Bench.LIMIT);
  }

  private static String cursor(OfControl told) {
    assertThat(told).isInstanceOf(MessageTaken.class);
    return String.valueOf(((MessageTaken) told).cursor());
  }

  @ParameterizedTest
  @ValueSource(strings = {"finished", "stuck", "error", "paused", "running", "idle"})
  void aMessageSetsAnAgentInEveryStateGoingOnce(String status) {
    String before = seen(status, "a1", rested(status));
    bench.server.on("POST", PATH + "/events", 200, "{\"success\":true}");
    bench.server.forget();

    OfControl told = tell(message(TEXT, null), Sending.FIRST, before);

    assertThat(told).isInstanceOf(MessageTaken.class);
    assertThat(bench.server.asked()).hasToString("[GET %s, POST %s/events]".formatted(PATH, PATH));
    assertThat(JSON.readTree(bench.server.asked().getLast().body()))
        .isEqualTo(
            JSON.readTree(
                "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"%s\"}],\"run\":true}"
                    .formatted(TEXT)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"finished", "stuck", "error", "paused"})
  void anOldEndIsNotTakenForTheEndAfterTheMessage(String status) {
    List<JsonNode> events = rested(status);
    String before = seen(status, "a1", events);
    bench.server.on("POST", PATH + "/events", 200, "{\"success\":true}");
    String cursor = cursor(tell(message(TEXT, null), Sending.FIRST, before));

    assertThat(look(cursor).status()).as("before the message is there").isEqualTo(new Working());
    List<JsonNode> late = and(events, update("u3", status));
    conversation.now(state(status, "a1"), late);
    String second = look(cursor).cursor();
    assertThat(look(cursor).status()).as("an old update that came late").isEqualTo(new Working());
    List<JsonNode> arrived = and(late, said("m1", TEXT));
    conversation.now(state(status, "m1"), arrived);
    String third = look(second).cursor();
    assertThat(look(second).status()).as("with the message only").isEqualTo(new Working());
    conversation.now(state("running", "m1"), and(arrived, update("u4", "running")));
    assertThat(look(third).status()).isEqualTo(new Working());
    conversation.now(
        state("finished", "a2"),
        and(arrived, update("u4", "running"), act("a2", "FinishAction"), update("u5", "finished")));
    assertThat(look(third).status()).isEqualTo(new Finished());
    assertThat(look(third).userMessages()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({"finished, Finished", "stuck, Failed", "error, Failed", "paused, Waiting"})
  void aMessageThatAKilledServerLostIsNotWaitedForForEver(String status, String judged) {
    String before = seen(status, "a1", rested(status));
    bench.server.on("POST", PATH + "/events", 200, "{\"success\":true}");
    String cursor = cursor(tell(message(TEXT, null), Sending.FIRST, before));

    bench.pass(Duration.ofSeconds(110));
    assertThat(look(cursor).status()).isEqualTo(new Working());
    bench.pass(Duration.ofSeconds(20));
    assertThat(look(cursor).status().getClass().getSimpleName()).isEqualTo(judged);
  }

  @Test
  void anOldEndIsNotTakenForTheEndAfterSomebodyElsesMessageHoweverLongTheAgentHasWorked() {
    List<JsonNode> events = rested("finished");
    String working = seen("running", "prompt", events.subList(0, 2));
    bench.pass(Duration.ofMinutes(4));

    conversation.now(state("finished", "a1"), and(events, said("m1", TEXT)));

    assertThat(look(working).status()).isEqualTo(new Working());
  }

  @Test
  void aRunThatEndsWhileTheMessageIsOnItsWayEndsOnlyOnce() {
    String before = seen("running", "a1", rested("running"));
    bench.server.on("POST", PATH + "/events", 200, "{\"success\":true}");
    String cursor = cursor(tell(message(TEXT, null), Sending.FIRST, before));
    List<JsonNode> ended =
        and(rested("running"), act("a2", "FinishAction"), update("u3", "finished"));

    conversation.now(state("finished", "a2"), ended);
    assertThat(look(cursor).status()).as("the end before the message").isEqualTo(new Working());
    conversation.now(
        state("finished", "m2"),
        and(
            ended,
            said("m1", TEXT),
            update("u4", "running"),
            act("a3", "FinishAction"),
            update("u5", "finished")));
    assertThat(look(cursor).status()).isEqualTo(new Finished());
  }

  @ParameterizedTest
  @CsvSource({"502, true", "504, true", "500, true", "503, false", "401, false", "409, false"})
  void anAnswerThatTellsNothingLeavesItUnclear(int status, boolean unclear) {
    bench.server.on("POST", PATH + "/events", status, "{}");

    OfControl told = tell(message(TEXT, null), Sending.FIRST, null);

    assertThat(told).isInstanceOf(unclear ? MessageUnclear.class : BackendSilent.class);
    assertThat(bench.server.asked("POST", PATH + "/events")).hasSize(1);
  }

  @Test
  void aMessageToABusyAgentIsGivenUpAndNotSentAgain() {
    bench.server.on("POST", PATH + "/events", _ -> null);
    assertThat(tell(message(TEXT, null), Sending.FIRST, null)).isEqualTo(new MessageUnclear(true));
    assertThat(bench.server.asked("POST", PATH + "/events")).hasSize(1);

    assertThat(tell(tried(TEXT, null), Sending.SEARCH, null)).isEqualTo(new MessageUnclear(false));
    assertThat(bench.server.asked("POST", PATH + "/events")).hasSize(1);
  }

  @Test
  void aMessageThatArrivedAfterAllIsFoundAndNotSentAgain() {
    conversation.now(
        state("running", "m1"), and(rested("running"), said("m1", TEXT), act("a2", "ThinkAction")));

    for (Sending sending : List.of(Sending.SEARCH, Sending.AGAIN)) {
      assertThat(tell(tried(TEXT, null), sending, null)).isInstanceOf(MessageTaken.class);
    }

    assertThat(bench.server.asked().stream().filter(asked -> asked.method().equals("POST")))
        .isEmpty();
  }

  @Test
  void aMessageThatArrivedAndWasAnsweredIsNotWaitedForAgain() {
    List<JsonNode> events =
        and(
            rested("running"),
            said("m1", TEXT),
            update("u3", "running"),
            act("a2", "FinishAction"),
            update("u4", "finished"));
    String before = seen("finished", "a2", events);

    String cursor = cursor(tell(tried(TEXT, null), Sending.AGAIN, before));

    assertThat(look(cursor).status()).isEqualTo(new Finished());
  }

  @Test
  void aMessageIsSentAgainOnlyWhenItHasNotArrived() {
    conversation.now(state("finished", "a1"), rested("finished"));
    bench.server.on("POST", PATH + "/events", 200, "{\"success\":true}");

    assertThat(tell(tried(TEXT, null), Sending.AGAIN, null)).isInstanceOf(MessageTaken.class);
    assertThat(bench.server.asked("POST", PATH + "/events")).hasSize(1);
  }

  @Test
  void theSameWordsSaidBeforeAreNoSignThatTheyArrivedNow() {
    Message third = new Message(3, TEXT, null, 2, 5, Message.State.WANTED, Instant.EPOCH);
    List<JsonNode> twice = and(rested("running"), said("m1", TEXT), said("m2", TEXT));
    conversation.now(state("running", "m2"), twice);
    assertThat(tell(third, Sending.SEARCH, null)).isEqualTo(new MessageUnclear(false));

    conversation.now(
        state("running", "m3"), and(twice, said("m3", TEXT), act("a4", "ThinkAction")));
    assertThat(tell(third, Sending.SEARCH, null)).isInstanceOf(MessageTaken.class);
  }

  @Test
  void wordsThatOnlyLookAlikeAreNotFound() {
    conversation.now(
        state("running", "m1"),
        and(rested("running"), said("m1", TEXT + "!"), said("m2", TEXT.toLowerCase(Locale.ROOT))));

    assertThat(tell(tried(TEXT, null), Sending.SEARCH, null)).isEqualTo(new MessageUnclear(false));
  }

  @Test
  void aMessageIsFoundFarBackToo() {
    List<JsonNode> events = new ArrayList<>(and(rested("running"), said("m0", TEXT)));
    for (int i = 0; i < 250; i++) {
      events.add(said("later-" + i, "And " + i));
    }
    events.add(act("a2", "ThinkAction"));
    conversation.now(state("running", "later-249"), events);

    assertThat(tell(tried(TEXT, null), Sending.SEARCH, null)).isInstanceOf(MessageTaken.class);
    assertThat(bench.server.asked("GET", PATH + "/events/search?limit=100&sort_order")).hasSize(4);
  }

  @Test
  void aFullServerKeepsTheMessageAndIsAskedToRunItUntilItDoes() {
    List<JsonNode> events = rested("finished");
    String before = seen("finished", "a1", events);
    bench.server.on(
        "POST",
        PATH + "/events",
        _ -> {
          conversation.now(
              state("idle", "m1"), and(events, update("u3", "idle"), said("m1", TEXT)));
          return Answer.json(429, "{\"detail\":\"Message saved, but …\"}");
        });
    bench.server.on("POST", PATH + "/run", 429, "{\"detail\":\"Conversation run limit reached.\"}");

    assertThat(tell(message(TEXT, null), Sending.FIRST, before)).isEqualTo(new BackendFull());
    assertThat(tell(tried(TEXT, null), Sending.SEARCH, before)).isEqualTo(new BackendFull());
    bench.server.on("POST", PATH + "/run", 200, "{\"success\":true}");
    String cursor = cursor(tell(tried(TEXT, null), Sending.AGAIN, before));

    assertThat(bench.server.asked("POST", PATH + "/events")).hasSize(1);
    assertThat(bench.server.asked("POST", PATH + "/run")).hasSize(2);
    assertThat(look(cursor).status()).isEqualTo(new Working());
  }

  @ParameterizedTest
  @ValueSource(strings = {"error", "paused", "stuck"})
  void aMessageKeptForAnAgentThatStoodStillIsRunToo(String status) {
    String before = seen(status, "a1", rested(status));
    conversation.now(state(status, "m1"), and(rested(status), said("m1", TEXT)));
    bench.server.on("POST", PATH + "/run", 409, "{\"detail\":\"Conversation already running.\"}");

    String cursor = cursor(tell(tried(TEXT, null), Sending.SEARCH, before));

    assertThat(bench.server.asked("POST", PATH + "/run")).hasSize(1);
    assertThat(look(cursor).status()).isEqualTo(new Working());
  }

  @ParameterizedTest
  @ValueSource(strings = {"error", "paused"})
  void anAgentThatStoppedAfterTheMessageIsNotSetGoingByTheSearch(String status) {
    conversation.now(
        state(status, "a2"),
        and(rested("running"), said("m1", TEXT), act("a2", "ThinkAction"), update("u9", status)));

    assertThat(tell(tried(TEXT, null), Sending.SEARCH, null)).isInstanceOf(MessageTaken.class);
    assertThat(bench.server.asked("POST", PATH + "/run")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Sending.class)
  void anUnknownConversationGetsNoMessage(Sending sending) {
    bench.server.on("GET", PATH, 404, "{\"detail\":\"Not Found\"}");

    assertThat(tell(message(TEXT, null), sending, null)).isEqualTo(new ConversationMissing());
    assertThat(bench.server.asked()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 413, 422})
  void aMessageThatTheServerDoesNotTakeIsRefused(int status) {
    bench.server.on("POST", PATH + "/events", status, "{\"detail\":\"too long\"}");

    assertThat(tell(message(TEXT, null), Sending.FIRST, null)).isEqualTo(new MessageRefused());
  }

  @Test
  void aPageOfHtmlIsNoSignThatTheMessageArrivedOrDidNot() {
    bench.server.on(
        "POST", PATH + "/events", _ -> new Answer(200, "<html>", "text/html", Map.of()));

    assertThat(tell(message(TEXT, null), Sending.FIRST, null)).isEqualTo(new MessageUnclear(true));
  }

  private String asking(String action) {
    return seen("waiting_for_confirmation", action, asked(action));
  }

  private static List<JsonNode> asked(String action) {
    return List.of(
        said("prompt", "Paint the shed blue"),
        update("u1", "running"),
        act(action, "TerminalAction"),
        update("u2", "waiting_for_confirmation"));
  }

  @Test
  void theActionThatWaitsIsAllowed() {
    String before = asking("a1");
    bench.server.on("POST", ANSWER, 200, "{\"success\":true}");

    String cursor = cursor(tell(message(null, true), Sending.FIRST, before));

    assertThat(bench.server.asked("POST", PATH)).hasToString("[POST " + ANSWER + "]");
    assertThat(JSON.readTree(bench.server.asked("POST", ANSWER).getFirst().body()))
        .isEqualTo(JSON.readTree("{\"accept\":true}"));
    assertThat(look(cursor).status()).as("the old word").isEqualTo(new Working());
    conversation.now(
        state("waiting_for_confirmation", "a2"),
        and(
            asked("a1"),
            update("u3", "running"),
            act("a2", "TerminalAction"),
            update("u4", "waiting_for_confirmation")));
    assertThat(look(cursor).status()).isEqualTo(new Waiting(Reason.CONFIRMATION_WANTED));
  }

  @Test
  void leaveIsNeverGivenToAnotherActionThanTheOneThatWasSeen() {
    String before = asking("a1");
    conversation.now(state("waiting_for_confirmation", "a2"), asked("a2"));

    assertThat(tell(message(null, true), Sending.FIRST, before)).isEqualTo(new MessageRefused());
    assertThat(tell(message(null, true), Sending.FIRST, null)).isEqualTo(new MessageRefused());
    assertThat(bench.server.asked("POST", PATH)).isEmpty();
  }

  @Test
  void leaveThatMayHaveBeenGivenIsGivenAgainOnlyToTheSameAction() {
    String before = asking("a1");
    bench.server.on("POST", ANSWER, _ -> null);
    OfControl unclear = tell(message(null, true), Sending.FIRST, before);
    assertThat(unclear).isInstanceOf(MessageUnclear.class);
    String cursor = look(((MessageUnclear) unclear).cursor()).cursor();
    bench.server.on("POST", ANSWER, 200, "{\"success\":true}");
    bench.server.forget();

    assertThat(tell(tried(null, true), Sending.SEARCH, cursor))
        .isEqualTo(new MessageUnclear(false));
    assertThat(tell(tried(null, true), Sending.AGAIN, cursor)).isInstanceOf(MessageTaken.class);
    assertThat(bench.server.asked("POST", ANSWER)).hasSize(1);
    conversation.now(
        state("waiting_for_confirmation", "a2"),
        and(
            asked("a1"),
            update("u3", "running"),
            act("a2", "TerminalAction"),
            update("u4", "waiting_for_confirmation")));
    String later = look(cursor).cursor();
    String taken = cursor(tell(tried(null, true), Sending.AGAIN, later));
    assertThat(bench.server.asked("POST", ANSWER)).hasSize(1);
    assertThat(look(taken).status()).isEqualTo(new Waiting(Reason.CONFIRMATION_WANTED));
  }

  @Test
  void leaveForTheNextActionIsNotConfusedByAnEarlierAnswer() {
    String before = asking("a1");
    bench.server.on("POST", ANSWER, _ -> null);
    OfControl unclear = tell(message(null, true), Sending.FIRST, before);
    conversation.now(state("waiting_for_confirmation", "a2"), asked("a2"));
    String later = look(((MessageUnclear) unclear).cursor()).cursor();
    bench.server.on("POST", ANSWER, 200, "{\"success\":true}");

    assertThat(tell(message(null, true), Sending.FIRST, later)).isInstanceOf(MessageTaken.class);
  }

  @Test
  void aRunnerThatDiedAfterGivingLeaveDoesNotGiveItToTheNextAction() {
    String before = asking("a1");
    conversation.now(state("waiting_for_confirmation", "a2"), asked("a2"));

    assertThat(tell(message(null, true), Sending.AGAIN, before)).isInstanceOf(MessageTaken.class);
    assertThat(bench.server.asked("POST", PATH)).isEmpty();
  }

  @Test
  void anAnswerToNothingIsRefusedUnlessItWasTried() {
    String before = asking("a1");
    conversation.now(state("running", "a1"), and(asked("a1"), update("u3", "running")));

    assertThat(tell(message(null, true), Sending.FIRST, before)).isEqualTo(new MessageRefused());
    assertThat(tell(tried(null, true), Sending.SEARCH, before)).isInstanceOf(MessageTaken.class);
    assertThat(bench.server.asked("POST", PATH)).isEmpty();
  }

  @Test
  void anAgentWhoseActionWasRefusedIsSetGoing() {
    String before = asking("a1");
    bench
        .server
        .on("POST", ANSWER, 200, "{\"success\":true}")
        .on("POST", PATH + "/run", 200, "{\"success\":true}");

    String cursor = cursor(tell(message("Not the red one", false), Sending.FIRST, before));

    assertThat(bench.server.asked("POST", PATH))
        .hasToString("[POST %s, POST %s/run]".formatted(ANSWER, PATH));
    assertThat(JSON.readTree(bench.server.asked("POST", ANSWER).getFirst().body()))
        .isEqualTo(JSON.readTree("{\"accept\":false,\"reason\":\"Not the red one\"}"));
    conversation.now(
        state("idle", "r1"),
        and(asked("a1"), update("u3", "idle"), refused("r1", "Not the red one")));
    assertThat(look(cursor).status()).isEqualTo(new Working());
  }

  @Test
  void aRefusalThatWasTakenOnAFullServerIsRunLater() {
    String before = asking("a1");
    bench.server.on("POST", ANSWER, 200, "{\"success\":true}").on("POST", PATH + "/run", 429, "{}");
    assertThat(tell(message("No", false), Sending.FIRST, before)).isEqualTo(new BackendFull());
    conversation.now(
        state("idle", "r1"), and(asked("a1"), update("u3", "idle"), refused("r1", "No")));
    bench.server.on("POST", PATH + "/run", 200, "{\"success\":true}");

    assertThat(tell(tried("No", false), Sending.SEARCH, before)).isInstanceOf(MessageTaken.class);
    assertThat(bench.server.asked("POST", ANSWER)).hasSize(1);
    assertThat(bench.server.asked("POST", PATH + "/run")).hasSize(2);
  }

  @Test
  void aPlainMessageRefusesWhatWaitsAndGoesOn() {
    String before = asking("a1");
    bench
        .server
        .on("POST", ANSWER, 200, "{\"success\":true}")
        .on("POST", PATH + "/run", 200, "{\"success\":true}");

    assertThat(tell(message(TEXT, null), Sending.FIRST, before)).isInstanceOf(MessageTaken.class);

    assertThat(JSON.readTree(bench.server.asked("POST", ANSWER).getFirst().body()))
        .isEqualTo(JSON.readTree("{\"accept\":false,\"reason\":\"%s\"}".formatted(TEXT)));
    assertThat(bench.server.asked("POST", PATH + "/run")).hasSize(1);
  }

  @Test
  void aPlainMessageThatRefusedAnActionIsFoundAsItsReason() {
    String before = asking("a1");
    conversation.now(
        state("idle", "r1"), and(asked("a1"), update("u3", "idle"), refused("r1", TEXT)));
    bench.server.on("POST", PATH + "/run", 200, "{\"success\":true}");

    assertThat(tell(tried(TEXT, null), Sending.AGAIN, before)).isInstanceOf(MessageTaken.class);
    assertThat(bench.server.asked("POST", PATH)).hasToString("[POST " + PATH + "/run]");
  }

  @Test
  void aFoundMessageAllowsNoActionThatWaits() {
    conversation.now(state("waiting_for_confirmation", "a1"), and(asked("a1"), said("m1", TEXT)));

    assertThat(tell(tried(TEXT, null), Sending.SEARCH, null)).isInstanceOf(MessageTaken.class);
    assertThat(bench.server.asked("POST", PATH)).isEmpty();
  }

  @Test
  void aServerThatDoesNotNameItsNewestEventGetsAnAnswerOnce() {
    String before = seen("waiting_for_confirmation", "", asked("a1"));
    bench.server.on("POST", ANSWER, 200, "{\"success\":true}");

    assertThat(tell(message(null, true), Sending.FIRST, before)).isInstanceOf(MessageTaken.class);
    assertThat(tell(tried(null, true), Sending.AGAIN, before)).isInstanceOf(MessageTaken.class);
    assertThat(bench.server.asked("POST", ANSWER)).hasSize(1);
  }

  @Test
  void aBackendThatIsDownGetsNoMessage() {
    bench.server.close();

    assertThat(
            backend.tell(
                Bench.CONVERSATION,
                message(TEXT, null),
                Sending.FIRST,
                null,
                Duration.ofSeconds(3)))
        .isEqualTo(new BackendSilent(Reason.BACKEND_UNREACHABLE, null));
  }

  @Test
  void theReasonOfAnEarlierErrorIsForgottenWithTheMessage() {
    String before = seen("error", "a1", rested("error"));
    assertThat(look(before).status()).isEqualTo(new Failed(Reason.ITERATION_LIMIT));
    AgentStatus after =
        look(seen("error", "x", and(rested("error"), said("m1", TEXT), update("u3", "error"))))
            .status();
    assertThat(after).isEqualTo(new Failed(Reason.AGENT_ERROR));
  }
}
