package dev.build0711.runner.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.exchange.Exchanges;
import dev.build0711.runner.openhands.legacy.LegacyBackend;
import dev.build0711.runner.openhands.legacy.LegacySettings;
import dev.build0711.runner.port.AgentBackend.Collection.Harvest;
import dev.build0711.runner.port.AgentBackend.Collection.Unavailable;
import dev.build0711.runner.port.AgentBackend.Health;
import dev.build0711.runner.port.AgentBackend.Order;
import dev.build0711.runner.port.AgentBackend.Sending;
import dev.build0711.runner.port.AgentBackend.Watched;
import dev.build0711.runner.port.Artifact;
import dev.build0711.runner.run.AgentLook;
import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.AgentStatus.Failed;
import dev.build0711.runner.run.AgentStatus.Finished;
import dev.build0711.runner.run.AgentStatus.Interrupted;
import dev.build0711.runner.run.AgentStatus.Starting;
import dev.build0711.runner.run.AgentStatus.Waiting;
import dev.build0711.runner.run.AgentStatus.Working;
import dev.build0711.runner.run.ChangedFile;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Evidence.AgentResumed;
import dev.build0711.runner.run.Evidence.AgentSeen;
import dev.build0711.runner.run.Evidence.BackendFull;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.ConversationStarted;
import dev.build0711.runner.run.Evidence.MessageRefused;
import dev.build0711.runner.run.Evidence.MessageTaken;
import dev.build0711.runner.run.Evidence.OfControl;
import dev.build0711.runner.run.Evidence.OfLook;
import dev.build0711.runner.run.Evidence.Resuming;
import dev.build0711.runner.run.Evidence.StartRefused;
import dev.build0711.runner.run.Evidence.StartUnclear;
import dev.build0711.runner.run.Evidence.StopTaken;
import dev.build0711.runner.run.GitProvider;
import dev.build0711.runner.run.Message;
import dev.build0711.runner.run.Progress;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.simulator.legacy.LegacyOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The runner's own client works with the simulated V0 app server as with a real one.
class LegacyClientIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Repository SHED =
      new Repository(GitProvider.GITHUB, "github.com", "acme/shed", null);

  private final VirtualClock clock = new VirtualClock();
  private final Exchanges exchanges = new Exchanges();
  private Simulator simulator;
  private LegacyBackend backend;

  @BeforeEach
  void start() throws IOException {
    simulator =
        Simulator.start(
            Options.defaults()
                .withKey("key-of-oslo")
                .asLegacy(LegacyOptions.defaults())
                .withClock(clock, clock::advance));
    backend = backend("key-of-oslo");
  }

  @AfterEach
  void close() {
    exchanges.close();
    simulator.close();
  }

  @Test
  void aRunIsWatchedFromItsStartToItsLastWordsAndLinks() {
    Order order = order("Paint the shed", SHED);
    assertThat(backend.prepare(order, LIMIT)).isEmpty();
    ConversationStarted started = started(order);
    assertThat(started.conversation().dialect()).isEqualTo(Dialect.APP_V0);
    AgentLook first = look(started.conversation(), started.cursor());
    assertThat(first.status()).isInstanceOf(Starting.class);
    clock.advance(Duration.ofSeconds(8));
    AgentLook working = look(started.conversation(), first.cursor());
    assertThat(working.status()).isInstanceOf(Working.class);
    clock.advance(MINUTE);
    AgentLook last = look(started.conversation(), working.cursor());
    assertThat(last.status()).isInstanceOf(Finished.class);
    assertThat(last.tasks())
        .isNotEmpty()
        .allMatch(task -> task.status() == Progress.TaskStatus.DONE);
    assertThat(last.lastWords()).startsWith("Done: all 4 tasks.");
    assertThat(last.links())
        .singleElement()
        .asString()
        .startsWith("https://github.com/acme/shed/pull/");
    assertThat(last.userMessages()).isOne();
    AgentLook again = look(started.conversation(), last.cursor());
    assertThat(again.news()).isFalse();
    assertThat(again.status()).isInstanceOf(Finished.class);
  }

  @Test
  void plainTextIsAnAgentThatWaits() {
    assertThat(afterAMinute("[[scenario: text]]").status())
        .isEqualTo(new Waiting(Reason.ANSWERED_IN_TEXT));
  }

  @Test
  void errorsHaveTheReasonThatTheServerGives() {
    assertThat(afterAMinute("[[scenario: error]]").status())
        .isEqualTo(new Failed(Reason.LLM_AUTHENTICATION));
    assertThat(afterAMinute("[[scenario: stuck]]").status()).isInstanceOf(Failed.class);
  }

  @Test
  void anAnswerToAQuestionSetsTheAgentGoingOnce() {
    ConversationStarted started = started(order("[[scenario: ask]]", null));
    clock.advance(MINUTE);
    AgentLook asks = look(started.conversation(), started.cursor());
    assertThat(asks.status()).isEqualTo(new Waiting(Reason.ANSWERED_IN_TEXT));
    Message answer = message("Call it shed.txt", null);
    MessageTaken taken = taken(started.conversation(), answer, Sending.FIRST, asks.cursor());
    clock.advance(MINUTE);
    taken(started.conversation(), answer, Sending.AGAIN, asks.cursor());
    assertThat(look(started.conversation(), taken.cursor()).status()).isInstanceOf(Finished.class);
    assertThat(simulator.prompts("Call it shed.txt")).isOne();
  }

  @Test
  void anActionWithLeaveIsDone() {
    assertThat(confirmed(true).status()).isInstanceOf(Finished.class);
  }

  @Test
  void anActionThatIsRefusedIsNotDone() {
    assertThat(confirmed(false).status()).isNotInstanceOf(Finished.class);
  }

  @Test
  void leaveForNothingIsRefused() {
    ConversationStarted started = started(order("[[scenario: text]]", null));
    clock.advance(MINUTE);
    assertThat(tell(started.conversation(), message(null, true), Sending.FIRST, started.cursor()))
        .isInstanceOf(MessageRefused.class);
  }

  @Test
  void aSecondStartTakesTheConversationOfTheFirst() {
    Order order = order("Mow the lawn", null);
    ConversationStarted first = started(order);
    assertThat(backend.start(order, false, LIMIT)).isInstanceOf(StartUnclear.class);
    clock.advance(MINUTE);
    ConversationStarted second = (ConversationStarted) backend.start(order, false, LIMIT);
    assertThat(second.conversation()).isEqualTo(first.conversation());
    assertThat(backend.find(order, LIMIT)).isEqualTo(second);
    assertThat(simulator.conversations()).isOne();
    assertThat(simulator.prompts("Mow the lawn")).isOne();
  }

  @Test
  void whatWasNeverStartedIsNotFound() {
    started(order("Mow the lawn", null));
    clock.advance(MINUTE);
    assertThat(backend.find(order("Paint the shed", null), LIMIT))
        .isInstanceOf(ConversationMissing.class);
  }

  @Test
  void aFullServerStopsNobodyForANewRun() {
    ConversationStarted first = started(order("[[scenario: long steps=90]] 1", null));
    started(order("[[scenario: long steps=90]] 2", null));
    started(order("[[scenario: long steps=90]] 3", null));
    clock.advance(Duration.ofSeconds(10));
    assertThat(backend.start(order("4", null), true, LIMIT)).isInstanceOf(BackendFull.class);
    assertThat(simulator.conversations()).isEqualTo(3);
    assertThat(look(first.conversation(), first.cursor()).status()).isInstanceOf(Working.class);
  }

  @Test
  void anAgentThatWasCutOffIsToldOnceToGoOn() {
    ConversationStarted started = started(order("[[scenario: long steps=9 seconds=5]]", null));
    clock.advance(Duration.ofSeconds(9));
    AgentLook before = look(started.conversation(), started.cursor());
    simulator.restart();
    clock.advance(MINUTE);
    AgentLook after = look(started.conversation(), before.cursor());
    assertThat(after.status()).isInstanceOf(Interrupted.class);
    assertThat(resume(started.conversation(), after)).isInstanceOf(Resuming.class);
    clock.advance(MINUTE);
    OfControl resumed = resume(started.conversation(), after);
    assertThat(resumed).isInstanceOf(AgentResumed.class);
    resume(started.conversation(), after);
    clock.advance(Duration.ofMinutes(2));
    assertThat(look(started.conversation(), ((AgentResumed) resumed).cursor()).status())
        .isInstanceOf(Finished.class);
    assertThat(simulator.prompts("The sandbox was restarted")).isOne();
  }

  @Test
  void anAgentThatIsToldToStopWaits() {
    ConversationStarted started = started(order("[[scenario: long steps=90]]", null));
    clock.advance(Duration.ofSeconds(10));
    assertThat(backend.stop(started.conversation(), LIMIT)).isInstanceOf(StopTaken.class);
    clock.advance(Duration.ofSeconds(10));
    AgentLook stopped = look(started.conversation(), started.cursor());
    assertThat(stopped.status()).isEqualTo(new Waiting(Reason.PAUSED));
  }

  @Test
  void aFinishedAgentWorksOnAMessage() {
    ConversationStarted started = started(order("[[scenario: finish tasks=1]]", null));
    clock.advance(MINUTE);
    AgentLook finished = look(started.conversation(), started.cursor());
    assertThat(finished.status()).isInstanceOf(Finished.class);
    MessageTaken taken =
        taken(
            started.conversation(),
            message("[[scenario: long steps=2 seconds=5]]", null),
            Sending.FIRST,
            finished.cursor());
    AgentLook told = look(started.conversation(), taken.cursor());
    assertThat(told.status()).isInstanceOf(Working.class);
    clock.advance(MINUTE);
    AgentLook last = look(started.conversation(), told.cursor());
    assertThat(last.status()).isInstanceOf(Finished.class);
    assertThat(last.lastWords()).isEqualTo("Slept 2 times.");
  }

  @Test
  void aConversationThatIsNotThereIsMissing() {
    Conversation gone =
        new Conversation("oslo", Dialect.APP_V0, null, "0123456789abcdef0123456789abcdef");
    assertThat(seen(gone, null)).isInstanceOf(ConversationMissing.class);
    assertThat(tell(gone, message("Hello", null), Sending.FIRST, null))
        .isInstanceOf(ConversationMissing.class);
    assertThat(backend.resume(gone, null, LIMIT)).isInstanceOf(ConversationMissing.class);
    assertThat(backend.collect(order("Paint the shed", SHED), gone, LIMIT))
        .isEqualTo(new Unavailable(new ConversationMissing()));
  }

  @Test
  void aWrongKeyIsNoAnswerAndNoReasonToGiveUp() {
    LegacyBackend stranger = backend("key-of-rome");
    BackendSilent silent = new BackendSilent(Reason.BACKEND_UNAUTHORIZED, null);
    assertThat(stranger.start(order("Paint the shed", null), true, LIMIT)).isEqualTo(silent);
    assertThat(stranger.check(LIMIT).detail()).isEqualTo("unauthorized");
    assertThat(backend.check(LIMIT)).isEqualTo(new Health(null, Dialect.APP_V0, "0.62.0"));
  }

  @Test
  void aSingleFailureOfALookDoesNotCount() throws Exception {
    ConversationStarted started = started(order("[[scenario: finish]]", null));
    clock.advance(MINUTE);
    fail("{\"method\":\"GET\",\"path\":\".*/events\",\"do\":\"answer\",\"times\":1}");
    assertThat(look(started.conversation(), started.cursor()).status())
        .isInstanceOf(Finished.class);
    fail("{\"method\":\"GET\",\"path\":\".*/events\",\"do\":\"answer\",\"times\":2}");
    assertThat(seen(started.conversation(), started.cursor())).isInstanceOf(BackendSilent.class);
  }

  @Test
  void aServerThatFailsTwiceWithoutMakingAnythingRefusesTheRun() throws Exception {
    fail("{\"method\":\"POST\",\"path\":\"/api/conversations\",\"do\":\"answer\"}");
    Order order = order("Paint the shed", SHED);
    assertThat(backend.start(order, true, LIMIT)).isEqualTo(new StartUnclear(null));
    assertThat(backend.start(order, false, LIMIT)).isEqualTo(new StartRefused(Reason.CLONE_FAILED));
  }

  @Test
  void whatIsLeftIsFetchedAndThePlaceGivenBack() {
    Order order = order("Paint the shed", SHED);
    ConversationStarted started = started(order);
    clock.advance(MINUTE);
    look(started.conversation(), started.cursor());
    Harvest harvest = (Harvest) backend.collect(order, started.conversation(), LIMIT);
    assertThat(harvest.results().changes())
        .containsExactly(new ChangedFile("hello.txt", ChangedFile.Change.ADDED));
    assertThat(harvest.artifacts())
        .extracting(Artifact::name)
        .containsExactly("diff.patch", "trajectory.zip");
    assertThat(new String(harvest.artifacts().getFirst().bytes(), StandardCharsets.UTF_8))
        .contains("+++ b/hello.txt\n@@ -0,0 +1,1 @@\n+written by a simulated agent\n");
    clock.advance(Duration.ofSeconds(5));
    for (int i = 0; i < 3; i++) {
      started(order("[[scenario: long steps=90]] " + i, null));
    }
    assertThat(look(started.conversation(), started.cursor()).status())
        .isInstanceOf(Finished.class);
    assertThat(((Harvest) backend.collect(order, started.conversation(), LIMIT)).artifacts())
        .isEmpty();
  }

  private AgentLook confirmed(boolean accept) {
    ConversationStarted started = started(order("[[scenario: confirm]]", null));
    clock.advance(MINUTE);
    AgentLook asks = look(started.conversation(), started.cursor());
    assertThat(asks.status()).isEqualTo(new Waiting(Reason.CONFIRMATION_WANTED));
    MessageTaken taken =
        taken(started.conversation(), message(null, accept), Sending.FIRST, asks.cursor());
    clock.advance(MINUTE);
    return look(started.conversation(), taken.cursor());
  }

  private AgentLook afterAMinute(String prompt) {
    ConversationStarted started = started(order(prompt, null));
    clock.advance(MINUTE);
    return look(started.conversation(), started.cursor());
  }

  private LegacyBackend backend(String key) {
    return new LegacyBackend(
        new LegacySettings("oslo", simulator.uri(), () -> key, 3), exchanges, clock);
  }

  private ConversationStarted started(Order order) {
    return (ConversationStarted) backend.start(order, true, LIMIT);
  }

  private OfLook seen(Conversation conversation, @Nullable String cursor) {
    return backend.look(List.of(new Watched(conversation, cursor)), LIMIT).getFirst();
  }

  private AgentLook look(Conversation conversation, @Nullable String cursor) {
    return ((AgentSeen) seen(conversation, cursor)).look();
  }

  private OfControl tell(
      Conversation conversation, Message message, Sending sending, @Nullable String cursor) {
    return backend.tell(conversation, message, sending, cursor, LIMIT);
  }

  private MessageTaken taken(
      Conversation conversation, Message message, Sending sending, @Nullable String cursor) {
    return (MessageTaken) tell(conversation, message, sending, cursor);
  }

  private OfControl resume(Conversation conversation, AgentLook look) {
    return backend.resume(conversation, look.cursor(), LIMIT);
  }

  private void fail(String rule) throws IOException, InterruptedException {
    URI uri = simulator.uri().resolve("/_simulator/faults");
    HttpRequest request =
        HttpRequest.newBuilder(uri).POST(BodyPublishers.ofString("[" + rule + "]")).build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    }
  }

  private static Message message(@Nullable String text, @Nullable Boolean accept) {
    return new Message(1, text, accept, 0, 0, Message.State.WANTED, null);
  }

  private Order order(String prompt, @Nullable Repository repository) {
    RunId id = RunId.create(clock.instant(), new Random(prompt.hashCode()));
    return new Order(id, prompt + "\n" + id, repository, null, AgentOptions.NONE, 1);
  }
}
