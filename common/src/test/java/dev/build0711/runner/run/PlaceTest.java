package dev.build0711.runner.run;

import static dev.build0711.runner.testing.Runs.T0;
import static dev.build0711.runner.testing.Runs.after;
import static dev.build0711.runner.testing.Runs.seen;
import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.run.Evidence.BackendFull;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.CancelRequested;
import dev.build0711.runner.run.Evidence.Clocks;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.ConversationStarted;
import dev.build0711.runner.run.Evidence.GitActivity;
import dev.build0711.runner.run.Evidence.NoPlace;
import dev.build0711.runner.run.Evidence.Prepared;
import dev.build0711.runner.run.Evidence.PullRequestSeen;
import dev.build0711.runner.run.Evidence.ResultsCollected;
import dev.build0711.runner.run.Evidence.StartUnclear;
import dev.build0711.runner.run.Evidence.TimePassed;
import dev.build0711.runner.testing.Runs;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A run holds a place on a backend exactly as long as its agent may need it.
class PlaceTest {

  private static final Conversation SANDBOXED =
      new Conversation("main", Dialect.APP_V1, "1.11.0", "b8d7ffd04b7e7c798c5518f83057f265");

  @Test
  void aRunWithoutAPlaceWaitsAndSaysWhy() {
    Run waiting = after(Runs.queued(CompleteOn.EITHER), new NoPlace(null), at(1));

    assertThat(waiting.status()).isEqualTo(RunStatus.QUEUED);
    assertThat(waiting.standing().reason()).isEqualTo(new StatusReason(Reason.BACKEND_FULL, at(1)));
    assertThat(Step.of(waiting, at(1))).isEqualTo(Step.ADMIT);
  }

  @Test
  void aRunThatHasBegunNowhereGivesItsPlaceBackWhenTheBackendIsFullOrSilent() {
    Run admitted = Runs.admitted(CompleteOn.EITHER);

    assertThat(after(admitted, new BackendFull(), at(1)).agent().place()).isNull();
    assertThat(
            after(admitted, new BackendSilent(Reason.BACKEND_ERROR, null), at(1)).agent().place())
        .isNull();
  }

  @Test
  void aRunWhoseStartIsUnclearStaysWithItsBackend() {
    Run unclear = after(Runs.admitted(CompleteOn.EITHER), new StartUnclear(null), at(1));
    Run silent = after(unclear, new BackendSilent(Reason.BACKEND_ERROR, null), at(70));

    assertThat(silent.agent().place()).isEqualTo(new Place("main", 0));
    assertThat(silent.attempts())
        .containsExactly(new Attempt(Attempt.Kind.START, at(1), "main", null));
    assertThat(Step.of(silent, at(90))).isEqualTo(Step.START);
  }

  @Test
  void anAgentServersPlaceIsFreeWhenItsAgentRestsAndTakenAgainWhenItGoesOn() {
    Run asked = after(Runs.working(CompleteOn.EITHER), waits(), at(9));
    Run going = after(asked, seen(new AgentStatus.Working()), at(20));

    assertThat(asked.agent().place()).isNull();
    assertThat(going.agent().place()).isEqualTo(new Place("main", 0));
  }

  @Test
  void anAppServersSandboxIsHeldUntilWhatItsAgentLeftWasFetched() {
    Run working =
        after(
            after(Runs.admitted(CompleteOn.AGENT), new ConversationStarted(SANDBOXED, null), at(1)),
            seen(new AgentStatus.Working()),
            at(2));
    Run finished = after(working, seen(new AgentStatus.Finished()), at(9));
    Run collected = after(finished, new ResultsCollected(null, null, List.of()), at(10));

    assertThat(after(working, waits(), at(9)).agent().place()).isNotNull();
    assertThat(finished.agent().place()).isNotNull();
    assertThat(collected.agent().place()).isNull();
  }

