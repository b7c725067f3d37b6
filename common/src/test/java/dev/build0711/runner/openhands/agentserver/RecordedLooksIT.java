package dev.build0711.runner.openhands.agentserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.port.AgentBackend.Watched;
import dev.build0711.runner.run.AgentLook;
import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.AgentStatus.Failed;
import dev.build0711.runner.run.AgentStatus.Finished;
import dev.build0711.runner.run.AgentStatus.Interrupted;
import dev.build0711.runner.run.AgentStatus.Starting;
import dev.build0711.runner.run.AgentStatus.Waiting;
import dev.build0711.runner.run.AgentStatus.Working;
import dev.build0711.runner.run.Evidence.AgentResumed;
import dev.build0711.runner.run.Evidence.AgentSeen;
import dev.build0711.runner.run.Evidence.OfControl;
import dev.build0711.runner.run.Evidence.OfLook;
import dev.build0711.runner.run.Progress.TaskStatus;
import dev.build0711.runner.run.Reason;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The client against what real servers of two versions answered.
class RecordedLooksIT {

  private final Bench bench = new Bench();
  private final AgentServerBackend backend = bench.backend();

  @AfterEach
  void end() {
    bench.close();
  }

  private AgentLook look(FakeConversation conversation, @Nullable String cursor) {
    OfLook seen =
        backend
            .look(List.of(new Watched(Bench.conversation(conversation.id()), cursor)), Bench.LIMIT)
            .getFirst();
    assertThat(seen).isInstanceOf(AgentSeen.class);
    return ((AgentSeen) seen).look();
  }

  private FakeConversation conversation(Recording recording, JsonNode state, int read) {
    return new FakeConversation(bench.server, recording.id(), state, recording.events(read));
  }

  private AgentStatus status(String version, String name, String word) {
    Recording recording = Recording.of(version, name);
    return look(conversation(recording, recording.states(word).getFirst(), 0), null).status();
  }

  static Stream<String> versions() {
    return Stream.of("1.58.0", "1.49.1");
  }

  @ParameterizedTest
  @MethodSource("versions")
  void aFinishedRunTellsItsPlanItsCostItsWordsAndItsPullRequest(String version) {
    Recording recording = Recording.of(version, "finish");

    AgentLook look =
        look(conversation(recording, recording.states("finished").getFirst(), 0), null);

    assertThat(look.status()).isEqualTo(new Finished());
    assertThat(look.tasks())
        .extracting(task -> task.status())
        .containsExactly(TaskStatus.DONE, TaskStatus.DONE, TaskStatus.DONE);
    assertThat(look.iterations()).isEqualTo(6);
    assertThat(look.maxIterations()).isEqualTo(20);
    assertThat(look.usage().costUsd()).isEqualTo(new BigDecimal("0.00072"));
    assertThat(look.usage().promptTokens()).isEqualTo(600);
    assertThat(look.usage().completionTokens()).isEqualTo(60);
    assertThat(look.lastWords()).startsWith("Done: hello.txt written.");
    assertThat(look.links()).containsExactly("https://github.com/acme/widgets/pull/7");
    assertThat(look.userMessages()).isEqualTo(1);
  }

  @ParameterizedTest
  @MethodSource("versions")
  void aRunReadPieceByPieceComesToTheSame(String version) {
    Recording recording = Recording.of(version, "finish");
    List<JsonNode> events = recording.events(0);
    FakeConversation conversation =
        conversation(recording, recording.states("running").getFirst(), 0);
    conversation.now(recording.states("running").getFirst(), events.subList(0, 1));
    AgentLook look = look(conversation, null);
    for (int read = 2; read <= events.size(); read++) {
      boolean all = read == events.size();
      conversation.now(
          recording.states(all ? "finished" : "running").getFirst(), events.subList(0, read));
      look = look(conversation, anew(look.cursor()));
      assertThat(look.status()).isEqualTo(all ? new Finished() : new Working());
    }
    assertThat(look.iterations()).isEqualTo(6);
    assertThat(look.userMessages()).isEqualTo(1);
  }

  /// A cursor after which the events are read even though the recorded state is an old one.
  private static String anew(String cursor) {
    return cursor.replaceAll("\"seen\":\"[^\"]*\"", "\"seen\":null");
  }

  @ParameterizedTest
  @MethodSource("versions")
  void aTextInsteadOfAFinishIsAQuestion(String version) {
    assertThat(status(version, "text", "finished")).isEqualTo(new Waiting(Reason.ANSWERED_IN_TEXT));
    assertThat(status(version, "ask", "finished")).isEqualTo(new Waiting(Reason.ANSWERED_IN_TEXT));
  }

  @ParameterizedTest
  @MethodSource("versions")
  void anAnsweredQuestionGoesOnToTheFinish(String version) {
    Recording recording = Recording.of(version, "ask");
    List<JsonNode> states = recording.states("finished");
    FakeConversation conversation = conversation(recording, states.getFirst(), 0);
    String cursor = look(conversation, null).cursor();

    conversation.now(states.getLast(), recording.events(1));
    AgentLook look = look(conversation, cursor);

    assertThat(look.status()).isEqualTo(new Finished());
    assertThat(look.userMessages()).isEqualTo(2);
  }

