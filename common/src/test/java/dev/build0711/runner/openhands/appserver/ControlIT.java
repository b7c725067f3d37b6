package dev.build0711.runner.openhands.appserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.exchange.ScriptedServer.Answer;
import dev.build0711.runner.port.AgentBackend.Collection.Harvest;
import dev.build0711.runner.port.AgentBackend.Collection.Unavailable;
import dev.build0711.runner.port.AgentBackend.Health;
import dev.build0711.runner.port.AgentBackend.Sending;
import dev.build0711.runner.port.Artifact;
import dev.build0711.runner.port.Secrets.SecretUnavailable;
import dev.build0711.runner.run.ChangedFile;
import dev.build0711.runner.run.ChangedFile.Change;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Evidence.AgentResumed;
import dev.build0711.runner.run.Evidence.BackendFull;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.MessageRefused;
import dev.build0711.runner.run.Evidence.MessageTaken;
import dev.build0711.runner.run.Evidence.MessageUnclear;
import dev.build0711.runner.run.Evidence.OfControl;
import dev.build0711.runner.run.Evidence.Resuming;
import dev.build0711.runner.run.Evidence.StopTaken;
import dev.build0711.runner.run.Message;
import dev.build0711.runner.run.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class ControlIT {

  private static final String SEND =
      Bench.START + "/" + Bench.ID.replace("-", "") + "/send-message";
  private static final String PAUSE = Bench.SANDBOXES + "/sb-7/pause";
  private static final String RESUME = Bench.SANDBOXES + "/sb-7/resume";
  private static final String CURSOR = Memory.begun(null, null, null).toString();
  private static final String AWAKE = "{\"status\":\"RUNNING\"},{\"status\":\"RUNNING\"}";

  private final Bench bench = new Bench();
  private final AppServerBackend backend = bench.backend();

  @AfterEach
  void end() {
    bench.close();
  }

  private void is(String sandbox, @Nullable String word) {
    is(FakeConversation.state(Bench.ID, sandbox, word));
  }

  private void is(ObjectNode state) {
    bench.server.on("GET", Bench.START + "?ids=", 200, "[" + state + "]");
    bench.server.on("GET", Bench.START + "/search", 200, Bench.page(state.toString()));
  }

  private OfControl tell(Sending sending) {
    return tell(new Message(1, "And the fence", null, 0, 0, Message.State.WANTED, null), sending);
  }

  private OfControl tell(Message message, Sending sending) {
    return backend.tell(Bench.conversation(Bench.ID), message, sending, CURSOR, Bench.LIMIT);
  }

  private OfControl stop() {
    return backend.stop(Bench.conversation(Bench.ID), Bench.LIMIT);
  }

  private OfControl resume() {
    return backend.resume(Bench.conversation(Bench.ID), CURSOR, Bench.LIMIT);
  }

  private int posts(String path) {
    return bench.server.asked("POST", path).size();
  }

  private void holds(String text) {
    bench.server.on(
        "GET",
        "/api/v1/conversation/",
        200,
        Bench.page(
            "{\"kind\":\"MessageEvent\",\"source\":\"user\",\"llm_message\":{\"content\":[{\"text\":\""
                + text
                + "\"}]}}"));
  }

  @Test
  void aMessageIsHandedOverOnce() {
    is("RUNNING", "finished");
    bench.server.on("POST", SEND, 200, "{\"success\":true}");

    assertThat(tell(Sending.FIRST)).isInstanceOf(MessageTaken.class);
    assertThat(bench.server.asked("POST", SEND))
        .singleElement()
        .satisfies(
            post -> assertThat(post.body()).contains("And the fence").contains("\"run\":true"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 500, 502, 504})
  void aMessageWhoseFateIsNotKnownIsNotSentAgainAtOnce(int status) {
    is("RUNNING", "running");
    bench.server.on("POST", SEND, _ -> status == 0 ? null : Answer.json(status, "{}"));

    assertThat(tell(Sending.FIRST)).isEqualTo(new MessageUnclear(true));
    assertThat(posts(SEND)).isEqualTo(1);
  }

  @Test
  void aMessageIsSearchedForBeforeItIsSentAgain() {
    is("RUNNING", "finished");
    bench.server.on("POST", SEND, 200, "{}");
    holds("Paint the shed");
    assertThat(tell(Sending.SEARCH)).isEqualTo(new MessageUnclear(false));
    assertThat(posts(SEND)).isZero();
    assertThat(tell(Sending.AGAIN)).isInstanceOf(MessageTaken.class);
    assertThat(posts(SEND)).isEqualTo(1);

    holds("And the fence");
    assertThat(tell(Sending.SEARCH)).isInstanceOf(MessageTaken.class);
    assertThat(tell(Sending.AGAIN)).isInstanceOf(MessageTaken.class);
    assertThat(posts(SEND)).isEqualTo(1);
  }

  @Test
  void aMessageThatWasThereBeforeIsNoSignThatItHasArrived() {
    is("RUNNING", "finished");
    holds("And the fence");

    assertThat(
            tell(
                new Message(2, "And the fence", null, 1, 0, Message.State.WANTED, null),
                Sending.SEARCH))
        .isEqualTo(new MessageUnclear(false));
  }

  @Test
  void aSandboxThatSleepsIsWokenBeforeAMessage() {
    is("PAUSED", null);
    bench.server.on("POST", RESUME, 200, "{\"success\":true}");

    assertThat(tell(Sending.FIRST)).isEqualTo(new MessageUnclear(false));
    assertThat(posts(RESUME)).isEqualTo(1);
    assertThat(posts(SEND)).isZero();
  }

  @Test
  void aSandboxThatFellAsleepMeanwhileIsWoken() {
    is("RUNNING", "running");
    bench
        .server
        .on("POST", SEND, 409, "{\"detail\":\"Sandbox is PAUSED.\"}")
        .on("POST", RESUME, 200, "{}");

    assertThat(tell(Sending.FIRST)).isEqualTo(new MessageUnclear(false));
    assertThat(posts(RESUME)).isEqualTo(1);
  }

  @Test
  void noSandboxIsWokenForWhichAnotherWouldBePutToSleep() {
    is("PAUSED", null);
    bench.server.on("GET", Bench.SANDBOXES + "/search", 200, Bench.page(AWAKE));

    assertThat(resume()).isEqualTo(new BackendFull());
    assertThat(tell(Sending.FIRST)).isEqualTo(new BackendFull());
    assertThat(posts("/")).isZero();
  }

  @Test
  void beforeThereIsACallForItAMessageGoesIntoTheSandbox() {
    bench.is("1.6.0");
    is("RUNNING", "finished");
    assertThat(tell(Sending.FIRST)).as("there is no way").isEqualTo(new MessageRefused());

    is(near());
    bench.server.on("POST", "/sb/api/conversations/", 200, "{\"success\":true}");
    assertThat(tell(Sending.FIRST)).isInstanceOf(MessageTaken.class);
    assertThat(bench.server.asked("POST", "/sb").getFirst().path())
        .isEqualTo("/sb/api/conversations/" + Bench.ID + "/events");
  }

  private ObjectNode near() {
    return near("running");
  }

  private ObjectNode near(String word) {
    ObjectNode state = FakeConversation.state(Bench.ID, "RUNNING", word);
    state.put(
        "conversation_url",
        bench.server.base() + "/sb/api/conversations/" + Bench.ID.replace("-", ""));
    state.put("session_api_key", "key-of-the-sandbox");
    return state;
  }

  @Test
  void aPlainMessageRefusesWhatWaitsForLeave() {
    is(near("waiting_for_confirmation"));
    bench.server.on("POST", "/sb/api/conversations/", 200, "{\"success\":true}");

    assertThat(tell(Sending.FIRST)).isInstanceOf(MessageTaken.class);
    assertThat(bench.server.asked("POST", "/sb"))
        .extracting(asked -> asked.path().replaceAll(".*/", ""))
        .containsExactly("respond_to_confirmation", "run");
    assertThat(bench.server.asked("POST", "/sb").getFirst().body())
        .contains("\"accept\":false")
        .contains("And the fence");
  }

  @Test
  void leaveIsNotGivenWhereNothingWaitsForIt() {
    is(near());
    Message yes = new Message(1, null, true, 0, 0, Message.State.WANTED, null);

    assertThat(tell(yes, Sending.FIRST)).isEqualTo(new MessageRefused());
    assertThat(posts("/sb")).isZero();
  }

  @ParameterizedTest
  @CsvSource({"404, true", "410, true", "401, false"})
  void aSandboxThatIsGoneIsAConversationThatIsMissing(int status, boolean missing) {
    is("RUNNING", "running");
    bench.server.on("POST", SEND, status, "{\"detail\":\"Sandbox not found\"}");

    assertThat(tell(Sending.FIRST))
        .isEqualTo(
            missing
                ? new ConversationMissing()
                : new BackendSilent(Reason.BACKEND_UNAUTHORIZED, null));
  }

  @Test
  void anAgentWhoseSandboxSleepsIsWoken() {
    is("PAUSED", null);
    bench.server.on("POST", RESUME, 200, "{\"success\":true}");
    assertThat(resume()).isInstanceOf(AgentResumed.class);

    is("STARTING", null);
    assertThat(resume()).isEqualTo(new Resuming());
    is("MISSING", null);
    assertThat(resume()).isEqualTo(new ConversationMissing());
    assertThat(posts(RESUME)).isEqualTo(1);
  }

  @Test
  void anAgentThatStandsStillIsSetGoingInItsSandbox() {
    is(near("error"));
    bench.server.on("POST", "/sb/api/conversations/" + Bench.ID + "/run", 200, "{}");

    assertThat(resume()).isInstanceOf(AgentResumed.class);
    assertThat(bench.server.asked("POST", "/sb").getFirst().header("X-session-api-key"))
        .isEqualTo("key-of-the-sandbox");
  }

  @Test
  void anAgentIsInterruptedInItsSandbox() {
    is(near());
    bench.server.on("POST", "/sb/api/conversations/" + Bench.ID + "/interrupt", 200, "{}");

    assertThat(stop()).isEqualTo(new StopTaken());
    assertThat(posts(PAUSE)).isZero();
  }

  @Test
  void whereThereIsNoWayItsSandboxIsPutToSleep() {
    is("RUNNING", "running");
    bench.server.on("POST", PAUSE, 200, "{\"success\":true}");

    assertThat(stop()).isEqualTo(new StopTaken());
    assertThat(posts(PAUSE)).isEqualTo(1);
  }

  @Test
  void aSandboxInWhichOthersWorkIsNotPutToSleep() {
    is("RUNNING", "running");
    bench.server.on(
        "GET",
        Bench.START + "/search",
        200,
        Bench.page(
            FakeConversation.state("8ba476472fa34036bbd50de20ae432c1", "RUNNING", "running")
                .toString()));

    assertThat(stop()).isEqualTo(new BackendSilent(Reason.BACKEND_ERROR, null));
    assertThat(backend.collect(Bench.order(), Bench.conversation(Bench.ID), Bench.LIMIT))
        .isInstanceOf(Harvest.class);
    assertThat(posts(PAUSE)).isZero();
  }

  @Test
  void aConversationThatIsNotThereYetIsStoppedWithItsSandbox() {
    bench
        .server
        .on("GET", Bench.TASKS + "/search", 200, Bench.page(Bench.task("WORKING", Bench.ID)))
        .on("POST", PAUSE, 200, "{}");
    assertThat(stop()).isEqualTo(new StopTaken());
    assertThat(posts(PAUSE)).isEqualTo(1);

    bench.server.on("GET", Bench.TASKS + "/search", 200, Bench.page(""));
    assertThat(stop()).isEqualTo(new ConversationMissing());
  }

  @Test
  void whatTheAgentLeftIsFetchedAndItsSandboxPutToSleep() {
    ObjectNode state = FakeConversation.state(Bench.ID, "RUNNING", "finished");
    state.putObject("tags").put("archiveworkspacepath", "/workspace/project");
    is(state);
    String path = Bench.START + "/" + Bench.ID.replace("-", "");
    bench
        .server
        .on("POST", PAUSE, 200, "{\"success\":true}")
        .on(
            "GET",
            path + "/download",
            _ -> new Answer(200, "PK-and-so-on", "application/zip", Map.of()))
        .on(
            "GET",
            path + "/git/changes?path=%2Fworkspace%2Fproject%2Fwidgets",
            200,
            "[{\"status\":\"UPDATED\",\"path\":\"a/shed.txt\"},{\"status\":\"?\",\"path\":\"b\"}]")
        .on(
            "GET",
            path + "/git/diff?path=%2Fworkspace%2Fproject%2Fwidgets%2Fa%2Fshed.txt",
            200,
            "{\"original\":\"grey\\n\",\"modified\":\"blue\\n\"}");

    Harvest harvest =
        (Harvest) backend.collect(Bench.order(), Bench.conversation(Bench.ID), Bench.LIMIT);

    assertThat(harvest.results().changes())
        .containsExactly(new ChangedFile("a/shed.txt", Change.UPDATED));
    assertThat(harvest.artifacts())
        .extracting(Artifact::name)
        .containsExactly("diff.patch", "trajectory.zip");
    assertThat(new String(harvest.artifacts().getFirst().bytes(), StandardCharsets.UTF_8))
        .contains("-grey\n+blue\n");
    assertThat(posts(PAUSE)).isEqualTo(1);
  }

  @Test
  void aSandboxThatSleepsIsNotWokenForWhatIsInIt() {
    is("PAUSED", null);

    assertThat(backend.collect(Bench.order(), Bench.conversation(Bench.ID), Bench.LIMIT))
        .isInstanceOf(Harvest.class);
    assertThat(posts("/")).isZero();
  }

  @Test
  void aPlaceThatCannotBeGivenBackIsTriedAgain() {
    is("RUNNING", "finished");
    bench.server.on("POST", PAUSE, 500, "{}");

    assertThat(backend.collect(Bench.order(), Bench.conversation(Bench.ID), Bench.LIMIT))
        .isEqualTo(new Unavailable(new BackendSilent(Reason.BACKEND_ERROR, null)));
  }

  @Test
  void aProbeTellsWhatIsWrong() {
    bench.server.on("GET", Bench.START + "/count", 200, "3");
    assertThat(backend.check(Bench.LIMIT)).isEqualTo(Health.good(Dialect.APP_V1, "1.11.0"));

    bench.server.on("GET", Bench.START + "/count", 401, "{\"detail\":\"Unauthorized\"}");
    assertThat(backend.check(Bench.LIMIT))
        .isEqualTo(new Health(Reason.BACKEND_UNAUTHORIZED, Dialect.APP_V1, "1.11.0"));

    bench.server.on("GET", "/openapi.json", 200, "{\"info\":{\"title\":\"Something else\"}}");
    assertThat(backend.check(Bench.LIMIT))
        .isEqualTo(new Health(Reason.BACKEND_BAD_ANSWER, Dialect.APP_V1, null));

    bench.server.close();
    assertThat(backend.check(Bench.LIMIT))
        .isEqualTo(new Health(Reason.BACKEND_UNREACHABLE, Dialect.APP_V1, null));
  }

  @Test
  void aKeyThatCannotBeReadIsABackendThatCannotBeReached() {
    AppServerBackend keyless =
        bench.backend(() -> {
          throw new SecretUnavailable("no answer", new IllegalStateException());
        });

    assertThat(keyless.start(Bench.order(), true, Bench.LIMIT))
        .isEqualTo(new BackendSilent(Reason.BACKEND_UNREACHABLE, null));
    assertThat(keyless.check(Bench.LIMIT))
        .isEqualTo(new Health(Reason.BACKEND_UNREACHABLE, Dialect.APP_V1, null));
  }
}
