package dev.build0711.runner.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.exchange.Exchanges;
import dev.build0711.runner.openhands.appserver.AppServerBackend;
import dev.build0711.runner.openhands.appserver.AppServerSettings;
import dev.build0711.runner.port.AgentBackend.Collection.Harvest;
import dev.build0711.runner.port.AgentBackend.Health;
import dev.build0711.runner.port.AgentBackend.Order;
import dev.build0711.runner.port.AgentBackend.Sending;
import dev.build0711.runner.port.AgentBackend.Watched;
import dev.build0711.runner.port.Artifact;
import dev.build0711.runner.run.AgentLook;
import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.AgentStatus.Failed;
import dev.build0711.runner.run.AgentStatus.Finished;
import dev.build0711.runner.run.AgentStatus.Interrupted;
import dev.build0711.runner.run.AgentStatus.NeverStarted;
import dev.build0711.runner.run.AgentStatus.Starting;
import dev.build0711.runner.run.AgentStatus.Waiting;
import dev.build0711.runner.run.AgentStatus.Working;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Evidence.AgentResumed;
import dev.build0711.runner.run.Evidence.AgentSeen;
import dev.build0711.runner.run.Evidence.BackendFull;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.ConversationStarted;
import dev.build0711.runner.run.Evidence.MessageTaken;
import dev.build0711.runner.run.Evidence.MessageUnclear;
import dev.build0711.runner.run.Evidence.OfControl;
import dev.build0711.runner.run.Evidence.OfStart;
import dev.build0711.runner.run.Evidence.StopTaken;
import dev.build0711.runner.run.GitProvider;
import dev.build0711.runner.run.Message;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.simulator.appserver.AppOptions;
import dev.build0711.runner.simulator.appserver.Release;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The runner's own client works with a simulated V1 app server as with a real one.
class AppServerClientIT {

  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final String LONG = "[[scenario: long steps=4 seconds=20]]";

  private final VirtualClock clock = new VirtualClock();
  private final Exchanges exchanges = new Exchanges();
  private final List<Simulator> simulators = new ArrayList<>();

  @AfterEach
  void close() {
    exchanges.close();
    simulators.forEach(Simulator::close);
  }

