package dev.build0711.runner.app;

import static dev.build0711.runner.testing.Runs.ID;
import static dev.build0711.runner.testing.Runs.T0;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.build0711.runner.app.SendMessage.Letter;
import dev.build0711.runner.app.SendMessage.Outcome;
import dev.build0711.runner.app.SendMessage.Why;
import dev.build0711.runner.port.RunStore.Change;
import dev.build0711.runner.port.RunStore.IdempotencyKey;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.port.StorageUnavailable;
import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.Evidence;
import dev.build0711.runner.run.Evidence.CancelRequested;
import dev.build0711.runner.run.Evidence.MessageTaken;
import dev.build0711.runner.run.Marker;
import dev.build0711.runner.run.Message;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunStatus;
import dev.build0711.runner.testing.InMemoryRunStore;
import dev.build0711.runner.testing.RecordedWakeUps;
import dev.build0711.runner.testing.Runs;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What callers can do to a run, which only writes what is wanted.
class ControlTest {

  private static final Set<String> EVERY_PROJECT = Set.of();
  private static final Instant NOW = T0.plusSeconds(30);
  private static final Prompts PROMPTS = new Prompts(new Marker(() -> "a key of the tests"));

  private final InMemoryRunStore store = new InMemoryRunStore(() -> NOW);
  private final List<Wake> woken = new ArrayList<>();
  private Runnable whileDeciding = () -> {};
  private final CancelRun cancelRun =
      new CancelRun(store, new RecordedWakeUps(woken), this::decidedAt);
  private final SendMessage sendMessage =
      new SendMessage(store, new RecordedWakeUps(woken), PROMPTS, this::decidedAt);

  private Instant decidedAt() {
    whileDeciding.run();
    return NOW;
  }

  @Test
  void aRunThatNobodyHasBegunIsCancelledAtOnce() {
    store.put(Runs.queued(CompleteOn.EITHER), List.of());

    assertThat(cancel().over()).isFalse();

    assertThat(run().status()).isEqualTo(RunStatus.CANCELLED);
    assertThat(woken).as("there is nothing to look at").isEmpty();
    assertThat(cancel().over()).isTrue();
  }

  @Test
  void aRunThatMayHaveBegunIsCancelledOnceThatIsKnown() {
    store.put(Runs.admitted(CompleteOn.EITHER), List.of());

    cancel();

    assertThat(run().status()).isEqualTo(RunStatus.CANCELLING);
  }

  @Test
  void aWorkingAgentIsToBeStoppedAndCancellingAgainChangesNothing() {
    store.put(Runs.working(CompleteOn.EITHER), List.of());

    cancel();
    Run cancelling = run();
    assertThat(cancel().over()).isFalse();

    assertThat(cancelling.status()).isEqualTo(RunStatus.CANCELLING);
    assertThat(run()).isEqualTo(cancelling);
    assertThat(woken).as("a look now").hasSize(1);
  }

  @Test
  void aRunThatOnlyWaitsForAMergeIsCancelledByALookAtOnce() {
    Run finished =
        Runs.after(
            Runs.working(CompleteOn.MERGE),
            Runs.seen(new AgentStatus.Finished()),
            T0.plusSeconds(9));
    Evidence harvest = new Evidence.ResultsCollected(null, null, List.of());
    store.put(Runs.after(finished, harvest, T0.plusSeconds(10)), List.of());

    cancel();

    assertThat(run().status()).isEqualTo(RunStatus.CANCELLING);
    assertThat(woken).hasSize(1);
  }

  @Test
  void whatChangesMeanwhileIsDecidedAgainButNotForEver() {
    store.put(Runs.working(CompleteOn.EITHER), List.of());
    AtomicInteger changes = new AtomicInteger();
    whileDeciding =
        () -> {
          changes.incrementAndGet();
          store.change(ID, run -> run);
        };

    assertThatThrownBy(this::cancel).isInstanceOf(StorageUnavailable.class);
    assertThat(changes.getAndSet(0)).isEqualTo(CancelRun.MAX_TRIES);
    assertThatThrownBy(() -> send("Go on")).isInstanceOf(StorageUnavailable.class);
    assertThat(changes).hasValue(SendMessage.MAX_TRIES);
    assertThat(run().status()).isEqualTo(RunStatus.RUNNING);
    assertThat(store.messages(ID)).isEmpty();
    assertThat(woken).isEmpty();
  }

