package dev.build0711.runner.openhands.appserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.port.AgentBackend.Watched;
import dev.build0711.runner.run.AgentLook;
import dev.build0711.runner.run.AgentStatus.Failed;
import dev.build0711.runner.run.AgentStatus.Finished;
import dev.build0711.runner.run.AgentStatus.Interrupted;
import dev.build0711.runner.run.AgentStatus.NeverStarted;
import dev.build0711.runner.run.AgentStatus.Waiting;
import dev.build0711.runner.run.AgentStatus.Working;
import dev.build0711.runner.run.Evidence.AgentSeen;
import dev.build0711.runner.run.Evidence.OfLook;
import dev.build0711.runner.run.Progress.TaskStatus;
import dev.build0711.runner.run.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// The client against what real app servers of two releases answered.
class RecordedLooksIT {

  private final Bench bench = new Bench();
  private final AppServerBackend backend = bench.backend();

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

  private FakeConversation conversation(
      Recording recording, JsonNode state, List<JsonNode> events) {
    bench.is(recording.version());
    return new FakeConversation(bench.server, recording.version().startsWith("0."), state, events);
  }

  private FakeConversation ended(Recording recording, String word) {
    return conversation(recording, recording.states(word).getLast(), recording.events());
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.11.0", "0.62.0"})
  void aFinishedRunTellsItsPlanItsWordsAndItsPullRequest(String version) {
    Recording recording = Recording.of(version, "finish");

    AgentLook look = look(ended(recording, "finished"), null);

    assertThat(look.status()).isEqualTo(new Finished());
    assertThat(look.tasks())
        .extracting(task -> task.status())
        .containsExactly(TaskStatus.DONE, TaskStatus.DONE, TaskStatus.DONE);
    assertThat(look.iterations()).isEqualTo(6);
    assertThat(look.maxIterations()).isNotNull();
    assertThat(look.lastWords()).startsWith("Done: hello.txt written.");
    assertThat(look.links()).containsExactly("https://github.com/acme/widgets/pull/7");
    assertThat(look.userMessages()).isEqualTo(1);
    assertThat(look.version()).isEqualTo(version);
  }

  @Test
  void theNewestReleaseCountsWhatWasUsed() {
    AgentLook look = look(ended(Recording.of("1.11.0", "finish"), "finished"), null);

    assertThat(look.usage().promptTokens()).isEqualTo(600);
    assertThat(look.usage().completionTokens()).isEqualTo(60);
    assertThat(look.maxIterations()).isEqualTo(20);
  }

  /// Events come in pieces, and in the first release new ones before old ones.
  @ParameterizedTest
  @CsvSource({"1.11.0, 3", "1.11.0, 100", "0.62.0, 3", "0.62.0, 100"})
  void aRunReadPieceByPieceComesToTheSame(String version, int pageSize) {
    Recording recording = Recording.of(version, "finish");
    List<JsonNode> events = recording.events();
    FakeConversation conversation =
        conversation(recording, recording.states("running").getFirst(), recording.early());
    conversation.pageSize = pageSize;
    String cursor = null;
    for (int read = 0; read < 40; read++) {
      boolean all = read > 20;
      conversation.now(
          recording.states(all ? "finished" : "running").getFirst(),
          all ? events : recording.early());
      cursor = look(conversation, cursor).cursor();
    }
    AgentLook look = look(conversation, cursor);

    assertThat(look.status()).isEqualTo(new Finished());
    assertThat(look.iterations()).isEqualTo(6);
    assertThat(look.userMessages()).isEqualTo(1);
  }

  @Test
  void aTextIsAQuestionAndItsTokensAreNoEventsOfTheirOwn() {
    Recording recording = Recording.of("1.11.0", "text");

    AgentLook look = look(ended(recording, "finished"), null);

    assertThat(look.status()).isEqualTo(new Waiting(Reason.ANSWERED_IN_TEXT));
    assertThat(look.iterations()).isEqualTo(1);
  }

  @Test
  void anEndIsBelievedWhenTheEventsThatExplainItHaveCome() {
    Recording recording = Recording.of("1.11.0", "text");
    JsonNode finished = recording.states("finished").getFirst();
    FakeConversation conversation = conversation(recording, finished, recording.early());
    AgentLook before = look(conversation, null);
    bench.pass(Duration.ofSeconds(30));
    conversation.now(finished, recording.events());
    AgentLook after = look(conversation, before.cursor());

    assertThat(before.status()).isEqualTo(new Working());
    assertThat(after.status()).isEqualTo(new Waiting(Reason.ANSWERED_IN_TEXT));
    assertThat(after.lastWords()).isNotBlank();
  }

  @Test
  void eventsThatNeverComeAreNotWaitedForMuchLongerThanTheyTake() {
    Recording recording = Recording.of("1.11.0", "text");
    FakeConversation conversation =
        conversation(recording, recording.states("finished").getFirst(), recording.early());
    String cursor = look(conversation, null).cursor();
    bench.pass(Duration.ofSeconds(39));
    AgentLook patient = look(conversation, cursor);
    bench.pass(Duration.ofSeconds(1));
    AgentLook done = look(conversation, patient.cursor());

    assertThat(patient.status()).isEqualTo(new Working());
    assertThat(done.status()).isEqualTo(new Waiting(Reason.ANSWERED_IN_TEXT));
  }

  @ParameterizedTest
  @CsvSource({
    "llm-401, error, LLM_AUTHENTICATION",
    "max-iterations, error, ITERATION_LIMIT",
    "stuck, stuck, AGENT_STUCK"
  })
  void everyRecordedErrorHasItsReason(String name, String word, Reason reason) {
    Recording recording = Recording.of("1.11.0", name);
    JsonNode state = recording.states(word).getFirst();
    FakeConversation conversation = conversation(recording, state, recording.early());
    String cursor = look(conversation, null).cursor();
    conversation.now(state, recording.events());

    assertThat(look(conversation, cursor).status()).isEqualTo(new Failed(reason));
  }

  @Test
  void theFirstReleaseTellsNoReasonOfAnError() {
    Recording recording = Recording.of("0.62.0", "llm-401");
    FakeConversation conversation = ended(recording, "error");
    AgentLook before = look(conversation, null);
    bench.pass(Duration.ofSeconds(40));

    assertThat(before.status()).isEqualTo(new Working());
    assertThat(look(conversation, before.cursor()).status())
        .isEqualTo(new Failed(Reason.AGENT_ERROR));
  }

  @Test
  void aSandboxPutToSleepInterruptsAnAgentAtWork() {
    Recording recording = Recording.of("1.11.0", "sandbox-pause");
    List<JsonNode> states = recording.states();
    FakeConversation conversation = conversation(recording, states.getFirst(), recording.early());
    AgentLook working = look(conversation, null);
    conversation.now(states.get(1), recording.early());
    AgentLook asleep = look(conversation, working.cursor());
    conversation.now(recording.states("finished").getFirst(), recording.events());
    AgentLook late = look(conversation, asleep.cursor());
    bench.pass(Duration.ofSeconds(40));
    AgentLook finished = look(conversation, late.cursor());
    conversation.now(states.getLast(), recording.events());

    assertThat(states.get(1).path("sandbox_status").asString()).isEqualTo("PAUSED");
    assertThat(asleep.status()).isEqualTo(new Interrupted());
    assertThat(finished.status()).isEqualTo(new Finished());
    assertThat(states.getLast().path("sandbox_status").asString()).isEqualTo("MISSING");
    assertThat(look(conversation, finished.cursor()).status())
        .as("what was seen finished keeps its result")
        .isEqualTo(new Finished());
  }

  @Test
  void everyMessageOfTheUserIsCounted() {
    Recording recording = Recording.of("1.11.0", "send-message");

    assertThat(look(ended(recording, "finished"), null).userMessages()).isEqualTo(4);
  }

  @Test
  void aTaskIsFollowedToItsBadEnd() {
    Recording recording = Recording.of("1.11.0", "start-error");
    List<AgentLook> looks = new ArrayList<>();
    String cursor = Memory.begun(Bench.TASK, null, null).toString();
    for (JsonNode task : recording.tasks()) {
      String shown = task.toString().replace(task.path("id").asString(), Bench.TASK);
      bench.server.on("GET", Bench.TASKS + "?ids=" + Bench.TASK, 200, "[" + shown + "]");
      OfLook seen =
          backend
              .look(List.of(new Watched(Bench.conversation(Bench.ID), cursor)), Bench.LIMIT)
              .getFirst();
      looks.add(((AgentSeen) seen).look());
      cursor = looks.getLast().cursor();
    }

    assertThat(looks.getLast().status()).isEqualTo(new NeverStarted(Reason.START_FAILED));
  }
}