  private AppServerBackend backend(AppOptions options) {
    try {
      Simulator simulator =
          Simulator.start(
              Options.defaults()
                  .withKey("key-of-lisbon")
                  .withClock(clock, clock::advance)
                  .asApp(options));
      simulators.add(simulator);
      return new AppServerBackend(
          new AppServerSettings(
              "lisbon", simulator.uri(), () -> "key-of-lisbon", options.maxSandboxes()),
          exchanges,
          clock);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private AppServerBackend newest() {
    return backend(AppOptions.defaults());
  }

  /// One that is ready at once, so that the first release can tell the conversation's id.
  private AppServerBackend ready(Release release) {
    return backend(AppOptions.defaults().withRelease(release).withStartup(Duration.ZERO));
  }

  @ParameterizedTest
  @EnumSource(Release.class)
  void aRunIsStartedWatchedAndFinished(Release release) {
    AppServerBackend backend = ready(release);
    ConversationStarted started = started(backend, order("Paint the shed"));
    AgentLook look = look(backend, started.conversation(), started.cursor());
    while (look.status() instanceof Working || look.status() instanceof Starting) {
      clock.advance(Duration.ofMillis(2500));
      look = look(backend, started.conversation(), look.cursor());
    }

    assertThat(look.status()).isEqualTo(new Finished());
    assertThat(look.version()).isEqualTo(release.version());
    assertThat(look.userMessages()).isOne();
    assertThat(look.iterations()).isGreaterThan(3);
    assertThat(look.usage().promptTokens() > 0).isEqualTo(release == Release.V1_11);
    assertThat(look.lastWords()).isNotBlank();
    assertThat(backend.check(LIMIT)).isEqualTo(Health.good(Dialect.APP_V1, release.version()));
  }

  @ParameterizedTest
  @EnumSource(Release.class)
  void whatWasReadPieceByPieceIsCountedOnce(Release release) {
    AppServerBackend backend = ready(release);
    ConversationStarted started = started(backend, order(LONG));
    AgentLook piecemeal = look(backend, started.conversation(), started.cursor());
    for (int second = 0; second < 120; second++) {
      clock.advance(Duration.ofSeconds(1));
      piecemeal = look(backend, started.conversation(), piecemeal.cursor());
    }
    AgentLook whole = look(backend, started.conversation(), started.cursor());

    assertThat(piecemeal.iterations()).isEqualTo(whole.iterations()).isGreaterThan(3);
    assertThat(piecemeal.status()).isEqualTo(new Finished());
    assertThat(piecemeal.userMessages()).isOne();
  }

  @Test
  void aStartIsFollowedThroughItsTask() {
    AppServerBackend backend = newest();
    ConversationStarted started = started(backend, order("[[scenario: finish start=20]]"));

    AgentLook begun = look(backend, started.conversation(), started.cursor());
    clock.advance(Duration.ofSeconds(10));
    AgentLook later = look(backend, started.conversation(), begun.cursor());
    clock.advance(Duration.ofMinutes(1));
    AgentLook end = look(backend, started.conversation(), later.cursor());

    assertThat(begun.status()).isEqualTo(new Starting());
    assertThat(later.status()).isEqualTo(new Starting());
    assertThat(later.news()).isTrue();
    assertThat(end.status()).isEqualTo(new Finished());
  }

  @Test
  void aStartThatHangsShowsNoSignOfLife() {
    AppServerBackend backend = newest();
    ConversationStarted started = started(backend, order("[[scenario: start-hang]]"));
    clock.advance(Duration.ofMinutes(1));
    AgentLook before = look(backend, started.conversation(), started.cursor());
    clock.advance(Duration.ofMinutes(5));
    AgentLook after = look(backend, started.conversation(), before.cursor());

    assertThat(after.status()).isEqualTo(new Starting());
    assertThat(after.news()).isFalse();
  }

  @Test
  void aStartThatFailedIsTriedAgainAsAnotherConversation() {
    AppServerBackend backend = newest();
    Order first = order("[[scenario: start-error]]");
    ConversationStarted failed = started(backend, first);
    clock.advance(Duration.ofMinutes(1));
    Order second = new Order(first.id(), first.id() + " again", null, null, AgentOptions.NONE, 2);
    OfStart again = backend.start(second, false, LIMIT);

    assertThat(look(backend, failed.conversation(), failed.cursor()).status())
        .isEqualTo(new NeverStarted(Reason.START_FAILED));
    assertThat(((ConversationStarted) again).conversation().id())
        .isNotEqualTo(failed.conversation().id());
  }

  @ParameterizedTest
  @EnumSource(Release.class)
  void aStartThatMayHaveHappenedIsFoundAndNotMadeTwice(Release release) {
    AppServerBackend backend = ready(release);
    Order order = order(LONG);
    ConversationStarted once = started(backend, order);
    clock.advance(Duration.ofMinutes(1));
    OfStart again = backend.start(order, false, LIMIT);

    assertThat(((ConversationStarted) again).conversation()).isEqualTo(once.conversation());
    assertThat(backend.find(order, LIMIT)).isInstanceOf(ConversationStarted.class);
    assertThat(simulators.getFirst().prompts(order.id().toString())).isOne();
    assertThat(backend.find(order("Paint the fence"), LIMIT))
        .isInstanceOf(ConversationMissing.class);
  }

  @Test
  void aStartThatIsUnderWayIsFoundByItsTask() {
    AppServerBackend backend = newest();
    Order order = order("[[scenario: finish start=100]]");
    started(backend, order);
    clock.advance(Duration.ofMinutes(1));
    ConversationStarted found = (ConversationStarted) backend.start(order, false, LIMIT);
    clock.advance(Duration.ofMinutes(2));

    assertThat(look(backend, found.conversation(), found.cursor()).status())
        .isEqualTo(new Finished());
    assertThat(simulators.getFirst().conversations()).isOne();
  }

  @Test
  void nobodysSandboxIsPutToSleepForAnother() {
    AppServerBackend backend = backend(AppOptions.defaults().withMaxSandboxes(2));
    ConversationStarted first = started(backend, order(LONG + " one"));
    started(backend, order(LONG + " two"));
    clock.advance(Duration.ofSeconds(2));

    assertThat(backend.start(order(LONG + " three"), true, LIMIT)).isInstanceOf(BackendFull.class);
    assertThat(look(backend, first.conversation(), first.cursor()).status())
        .isEqualTo(new Working());
  }

  @Test
  void aFullServerHasAPlaceWhenAnEndedRunHasBeenCollected() {
    AppServerBackend backend = backend(AppOptions.defaults().withMaxSandboxes(1));
    Order order = order("Paint the shed");
    ConversationStarted first = started(backend, order);
    clock.advance(Duration.ofMinutes(1));
    Harvest harvest = (Harvest) backend.collect(order, first.conversation(), LIMIT);
    ConversationStarted second = started(backend, order("Paint the fence"));
    clock.advance(Duration.ofMinutes(1));

    assertThat(harvest.artifacts()).extracting(Artifact::name).contains("trajectory.zip");
    assertThat(look(backend, second.conversation(), second.cursor()).status())
        .isEqualTo(new Finished());
    assertThat(look(backend, first.conversation(), first.cursor()).userMessages()).isOne();
  }

  @ParameterizedTest
  @EnumSource(Release.class)
  void aTextIsAQuestionAndAStuckAgentHasFailed(Release release) {
    AppServerBackend backend = ready(release);

    assertThat(statusInTheEnd(backend, "[[scenario: text]]"))
        .isEqualTo(new Waiting(Reason.ANSWERED_IN_TEXT));
    assertThat(statusInTheEnd(backend, "[[scenario: stuck]]"))
        .isEqualTo(new Failed(Reason.AGENT_STUCK));
  }

  @Test
  void theReasonOfAnErrorIsTold() {
    assertThat(statusInTheEnd(newest(), "[[scenario: error]]"))
        .isEqualTo(new Failed(Reason.LLM_AUTHENTICATION));
  }

  @Test
  void theFirstReleaseTellsNoReasonOfAnError() {
    assertThat(statusInTheEnd(ready(Release.V0_62), "[[scenario: error]]"))
        .isIn(new Failed(Reason.AGENT_ERROR), new Failed(Reason.LLM_AUTHENTICATION));
  }

  @ParameterizedTest
  @EnumSource(Release.class)
  void aMessageAfterTheEndSetsTheAgentGoingAndTheOldEndIsNotTheNew(Release release) {
    AppServerBackend backend = ready(release);
    ConversationStarted started = started(backend, order("Paint the shed"));
    clock.advance(Duration.ofMinutes(1));
    AgentLook end = look(backend, started.conversation(), started.cursor());
    OfControl told =
        backend.tell(started.conversation(), message(LONG, 0), Sending.FIRST, end.cursor(), LIMIT);
    AgentLook after = look(backend, started.conversation(), ((MessageTaken) told).cursor());
    clock.advance(Duration.ofMinutes(3));
    AgentLook second = look(backend, started.conversation(), after.cursor());

    assertThat(end.status()).isEqualTo(new Finished());
    assertThat(after.status()).isInstanceOf(Working.class);
    assertThat(second.status()).isEqualTo(new Finished());
    assertThat(second.userMessages()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(Release.class)
  void aMessageThatHasArrivedIsNotSentAgain(Release release) {
    AppServerBackend backend = ready(release);
    ConversationStarted started = started(backend, order("Paint the shed"));
    clock.advance(Duration.ofMinutes(1));
    AgentLook end = look(backend, started.conversation(), started.cursor());
    OfControl before = tell(backend, started, Sending.SEARCH, end.cursor());
    OfControl first = tell(backend, started, Sending.AGAIN, end.cursor());
    clock.advance(Duration.ofMinutes(3));
    OfControl again = tell(backend, started, Sending.AGAIN, end.cursor());

    assertThat(before).isEqualTo(new MessageUnclear(false));
    assertThat(first).isInstanceOf(MessageTaken.class);
    assertThat(again).isInstanceOf(MessageTaken.class);
    assertThat(
            look(backend, started.conversation(), ((MessageTaken) again).cursor()).userMessages())
        .isEqualTo(2);
  }

  private OfControl tell(
      AppServerBackend backend, ConversationStarted started, Sending sending, String cursor) {
    return backend.tell(
        started.conversation(), message("And the fence", 0), sending, cursor, LIMIT);
  }

  @Test
  void anAgentThatAsksLeaveIsAnswered() {
    AppServerBackend backend = newest();
    ConversationStarted started = started(backend, order("[[scenario: confirm]]"));
    clock.advance(Duration.ofMinutes(1));
    AgentLook asks = look(backend, started.conversation(), started.cursor());
    Message yes = new Message(1, null, true, 0, 0, Message.State.WANTED, null);
    OfControl told = backend.tell(started.conversation(), yes, Sending.FIRST, asks.cursor(), LIMIT);
    clock.advance(Duration.ofMinutes(1));

    assertThat(asks.status()).isEqualTo(new Waiting(Reason.CONFIRMATION_WANTED));
    assertThat(look(backend, started.conversation(), ((MessageTaken) told).cursor()).status())
        .isEqualTo(new Finished());
  }

  @Test
  void anAgentIsStopped() {
    AppServerBackend backend = newest();
    ConversationStarted started = started(backend, order(LONG));
    clock.advance(Duration.ofSeconds(5));
    AgentLook working = look(backend, started.conversation(), started.cursor());

    assertThat(backend.stop(started.conversation(), LIMIT)).isInstanceOf(StopTaken.class);
    clock.advance(Duration.ofSeconds(5));
    assertThat(look(backend, started.conversation(), working.cursor()).status())
        .isEqualTo(new Waiting(Reason.PAUSED));
  }

  @Test
  void aCollectedRunGoesOnAfterAMessage() {
    AppServerBackend backend = newest();
    Order order = order("Paint the shed");
    ConversationStarted started = started(backend, order);
    clock.advance(Duration.ofMinutes(1));
    AgentLook end = look(backend, started.conversation(), started.cursor());
    backend.collect(order, started.conversation(), LIMIT);
    AgentLook asleep = look(backend, started.conversation(), end.cursor());
    OfControl woken = tell(backend, started, Sending.FIRST, asleep.cursor());
    clock.advance(Duration.ofSeconds(10));
    OfControl told = tell(backend, started, Sending.AGAIN, asleep.cursor());
    clock.advance(Duration.ofMinutes(1));
    AgentLook second = look(backend, started.conversation(), ((MessageTaken) told).cursor());

    assertThat(asleep.status()).isEqualTo(new Finished());
    assertThat(woken).isEqualTo(new MessageUnclear(false));
    assertThat(second.userMessages()).isEqualTo(2);
  }

  @Test
  void anAgentWhoseSandboxWasPutToSleepGoesOn() {
    AppServerBackend backend = newest();
    Order order = order(LONG);
    ConversationStarted started = started(backend, order);
    clock.advance(Duration.ofSeconds(5));
    AgentLook working = look(backend, started.conversation(), started.cursor());
    backend.collect(order, started.conversation(), LIMIT);
    AgentLook asleep = look(backend, started.conversation(), working.cursor());
    OfControl resumed = backend.resume(started.conversation(), asleep.cursor(), LIMIT);
    clock.advance(Duration.ofMinutes(3));

    assertThat(asleep.status()).isEqualTo(new Interrupted());
    assertThat(look(backend, started.conversation(), ((AgentResumed) resumed).cursor()).status())
        .isEqualTo(new Finished());
  }

  @Test
  void aRestartOfTheServerLosesTheConversation() {
    AppServerBackend backend = newest();
    ConversationStarted started = started(backend, order(LONG));
    clock.advance(Duration.ofSeconds(5));
    AgentLook working = look(backend, started.conversation(), started.cursor());
    simulators.getFirst().restart();

    assertThat(
            backend
                .look(List.of(new Watched(started.conversation(), working.cursor())), LIMIT)
                .getFirst())
        .isInstanceOf(ConversationMissing.class);
  }

  private AgentStatus statusInTheEnd(AppServerBackend backend, String prompt) {
    ConversationStarted started = started(backend, order(prompt));
    AgentLook look = look(backend, started.conversation(), started.cursor());
    for (int twice = 0; twice < 2; twice++) {
      clock.advance(Duration.ofMinutes(1));
      look = look(backend, started.conversation(), look.cursor());
    }
    return look.status();
  }

  private static ConversationStarted started(AppServerBackend backend, Order order) {
    OfStart start = backend.start(order, true, LIMIT);
    assertThat(start).isInstanceOf(ConversationStarted.class);
    return (ConversationStarted) start;
  }

  private static AgentLook look(
      AppServerBackend backend, Conversation conversation, @Nullable String cursor) {
    return ((AgentSeen) backend.look(List.of(new Watched(conversation, cursor)), LIMIT).getFirst())
        .look();
  }

  private static Message message(String text, int earlier) {
    return new Message(1, text, null, earlier, 0, Message.State.WANTED, null);
  }

  private Order order(String prompt) {
    RunId id = RunId.create(clock.instant(), new Random(Objects.hash(prompt)));
    Repository repository = new Repository(GitProvider.GITHUB, "github.com", "acme/shed", null);
    return new Order(id, prompt + "\n" + id, repository, null, AgentOptions.NONE, 1);
  }
}