  @Test
  void whatHoldsStillAtLastIsDone() {
    store.put(Runs.working(CompleteOn.EITHER), List.of());
    AtomicInteger changes = new AtomicInteger();
    whileDeciding =
        () -> {
          if (changes.incrementAndGet() < CancelRun.MAX_TRIES) {
            store.change(ID, run -> run);
          }
        };

    assertThat(send("Go on")).isInstanceOf(Outcome.Taken.class);
    changes.set(0);
    cancel();

    assertThat(run().status()).isEqualTo(RunStatus.CANCELLING);
  }

  @Test
  void messagesAreNumberedInTheOrderOfTheirComing() {
    store.put(Runs.working(CompleteOn.EITHER), List.of());

    assertThat(taken(send("first")).seq()).isEqualTo(1);
    assertThat(taken(send("second")).seq()).isEqualTo(2);
  }

  @Test
  void aKeyNamesOneRequest() {
    store.put(Runs.working(CompleteOn.EITHER), List.of());
    var key = new IdempotencyKey("answer-1", "a".repeat(64));
    Outcome first = send("first", key);

    assertThat(send("first", key))
        .isInstanceOfSatisfying(
            Outcome.Replayed.class,
            replayed ->
                assertThat(replayed.accepted()).isEqualTo(((Outcome.Taken) first).accepted()));
    assertThat(send("other", new IdempotencyKey("answer-1", "b".repeat(64))))
        .isEqualTo(new Outcome.KeyReused());
    assertThat(send("first", new IdempotencyKey("answer-2", "a".repeat(64))))
        .isInstanceOf(Outcome.Taken.class);
    assertThat(send("first")).isInstanceOf(Outcome.Taken.class);
    assertThat(store.messages(ID)).hasSize(3);
  }

  @Test
  void noConsentIsForAQuestionOrForWhatIsAskedWhileAMessageWaits() {
    store.put(asking(Reason.ANSWERED_IN_TEXT), List.of());
    assertThat(answer(true)).isEqualTo(new Outcome.Refused(Why.NOTHING_TO_CONFIRM));

    store.put(asking(Reason.CONFIRMATION_WANTED), List.of());
    send("Use the other file");
    assertThat(answer(false)).isEqualTo(new Outcome.Refused(Why.NOTHING_TO_CONFIRM));
  }

  @Test
  void aMessageWaitsForTheNextLook() {
    store.put(asking(Reason.ANSWERED_IN_TEXT), List.of());

    assertThat(send("Take the left one")).isInstanceOf(Outcome.Taken.class);

    assertThat(run().status()).as("until the agent has it").isEqualTo(RunStatus.AWAITING_INPUT);
    assertThat(run().message()).extracting(Message::text).isEqualTo("Take the left one");
    assertThat(woken).hasSize(1);
  }

  @Test
  void theSameTextBeforeIsCountedAndSoIsThePromptAsItWasSent() {
    store.put(Runs.working(CompleteOn.EITHER), List.of());
    send("Go on");

    assertThat(earlier(send("Go on"))).isEqualTo(1);
    assertThat(earlier(send("Stop here"))).isZero();
    assertThat(earlier(send(run().spec().compiledPrompt()))).isZero();
    assertThat(earlier(send(PROMPTS.of(run())))).isEqualTo(1);
  }

  @Test
  void aMessageNeedsARunThatGoesOn() {
    store.put(Runs.queued(CompleteOn.EITHER), List.of());
    assertThat(send("x")).isEqualTo(new Outcome.Refused(Why.NOT_STARTED));

    Run working = Runs.working(CompleteOn.EITHER);
    store.put(Runs.after(working, new CancelRequested(), NOW), List.of());
    assertThat(send("x")).isEqualTo(new Outcome.Refused(Why.CANCELLING));

    store.put(Runs.after(working, Runs.seen(new AgentStatus.Finished()), NOW), List.of());
    assertThat(send("x")).isEqualTo(new Outcome.Refused(Why.TERMINAL));
  }