  @ParameterizedTest
  @MethodSource("versions")
  void whatAnAgentCannotLeaveByItselfIsTold(String version) {
    assertThat(status(version, "stuck", "stuck")).isEqualTo(new Failed(Reason.AGENT_STUCK));
    assertThat(status(version, "confirmation", "waiting_for_confirmation"))
        .isEqualTo(new Waiting(Reason.CONFIRMATION_WANTED));
    assertThat(status(version, "interrupt", "paused")).isEqualTo(new Waiting(Reason.PAUSED));
    assertThat(status(version, "tool-error", "finished")).isEqualTo(new Finished());
  }

  @ParameterizedTest
  @MethodSource("versions")
  void anAgentThatAsksLeaveTellsForWhatAlsoWhereThatWasReadBefore(String version) {
    Recording recording = Recording.of(version, "confirmation");
    List<JsonNode> events = recording.events(0);
    JsonNode waiting = recording.states("waiting_for_confirmation").getFirst();
    String asked =
        "Asks leave for: terminal"
            + " {\"command\":\"sleep 0; echo step 1 of 2\",\"is_input\":false,\"reset\":false}";
    assertThat(look(conversation(recording, waiting, 0), null).lastWords()).isEqualTo(asked);

    FakeConversation conversation = conversation(recording, waiting, 0);
    JsonNode running = ((ObjectNode) waiting.deepCopy()).put("execution_status", "running");
    conversation.now(running, events);
    AgentLook working = look(conversation, null);
    assertThat(working.lastWords()).isNull();
    conversation.now(waiting, events);
    assertThat(look(conversation, working.cursor()).lastWords()).isEqualTo(asked);
  }

  @ParameterizedTest
  @CsvSource({
    "max-iterations, ITERATION_LIMIT",
    "llm-400, LLM_REFUSED",
    "llm-401, LLM_AUTHENTICATION",
    "llm-403, LLM_UNAVAILABLE",
    "llm-404, LLM_REFUSED",
    "llm-429, LLM_UNAVAILABLE",
    "llm-500, LLM_UNAVAILABLE",
    "llm-502, LLM_UNAVAILABLE",
    "llm-503, LLM_UNAVAILABLE",
    "llm-quota, LLM_QUOTA",
    "llm-context, CONTEXT_LIMIT",
    "llm-garbage, LLM_UNAVAILABLE",
    "llm-hangup, LLM_UNAVAILABLE",
    "llm-no-key, LLM_AUTHENTICATION",
    "llm-timeout, LLM_UNAVAILABLE",
    "llm-unreachable, LLM_UNAVAILABLE"
  })
  void everyRecordedErrorHasItsReason(String name, Reason reason) {
    versions()
        .forEach(version ->
            assertThat(status(version, name, "error")).as(version).isEqualTo(new Failed(reason)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"restart-in-command", "restart-in-llm-call", "restart-gracefully"})
  void anAgentCutOffByARestartIsSetGoingAndFinishes(String name) {
    versions().forEach(version -> cutOffAndResumed(Recording.of(version, name)));
  }

  private void cutOffAndResumed(Recording recording) {
    String word = recording.states("error").isEmpty() ? "paused" : "error";
    List<JsonNode> before = recording.events(0).subList(0, 4);
    bench.is("1.58.0", "idempotent_conversation_create_v1", 3600);
    FakeConversation conversation =
        conversation(recording, recording.states("running").getFirst(), 0);
    conversation.now(recording.states("running").getFirst(), before);
    AgentLook working = look(conversation, null);
    bench.pass(Duration.ofSeconds(30));
    bench.is("1.58.0", "idempotent_conversation_create_v1", 10);

    conversation.now(recording.states(word).getFirst(), recording.events(0));
    AgentLook cutOff = look(conversation, working.cursor());
    bench.server.on("POST", "/api/conversations/" + recording.id() + "/run", 200, "{}");
    OfControl resumed =
        backend.resume(Bench.conversation(recording.id()), cutOff.cursor(), Bench.LIMIT);

    assertThat(cutOff.status()).isEqualTo(new Interrupted());
    assertThat(resumed).isInstanceOf(AgentResumed.class);
    String cursor = ((AgentResumed) resumed).cursor();
    AgentLook stale = look(conversation, cursor);
    assertThat(stale.status())
        .as("the old word is not believed")
        .isIn(new Starting(), new Working());
    conversation.now(recording.states("finished").getFirst(), recording.events(1));
    assertThat(look(conversation, stale.cursor()).status()).isEqualTo(new Finished());
  }

  @ParameterizedTest
  @MethodSource("versions")
  void aSecondRunIntoTheLimitIsASecondError(String version) {
    Recording recording = Recording.of(version, "max-iterations");
    FakeConversation conversation =
        conversation(recording, recording.states("error").getFirst(), 0);
    AgentLook first = look(conversation, null);
    bench.server.on("POST", "/api/conversations/" + recording.id() + "/run", 200, "{}");
    OfControl resumed =
        backend.resume(Bench.conversation(recording.id()), first.cursor(), Bench.LIMIT);
    String cursor = ((AgentResumed) resumed).cursor();

    assertThat(look(conversation, cursor).status()).isEqualTo(new Working());
    conversation.now(recording.states("error").getLast(), recording.events(1));
    assertThat(look(conversation, cursor).status()).isEqualTo(new Failed(Reason.ITERATION_LIMIT));
  }
}