  @Test
  void anAgentThatWaitsWhenItsRunEndsHasStoppedAndItsSandboxIsGivenBack() {
    Run working =
        after(
            after(Runs.admitted(CompleteOn.AGENT), new ConversationStarted(SANDBOXED, null), at(1)),
            seen(new AgentStatus.Working()),
            at(2));
    Run waiting = after(working, waits(), at(9));
    Run cancelling = after(waiting, new CancelRequested(), at(10));
    Run cancelled = after(cancelling, new TimePassed(Clocks.DEFAULT), at(11));
    Run collected = after(cancelled, new ResultsCollected(null, null, List.of()), at(12));

    assertThat(cancelled.status()).isEqualTo(RunStatus.CANCELLED);
    assertThat(cancelled.agent().state()).isEqualTo(Agent.State.STOPPED);
    assertThat(Step.of(cancelled, at(11))).isEqualTo(Step.COLLECT);
    assertThat(collected.agent().place()).isNull();
  }

  @Test
  void aRunThatEndsWhileItIsBeingStartedKeepsItsPlaceUntilThatIsKnown() {
    Run looked = Runs.admitted(CompleteOn.EITHER).with(new Schedule(T0, 2, 1));
    Run opened =
        after(
            looked,
            new PullRequestSeen(
                Runs.pullRequest(7, PullRequest.State.OPEN, at(40)), LinkRule.MARKER),
            at(40));
    Run told =
        after(opened, new GitActivity(RunEvent.Type.COMMENT_CREATED, null, Map.of()), at(41));
    Run lookedAgain = told.with(new Schedule(T0, 3, 2));
    Run started = after(lookedAgain, Runs.started(), at(200));

    assertThat(opened.status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(told.agent().place()).isNotNull();
    assertThat(Step.of(lookedAgain, at(200))).isEqualTo(Step.FIND);
    assertThat(Step.of(started, at(200))).as("its agent is known").isEqualTo(Step.LOOK);
  }

  @Test
  void aRunThatEndsBeforeAnyOtherLookCanHaveStartedItGivesItsPlaceBackAtOnce() {
    Run admitted = Runs.admitted(CompleteOn.EITHER);
    Instant end = admitted.standing().deadlineAt();
    Evidence time = new TimePassed(Clocks.DEFAULT);

    Run first = after(admitted.with(new Schedule(T0, 2, 1)), time, end);
    Run second = after(admitted.with(new Schedule(T0, 3, 2)), time, end);

    assertThat(first.status()).isEqualTo(RunStatus.TIMED_OUT);
    assertThat(first.agent().place()).isNull();
    assertThat(second.agent().place()).as("the look before may have started it").isNotNull();
    assertThat(Step.of(second, end)).isEqualTo(Step.FIND);
  }

  @Test
  void nothingIsAskedWhileAStartWhoseOutcomeIsUnknownMayBeUnderWay() {
    Run unclear = after(Runs.admitted(CompleteOn.EITHER), new StartUnclear(null), at(1));
    Run cancelling = after(unclear, new CancelRequested(), at(2));

    assertThat(Step.of(unclear, at(60))).isEqualTo(Step.REST);
    assertThat(Step.of(unclear, at(61))).isEqualTo(Step.START);
    assertThat(Step.of(cancelling, at(60))).isEqualTo(Step.REST);
    assertThat(Step.of(cancelling, at(61))).isEqualTo(Step.FIND);
  }

  @Test
  void aRunWithoutARepositoryIsStartedAsSuchThoughOneHasBeenLearnt() {
    Run admitted = Runs.accepted("shop", 0, T0).with(new Place("main", 0));
    Run learnt = admitted.with(Runs.WIDGETS);

    assertThat(Step.of(admitted, at(1))).isEqualTo(Step.START);
    assertThat(Step.of(learnt, at(1))).isEqualTo(Step.START);
  }

  @Test
  void nothingIsFetchedOfAnAgentThatNeverBegan() {
    Run prepared = after(Runs.admitted(CompleteOn.EITHER), new Prepared(SANDBOXED, "c"), at(1));
    Run cancelling = after(prepared, new CancelRequested(), at(2)).with(new Schedule(T0, 4, 3));
    Run cancelled = after(cancelling, new ConversationMissing(), at(3));

    assertThat(Step.of(cancelling, at(3))).isEqualTo(Step.FIND);
    assertThat(cancelled.agent().state()).isEqualTo(Agent.State.STOPPED);
    assertThat(Step.of(cancelled, at(4))).isEqualTo(Step.REST);
  }

  @Test
  void whatAnAgentLeftIsLostWithItsConversation() {
    Run ended = after(Runs.working(CompleteOn.EITHER), seen(new AgentStatus.Finished()), at(9));
    Run run = after(ended, new ConversationMissing(), at(10));
    run = after(run, new ConversationMissing(), at(100));
    Run early = after(run, new ConversationMissing(), at(309));
    Run lost = after(early, new ConversationMissing(), at(310));

    assertThat(Step.of(early, at(309))).isEqualTo(Step.COLLECT);
    assertThat(lost.status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(Step.of(lost, at(310))).isEqualTo(Step.REST);
  }

  @Test
  void aCancelledRunWhoseStartNobodyCanHaveTriedIsCancelledByTheTimeAlone() {
    Run queued = after(Runs.queued(CompleteOn.EITHER), new CancelRequested(), at(1));
    Run admitted = after(Runs.admitted(CompleteOn.EITHER), new CancelRequested(), at(1));
    Run tried = admitted.with(new Schedule(T0, 3, 2));

    assertThat(queued.status()).isEqualTo(RunStatus.CANCELLED);
    assertThat(admitted.status()).isEqualTo(RunStatus.CANCELLING);
    assertThat(after(admitted, new TimePassed(Clocks.DEFAULT), at(2)).status())
        .isEqualTo(RunStatus.CANCELLED);
    assertThat(after(tried, new TimePassed(Clocks.DEFAULT), at(2)).status())
        .as("a look may have started it and died")
        .isEqualTo(RunStatus.CANCELLING);
    assertThat(Step.of(tried, at(2))).isEqualTo(Step.FIND);
  }

  @Test
  void aStartThatCameToNothingIsTriedOnceMoreAsAnotherConversation() {
    Evidence never = seen(new AgentStatus.NeverStarted(Reason.START_FAILED));
    Run started =
        after(Runs.admitted(CompleteOn.AGENT), new ConversationStarted(SANDBOXED, null), at(1));
    Run failed = after(after(started, never, at(10)), never, at(20));
    Run again = after(failed, new ConversationStarted(SANDBOXED, null), at(21));
    Run over = after(after(again, never, at(30)), never, at(40));

    assertThat(failed.status()).isEqualTo(RunStatus.RUNNING);
    assertThat(failed.agent().conversation()).isNull();
    assertThat(Step.of(failed, at(20))).isEqualTo(Step.START);
    assertThat(again.attempts()).hasSize(2);
    assertThat(over.status()).isEqualTo(RunStatus.FAILED);
    assertThat(over.standing().reason()).isEqualTo(new StatusReason(Reason.START_FAILED, at(40)));
  }

  @Test
  void whatAnAgentLeftIsSoughtForAnHourAndNotForEver() {
    Run finished = after(Runs.working(CompleteOn.AGENT), seen(new AgentStatus.Finished()), at(9));
    Run silent = after(finished, new BackendSilent(Reason.BACKEND_ERROR, null), at(10));
    Instant late = at(9).plus(Duration.ofHours(1));

    assertThat(silent.status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(Step.of(silent, at(20))).isEqualTo(Step.COLLECT);
    assertThat(Step.of(after(silent, new TimePassed(Clocks.DEFAULT), late), late))
        .isEqualTo(Step.REST);
  }

  @Test
  void aBackendThatWasReplacedUnderItsConversationIsSaid() {
    Run run = Runs.working(CompleteOn.EITHER);
    AgentLook look = Runs.look(new AgentStatus.Working(), null);
    AgentLook newer =
        new AgentLook(
            look.status(),
            look.news(),
            look.tasks(),
            look.iterations(),
            look.maxIterations(),
            look.usage(),
            look.lastWords(),
            look.links(),
            look.userMessages(),
            "1.60.0",
            look.cursor());

    Transition moved = RunLifecycle.next(run, new Evidence.AgentSeen(newer), at(9));

    assertThat(moved).isInstanceOf(Transition.Moved.class);
    assertThat(((Transition.Moved) moved).events())
        .contains(
            new RunEvent(
                RunEvent.Type.BACKEND_CHANGED,
                at(9),
                java.util.Map.of("from", "1.58.0", "to", "1.60.0")));
  }

  private static Evidence waits() {
    return seen(new AgentStatus.Waiting(Reason.ANSWERED_IN_TEXT));
  }

  private static Instant at(long seconds) {
    return T0.plusSeconds(seconds);
  }
}
