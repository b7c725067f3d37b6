package dev.build0711.runner.openhands.appserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.exchange.ScriptedServer.Answer;
import dev.build0711.runner.port.AgentBackend.Watched;
import dev.build0711.runner.run.AgentLook;
import dev.build0711.runner.run.AgentStatus.Failed;
import dev.build0711.runner.run.AgentStatus.Finished;
import dev.build0711.runner.run.AgentStatus.Interrupted;
import dev.build0711.runner.run.AgentStatus.Starting;
import dev.build0711.runner.run.AgentStatus.Unknown;
import dev.build0711.runner.run.AgentStatus.Working;
import dev.build0711.runner.run.Evidence.AgentSeen;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.OfLook;
import dev.build0711.runner.run.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class LooksIT {

  private static final List<JsonNode> WORK =
      List.of(
          FakeConversation.event(
              """
              {"id":"e1","timestamp":"2026-11-22T06:00:01","kind":"MessageEvent","source":"user",
               "llm_message":{"content":[{"text":"Paint the shed."}]}}\
              """),
          FakeConversation.event(
              """
              {"id":"e2","timestamp":"2026-11-22T06:00:02","kind":"ActionEvent","source":"agent",
               "llm_response_id":"r1","action":{"kind":"TerminalAction"}}\
              """));

  private final Bench bench = new Bench();
  private final AppServerBackend backend = bench.backend();

  @AfterEach
  void end() {
    bench.close();
  }

  private FakeConversation conversation(String sandbox, @Nullable String word) {
    return new FakeConversation(
        bench.server, false, FakeConversation.state(Bench.ID, sandbox, word), WORK);
  }

  private static List<JsonNode> finished() {
    List<JsonNode> events = new ArrayList<>(WORK);
    events.add(
        FakeConversation.event(
            """
            {"id":"e3","timestamp":"2026-11-22T06:00:03","kind":"ActionEvent","source":"agent",
             "llm_response_id":"r2","action":{"kind":"FinishAction","message":"Painted."}}\
            """));
    events.add(
        FakeConversation.event(
            """
            {"id":"e4","timestamp":"2026-11-22T06:00:04","kind":"ConversationStateUpdateEvent",
             "source":"environment","key":"execution_status","value":"finished"}\
            """));
    return events;
  }

  private void now(FakeConversation conversation, String sandbox, @Nullable String word) {
    conversation.now(FakeConversation.state(Bench.ID, sandbox, word), WORK);
  }

  private OfLook seen(FakeConversation conversation, @Nullable String cursor) {
    return backend
        .look(List.of(new Watched(Bench.conversation(conversation.id()), cursor)), Bench.LIMIT)
        .getFirst();
  }

  private AgentLook look(FakeConversation conversation, @Nullable String cursor) {
    return ((AgentSeen) seen(conversation, cursor)).look();
  }

  @Test
  void ninetyNineConversationsAreAskedForAtOnce() {
    List<Watched> watched =
        IntStream.range(0, 99)
            .mapToObj(i -> new Watched(Bench.conversation(new UUID(7, i).toString()), null))
            .toList();
    bench.server.on("GET", Bench.START, 200, Collections.nCopies(99, "null").toString());

    assertThat(backend.look(watched, Bench.LIMIT))
        .hasSize(99)
        .allMatch(ConversationMissing.class::isInstance);
    assertThat(bench.server.asked("GET", Bench.START)).hasSize(1);
  }

  @Test
  void whatIsNoIdIsNotAskedFor() {
    OfLook seen =
        backend
            .look(List.of(new Watched(Bench.conversation("../settings"), null)), Bench.LIMIT)
            .getFirst();

    assertThat(seen).isEqualTo(new ConversationMissing());
    assertThat(bench.server.asked("GET", Bench.START)).isEmpty();
  }

  @Test
  void aSandboxThatIsSilentForAMomentKeepsItsAgentAtWork() {
    FakeConversation conversation = conversation("RUNNING", "running");
    AgentLook before = look(conversation, null);
    now(conversation, "RUNNING", null);
    bench.pass(Duration.ofSeconds(89));
    AgentLook moment = look(conversation, before.cursor());
    bench.pass(Duration.ofSeconds(1));

    assertThat(moment.status()).isEqualTo(new Working());
    assertThat(seen(conversation, moment.cursor()))
        .isEqualTo(new BackendSilent(Reason.BACKEND_ERROR, null));
    now(conversation, "RUNNING", "running");
    assertThat(look(conversation, moment.cursor()).status()).isEqualTo(new Working());
  }

  @Test
  void aSandboxThatStartsAnewKeepsItsAgentAtWork() {
    FakeConversation conversation = conversation("RUNNING", "running");
    String cursor = look(conversation, null).cursor();
    now(conversation, "STARTING", null);

    assertThat(look(conversation, cursor).status()).isEqualTo(new Working());
    assertThat(look(conversation, null).status())
        .as("what has worked before has not just been started")
        .isEqualTo(new Working());
  }

  @Test
  void aSandboxThatFailsIsAFailureUntilItIsWellAgain() {
    FakeConversation conversation = conversation("RUNNING", "running");
    String cursor = look(conversation, null).cursor();
    now(conversation, "ERROR", null);
    AgentLook failed = look(conversation, cursor);
    now(conversation, "RUNNING", "running");

    assertThat(failed.status()).isEqualTo(new Failed(Reason.SANDBOX_FAILED));
    assertThat(look(conversation, failed.cursor()).status()).isEqualTo(new Working());
  }

  @Test
  void aSandboxThatSleepsInterruptsWorkButNoRest() {
    FakeConversation conversation = conversation("PAUSED", null);
    AgentLook interrupted = look(conversation, null);
    conversation.now(FakeConversation.state(Bench.ID, "RUNNING", "finished"), finished());
    AgentLook finished = look(conversation, interrupted.cursor());
    conversation.now(FakeConversation.state(Bench.ID, "PAUSED", null), finished());

    assertThat(interrupted.status()).isEqualTo(new Interrupted());
    assertThat(finished.status()).isEqualTo(new Finished());
    assertThat(look(conversation, finished.cursor()).status()).isEqualTo(new Finished());
  }

  @Test
  void aSandboxThatIsGoneLeavesNothingButAKnownEnd() {
    FakeConversation conversation = conversation("MISSING", null);
    assertThat(seen(conversation, null)).isEqualTo(new ConversationMissing());

    conversation.now(FakeConversation.state(Bench.ID, "RUNNING", "finished"), finished());
    String cursor = look(conversation, null).cursor();
    conversation.now(FakeConversation.state(Bench.ID, "MISSING", null), finished());
    assertThat(look(conversation, cursor).status()).isEqualTo(new Finished());
  }

  @Test
  void theFirstReleasesHaveAnotherNameForTheStatus() {
    ObjectNode state = FakeConversation.state(Bench.ID, "RUNNING", null);
    state.remove("execution_status");
    state.put("agent_status", "RUNNING");
    bench.is("0.61.0");
    FakeConversation conversation = new FakeConversation(bench.server, true, state, WORK);

    assertThat(look(conversation, null).status()).isEqualTo(new Working());
  }

  @Test
  void aWordThatIsNotKnownIsShownSafely() {
    FakeConversation conversation = conversation("RUNNING", "dancing <b>");

    assertThat(look(conversation, null).status()).isEqualTo(new Unknown("dancing__b_"));
  }

  @Test
  void anAgentThatHasDoneNothingYetIsStarting() {
    FakeConversation conversation = conversation("RUNNING", "idle");
    conversation.now(FakeConversation.state(Bench.ID, "RUNNING", "idle"), WORK.subList(0, 1));

    assertThat(look(conversation, null).status()).isEqualTo(new Starting());
  }

  @Test
  void anUpgradeOfTheServerIsNoticedWhenThePathOfEventsIsGone() {
    bench.is("1.1.0");
    FakeConversation conversation = conversation("RUNNING", "running");
    bench.server.on("GET", "/api/v1/events/search", 200, Bench.page(""));
    look(conversation, null);
    bench.server.on("GET", "/api/v1/events/search", 404, "{\"detail\":\"Not Found\"}");
    bench.is("1.11.0");

    assertThat(look(conversation, null).iterations()).isEqualTo(1);
    assertThat(look(conversation, null).version()).isEqualTo("1.11.0");
  }

  @Test
  void theServerIsNotAskedForItsReleaseAtEveryLook() {
    FakeConversation conversation = conversation("RUNNING", "running");
    look(conversation, null);
    look(conversation, null);
    bench.pass(Duration.ofMinutes(5));
    look(conversation, null);

    assertThat(bench.server.asked("GET", "/openapi.json")).hasSize(2);
  }

  @Test
  void aPullRequestThatTheServerLinkedIsNamedByItsAddress() {
    ObjectNode state = FakeConversation.state(Bench.ID, "RUNNING", "running");
    state.putArray("pr_number").add(7);
    FakeConversation conversation = new FakeConversation(bench.server, false, state, WORK);
    String cursor = Memory.begun(null, Instant.EPOCH, Bench.WIDGETS.pullRequests()).toString();

    assertThat(look(conversation, cursor).links())
        .containsExactly("https://git.example.com/acme/widgets/pull/7");
  }

  @Test
  void theNewestEventsAreReadInTheSandboxWhereThereIsAWay() {
    ObjectNode state = FakeConversation.state(Bench.ID, "RUNNING", "finished");
    state.put(
        "conversation_url",
        bench.server.base() + "/sandbox/7/api/conversations/" + Bench.ID.replace("-", ""));
    state.put("session_api_key", "key-of-the-sandbox");
    FakeConversation conversation = new FakeConversation(bench.server, false, state, WORK);
    bench.server.on(
        "GET",
        "/sandbox/7/api/conversations/" + Bench.ID + "/events/search",
        200,
        Bench.page(
            String.join(",", finished().reversed().stream().map(JsonNode::toString).toList())));

    AgentLook look = look(conversation, null);
    conversation.now(state, finished());
    AgentLook later = look(conversation, look.cursor());

    assertThat(look.status()).isEqualTo(new Finished());
    assertThat(look.lastWords()).isEqualTo("Painted.");
    assertThat(later.iterations()).as("what comes late is not counted again").isEqualTo(2);
    assertThat(bench.server.asked("GET", "/sandbox/7").getFirst().header("X-session-api-key"))
        .isEqualTo("key-of-the-sandbox");
  }

  @Test
  void anEndIsNotJudgedBeforeTheActThatBroughtItIsRead() {
    FakeConversation conversation = conversation("RUNNING", "finished");
    List<JsonNode> withoutTheAct = new ArrayList<>(finished());
    withoutTheAct.remove(WORK.size());
    JsonNode state = FakeConversation.state(Bench.ID, "RUNNING", "finished");
    conversation.now(state, withoutTheAct);
    AgentLook early = look(conversation, null);
    conversation.now(state, finished());
    AgentLook whole = look(conversation, early.cursor());

    assertThat(early.status()).isEqualTo(new Working());
    assertThat(whole.status()).isEqualTo(new Finished());
    assertThat(whole.lastWords()).isEqualTo("Painted.");
  }

  @Test
  void aRefusedKeyIsSaid() {
    bench.server.on("GET", Bench.START, _ -> Answer.json(401, "{\"detail\":\"Unauthorized\"}"));

    assertThat(
            backend
                .look(List.of(new Watched(Bench.conversation(Bench.ID), null)), Bench.LIMIT)
                .getFirst())
        .isEqualTo(new BackendSilent(Reason.BACKEND_UNAUTHORIZED, null));
  }
}