  @Test
  void oneConsentIsForOneActionThatWasAskedFor() {
    store.put(Runs.working(CompleteOn.EITHER), List.of());
    assertThat(answer(true)).isEqualTo(new Outcome.Refused(Why.NOTHING_TO_CONFIRM));

    store.put(asking(Reason.CONFIRMATION_WANTED), List.of());
    assertThat(answer(true)).isInstanceOf(Outcome.Taken.class);
    assertThat(answer(true)).isEqualTo(new Outcome.Refused(Why.NOTHING_TO_CONFIRM));
  }

  @Test
  void noMoreMessagesWaitThanAreTaken() {
    store.put(Runs.working(CompleteOn.EITHER), List.of());
    for (int i = 0; i < SendMessage.MAX_WAITING; i++) {
      assertThat(send("message " + i)).isInstanceOf(Outcome.Taken.class);
    }

    assertThat(send("one more")).isEqualTo(new Outcome.Refused(Why.TOO_MANY_WAIT));
  }

  @Test
  void aRunTakesAThousandMessagesAndNoMore() {
    store.put(Runs.working(CompleteOn.EITHER), List.of());
    for (int i = 1; i <= SendMessage.MAX_MESSAGES; i++) {
      assertThat(taken(send("message " + i)).seq()).isEqualTo(i);
      Run delivered = Runs.after(run(), new MessageTaken(null), NOW);
      store.apply(new Change(run(), delivered, List.of()), false);
    }

    assertThat(send("one more")).isEqualTo(new Outcome.Refused(Why.TOO_MANY));
  }

  @Test
  void whatStillWaitedWhenTheRunEndedIsShownAsRefused() {
    store.put(Runs.working(CompleteOn.EITHER), List.of());
    var key = new IdempotencyKey("answer-1", "a".repeat(64));
    send("first");
    send("second", key);
    Run ended = Runs.after(run(), Runs.seen(new AgentStatus.Finished()), NOW);
    store.apply(new Change(run(), ended, List.of()), false);

    assertThat(send("second", key))
        .isInstanceOfSatisfying(
            Outcome.Replayed.class,
            replayed ->
                assertThat(replayed.accepted().message().state()).isEqualTo(Message.State.REFUSED));
  }

  @Test
  void aRunOfAForeignProjectIsAsIfAbsent() {
    store.put(Runs.working(CompleteOn.EITHER), List.of());

    assertThat(cancelRun.cancel(ID, Set.of("mill"))).isEmpty();
    assertThat(sendMessage.send(ID, Set.of("mill"), new Letter("x", null), null)).isEmpty();
    assertThat(run()).isEqualTo(Runs.working(CompleteOn.EITHER));
  }

  private static Run asking(Reason why) {
    return Runs.after(
        Runs.working(CompleteOn.EITHER),
        Runs.seen(new AgentStatus.Waiting(why)),
        T0.plusSeconds(9));
  }

  private CancelRun.Cancellation cancel() {
    return cancelRun.cancel(ID, EVERY_PROJECT).orElseThrow();
  }

  private Outcome send(String text) {
    return send(text, null);
  }

  private Outcome send(String text, @Nullable IdempotencyKey key) {
    return sendMessage.send(ID, EVERY_PROJECT, new Letter(text, null), key).orElseThrow();
  }

  private Outcome answer(boolean accept) {
    return sendMessage.send(ID, EVERY_PROJECT, new Letter(null, accept), null).orElseThrow();
  }

  private static Message taken(Outcome outcome) {
    return ((Outcome.Taken) outcome).accepted().message();
  }

  private static int earlier(Outcome outcome) {
    return taken(outcome).earlier();
  }

  private Run run() {
    return store.find(ID).orElseThrow();
  }
}
