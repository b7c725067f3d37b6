package dev.build0711.runner.app;

import static dev.build0711.runner.testing.Runs.CONVERSATION;
import static dev.build0711.runner.testing.Runs.T0;
import static dev.build0711.runner.testing.Runs.after;
import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.port.AgentBackend.Order;
import dev.build0711.runner.port.RunStore.Claim;
import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.Evidence;
import dev.build0711.runner.run.Evidence.AgentSeen;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.CancelRequested;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.MessageAccepted;
import dev.build0711.runner.run.Evidence.MessageTaken;
import dev.build0711.runner.run.Evidence.MessageUnclear;
import dev.build0711.runner.run.Evidence.NoPlace;
import dev.build0711.runner.run.Evidence.Prepared;
import dev.build0711.runner.run.Evidence.Preparing;
import dev.build0711.runner.run.Evidence.StartUnclear;
import dev.build0711.runner.run.Marker;
import dev.build0711.runner.run.Message;
import dev.build0711.runner.run.Place;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.Schedule;
import dev.build0711.runner.testing.MemoryArtifacts;
import dev.build0711.runner.testing.Runs;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The one step that a run needs is asked of its backend, and nothing else.
class TakeStepTest {

  private static final BackendSilent SILENT = new BackendSilent(Reason.BACKEND_ERROR, null);
  private static final BackendSilent GONE = new BackendSilent(Reason.BACKEND_UNREACHABLE, null);

  private Instant now = T0.plusSeconds(10);
  private final ScriptedBackend backend = new ScriptedBackend();
  private final TakeStep step =
      new TakeStep(
          backend,
          new MemoryArtifacts(),
          new Prompts(new Marker(() -> "a key of the tests")),
          () -> now);

  @Test
  void nobodyIsAskedForARunWithoutAPlace() {
    assertThat(take(Runs.queued(CompleteOn.EITHER))).containsExactly(new NoPlace(null));
    assertThat(backend.asked).isEmpty();
  }

  @Test
  void nobodyIsAskedWhileItsBackendIsDown() {
    Claim held = claim(Runs.working(CompleteOn.EITHER), Reason.BACKEND_UNREACHABLE);

    assertThat(step.apply(held)).containsExactly(GONE);
    assertThat(step.watch(List.of(held, held))).containsExactly(List.of(GONE), List.of(GONE));
    assertThat(backend.asked).isEmpty();
  }

  @Test
  void aBackendThatIsNoLongerConfiguredIsAwayForAllItsRuns() {
    backend.configured = false;
    Claim claim = claim(Runs.working(CompleteOn.EITHER), null);

    assertThat(step.watch(List.of(claim, claim))).containsExactly(List.of(GONE), List.of(GONE));
    assertThat(take(Runs.admitted(CompleteOn.EITHER))).containsExactly(GONE);
  }

  @Test
  void aWorkspaceThatIsBeingMadeIsNotStarted() {
    Preparing preparing = new Preparing(CONVERSATION, "clone-1");
    backend.preparation = preparing;
    assertThat(take(Runs.admitted(CompleteOn.EITHER))).containsExactly(preparing);

    Prepared ready = new Prepared(CONVERSATION, "clone-2");
    backend.preparation = ready;
    assertThat(take(Runs.admitted(CompleteOn.EITHER))).containsExactly(ready);
    assertThat(backend.asked).containsOnly("prepare");
  }

  @Test
  void aStartThatPreparesHasTheRestOfTheTimeForIt() {
    backend.startPrepares = true;
    backend.start = (Evidence.OfStart) Runs.started();
    backend.meanwhile = () -> now = now.plusSeconds(20);

    assertThat(take(Runs.admitted(CompleteOn.EITHER)))
        .as("there was nothing to prepare")
        .containsExactly(Runs.started());

    assertThat(backend.limits.getLast()).isEqualTo(PollRun.EXCHANGE.minus(Duration.ofSeconds(20)));
  }

  @Test
  void aPreparationOfWhichNothingIsRememberedIsAskedForAllTheSame() {
    Run preparing =
        after(Runs.admitted(CompleteOn.EITHER), new Preparing(CONVERSATION, ""), T0.plusSeconds(1));
    backend.preparation = SILENT;

    take(preparing);

    assertThat(backend.asked).containsExactly("preparation after ");
  }

  @Test
  void aSecondStartIsOrderedAsSuch() {
    Run started = after(Runs.admitted(CompleteOn.EITHER), Runs.started(), T0.plusSeconds(1));
    Evidence never = Runs.seen(new AgentStatus.NeverStarted(Reason.START_FAILED));
    Run failed = after(after(started, never, T0.plusSeconds(10)), never, T0.plusSeconds(30));
    backend.start = new StartUnclear(null);
    backend.startPrepares = true;

    take(Runs.admitted(CompleteOn.EITHER));
    now = T0.plusSeconds(40);
    take(failed);

    assertThat(backend.orders).extracting(Order::attempt).containsExactly(1, 1, 2);
  }

  @Test
  void aStartIsTheFirstOnlyWhereNoLookBeforeCanHaveMadeIt() {
    Run bare = Runs.accepted("shop", 0, T0).with(new Place("main", 4));
    backend.start = SILENT;

    take(bare.with(new Schedule(T0, 1, 4)));
    take(bare.with(new Schedule(T0, 1, 5)));
    take(bare.with(new Schedule(T0, 1, 6)));

    assertThat(backend.asked).containsExactly("start", "start", "start again");
  }

  @Test
  void anAgentThatCannotBeToldToStopIsNotLookedAt() {
    backend.control = new ConversationMissing();
    Run cancelling = after(Runs.working(CompleteOn.EITHER), new CancelRequested(), now);

    assertThat(take(cancelling)).containsExactly(new ConversationMissing());
    assertThat(backend.asked).containsExactly("stop");
  }

  @Test
  void anAgentThatHasItsMessageIsNotLookedAtInTheSameLook() {
    Run written = written(0);
    backend.control = new MessageTaken("cursor-2");

    assertThat(take(written)).containsExactly(new MessageTaken("cursor-2"));
    assertThat(backend.asked).hasSize(1);
  }

  @Test
  void aMessageIsTheFirstTimeSentOnlyWhereNoLookBeforeCanHaveSentIt() {
    backend.control = new MessageTaken(null);

    take(written(3).with(new Schedule(T0, 1, 4)));
    take(written(3).with(new Schedule(T0, 1, 5)));
    take(after(written(3), new MessageUnclear(true), now).with(new Schedule(T0, 1, 4)));

    assertThat(backend.asked)
        .containsExactly(
            "tell Paint it green FIRST",
            "tell Paint it green SEARCH",
            "tell Paint it green SEARCH");
  }

  @Test
  void aLookAfterAnUnclearMessageReadsOnFromWhereTheAgentWasRead() {
    backend.control = new MessageUnclear(true);
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Working());

    take(written(0));

    assertThat(backend.asked).contains("look after cursor-1");
  }

  private static Run written(long askedEpoch) {
    Message message =
        new Message(1, "Paint it green", null, 0, askedEpoch, Message.State.WANTED, null);
    return after(Runs.working(CompleteOn.EITHER), new MessageAccepted(message), T0.plusSeconds(9));
  }

  private List<Evidence> take(Run run) {
    return step.apply(claim(run, null));
  }

  private Claim claim(Run run, @Nullable Reason held) {
    return new Claim(run, now, now.plus(PollRun.LEASE), held);
  }
}
