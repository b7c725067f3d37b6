package dev.build0711.runner.run;

import static dev.build0711.runner.testing.Runs.T0;
import static dev.build0711.runner.testing.Runs.after;
import static dev.build0711.runner.testing.Runs.look;
import static dev.build0711.runner.testing.Runs.pullRequest;
import static dev.build0711.runner.testing.Runs.queued;
import static dev.build0711.runner.testing.Runs.seen;
import static dev.build0711.runner.testing.Runs.working;
import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.run.Evidence.AgentResumed;
import dev.build0711.runner.run.Evidence.AgentSeen;
import dev.build0711.runner.run.Evidence.BackendFull;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.CancelRequested;
import dev.build0711.runner.run.Evidence.Clocks;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.ConversationStarted;
import dev.build0711.runner.run.Evidence.PreparationFailed;
import dev.build0711.runner.run.Evidence.Prepared;
import dev.build0711.runner.run.Evidence.Preparing;
import dev.build0711.runner.run.Evidence.PullRequestSeen;
import dev.build0711.runner.run.Evidence.StartUnclear;
import dev.build0711.runner.run.Evidence.StopTaken;
import dev.build0711.runner.run.Evidence.TimePassed;
import dev.build0711.runner.run.Progress.Task;
import dev.build0711.runner.run.Progress.TaskStatus;
import dev.build0711.runner.run.PullRequest.State;
import dev.build0711.runner.run.Transition.Moved;
import dev.build0711.runner.testing.Runs;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunLifecycleTest {

  private static final Evidence WORKING = seen(new AgentStatus.Working());
  private static final Evidence FINISHED = seen(new AgentStatus.Finished());
  private static final Evidence ERROR = seen(new AgentStatus.Failed(Reason.AGENT_ERROR));
  private static final Evidence TIME = new TimePassed(Clocks.DEFAULT);

  @Test
  void aRepositoryIsPreparedBeforeTheConversationStarts() {
    Run preparing = after(queued(CompleteOn.EITHER), new Preparing(Runs.CONVERSATION, "a"), at(1));
    Run prepared = after(preparing, new Prepared(Runs.CONVERSATION, "b"), at(5));
    Run started = after(prepared, Runs.started(), at(6));

    assertThat(Step.of(queued(CompleteOn.EITHER), at(0))).isEqualTo(Step.ADMIT);
    assertThat(Step.of(Runs.admitted(CompleteOn.EITHER), at(0))).isEqualTo(Step.PREPARE);
    assertThat(preparing.standing().phase()).isEqualTo(Phase.PREPARING);
    assertThat(preparing.standing().startedAt()).isEqualTo(at(1));
    assertThat(preparing.standing().deadlineAt()).isEqualTo(at(1).plus(Duration.ofHours(6)));
    assertThat(Step.of(preparing, at(2))).isEqualTo(Step.CHECK_PREPARATION);
    assertThat(Step.of(prepared, at(5))).isEqualTo(Step.START);
    assertThat(started.standing().phase()).isEqualTo(Phase.STARTING);
    assertThat(started.work().progress().percent()).isEqualTo(10);
    assertThat(Step.of(started, at(6))).isEqualTo(Step.LOOK);
  }

  @Test
  void aWorkspaceThatTheBackendForgotIsPreparedAgainUnderTheSameClock() {
    Run preparing = after(queued(CompleteOn.EITHER), new Preparing(Runs.CONVERSATION, "a"), at(1));
    Run forgotten = after(preparing, new ConversationMissing(), at(30));
    Run again = after(forgotten, new Preparing(Runs.CONVERSATION, "c"), at(31));

    assertThat(Step.of(forgotten, at(30))).isEqualTo(Step.PREPARE);
    assertThat(again.agent().since()).isEqualTo(at(1));
    assertThat(after(again, TIME, at(1 + 780)).standing().reason())
        .isEqualTo(new StatusReason(Reason.START_TIMEOUT, at(781)));
  }

  @Test
  void whatIsRememberedOfAWorkspaceInPreparationIsTheNewest() {
    Run preparing = after(queued(CompleteOn.EITHER), new Preparing(Runs.CONVERSATION, "a"), at(1));

    assertThat(after(preparing, new Preparing(Runs.CONVERSATION, "b"), at(3)).agent().cursor())
        .isEqualTo("b");
  }

  @Test
  void aCloneThatFailsFailsTheRun() {
    Run failed =
        after(queued(CompleteOn.EITHER), new PreparationFailed(Reason.CLONE_FAILED), at(1));

    assertThat(failed.status()).isEqualTo(RunStatus.FAILED);
    assertThat(Step.of(failed, at(2))).isEqualTo(Step.REST);
    assertThat(Pace.next(failed, at(2), null, new java.util.Random(1))).isNull();
  }

  @Test
  void percentIsTheAgentsTaskListAndNeverFalls() {
    Run two = after(working(CompleteOn.EITHER), tasks(2, 4), at(3));
    Run replanned = after(two, tasks(1, 5), at(4));

    assertThat(two.work().progress().percent()).isEqualTo(15 + 80 * 2 / 4);
    assertThat(replanned.work().progress().percent()).isEqualTo(55);
    assertThat(replanned.work().progress().done()).isEqualTo(1);
    assertThat(replanned.work().progress().total()).isEqualTo(5);
    assertThat(after(replanned, FINISHED, at(5)).work().progress().percent()).isEqualTo(100);
  }

  @Test
  void aPlanThatGrowsIsToldThoughNoMoreOfItIsDone() {
    Run planned = after(working(CompleteOn.EITHER), tasks(1, 4), at(3));

    Moved longer = (Moved) RunLifecycle.next(planned, tasks(1, 5), at(4));

    assertThat(longer.events())
        .extracting(RunEvent::type)
        .containsExactly(RunEvent.Type.RUN_PROGRESSED);
  }

  @Test
  void aFinishedAgentCompletesWhatWaitsForIt() {
    assertThat(after(working(CompleteOn.EITHER), FINISHED, at(9)).status())
        .isEqualTo(RunStatus.COMPLETED);
    assertThat(after(working(CompleteOn.AGENT), FINISHED, at(9)).status())
        .isEqualTo(RunStatus.COMPLETED);
  }

  @Test
  void anEndInPlainTextWaitsForAnAnswer() {
    Run asked =
        after(
            working(CompleteOn.EITHER),
            seen(new AgentStatus.Waiting(Reason.ANSWERED_IN_TEXT)),
            at(9));

    assertThat(asked.status()).isEqualTo(RunStatus.AWAITING_INPUT);
    assertThat(asked.standing().reason())
        .isEqualTo(new StatusReason(Reason.ANSWERED_IN_TEXT, at(9)));
    assertThat(after(asked, WORKING, at(20)).status()).isEqualTo(RunStatus.RUNNING);
  }

  @Test
  void aBadEndCountsWhenTwoLooksTenSecondsApartAgree() {
    Run once = after(working(CompleteOn.EITHER), ERROR, at(10));
    Run tooSoon = after(once, ERROR, at(19));
    Run confirmed = after(tooSoon, ERROR, at(20));

    assertThat(once.status()).isEqualTo(RunStatus.RUNNING);
    assertThat(tooSoon.status()).isEqualTo(RunStatus.RUNNING);
    assertThat(confirmed.status()).isEqualTo(RunStatus.FAILED);
    assertThat(confirmed.standing().finishedAt()).isEqualTo(at(20));
  }

  @Test
  void aBadEndThatTheNextLookDoesNotSeeIsForgotten() {
    Run once = after(working(CompleteOn.EITHER), ERROR, at(10));
    Run working = after(once, WORKING, at(15));

    assertThat(after(working, ERROR, at(25)).status()).isEqualTo(RunStatus.RUNNING);
  }

  @Test
  void anInterruptedAgentIsSetGoingThreeTimesAndNoMore() {
    Run run = working(CompleteOn.EITHER);
    for (long restart = 1; restart <= 3; restart++) {
      run = after(run, seen(new AgentStatus.Interrupted()), at(restart * 10));
      assertThat(Step.of(run, at(restart * 10))).isEqualTo(Step.RESUME);
      run = after(run, new AgentResumed("r" + restart), at(restart * 10 + 1));
    }
    Run given = after(run, seen(new AgentStatus.Interrupted()), at(50));

    assertThat(run.status()).isEqualTo(RunStatus.RUNNING);
    assertThat(run.attempts())
        .extracting(Attempt::kind)
        .filteredOn(Attempt.Kind.RESUME::equals)
        .hasSize(3);
    assertThat(given.standing().reason())
        .isEqualTo(new StatusReason(Reason.AGENT_INTERRUPTED, at(50)));
  }

  @Test
  void aSilentBackendHoldsItsRunsAndStopsTheirClocks() {
    Run run = working(CompleteOn.EITHER);
    Run silent = after(run, new BackendSilent(Reason.BACKEND_UNREACHABLE, null), at(10));
    Run still = after(silent, new BackendSilent(Reason.BACKEND_UNREACHABLE, null), at(3000));
    Run anHour = after(still, TIME, at(3600));
    Run back = after(anHour, seenNothing(), at(3610));

    assertThat(anHour.status()).isEqualTo(RunStatus.RUNNING);
    assertThat(anHour.standing().reason())
        .isEqualTo(new StatusReason(Reason.BACKEND_UNREACHABLE, at(10)));
    assertThat(back.standing().reason()).isNull();
    assertThat(after(back, TIME, at(3610 + 1190)).status()).isEqualTo(RunStatus.RUNNING);
    assertThat(after(back, TIME, at(3610 + 1200)).standing().reason())
        .isEqualTo(new StatusReason(Reason.STALLED, at(4810)));
  }

  @Test
  void anyAnswerEndsASilence() {
    Run working = working(CompleteOn.EITHER);
    Run interrupted = after(working, seen(new AgentStatus.Interrupted()), at(10));
    Run preparing = after(queued(CompleteOn.EITHER), new Preparing(Runs.CONVERSATION, "a"), at(1));

    assertThat(afterASilence(interrupted, new AgentResumed("r")).agent().silence()).isNull();
    assertThat(afterASilence(preparing, new ConversationMissing()).agent().silence()).isNull();
    assertThat(afterASilence(working, new StopTaken()).agent().silence()).isNull();
  }

  private static Run afterASilence(Run run, Evidence answer) {
    Run silent = after(run, new BackendSilent(Reason.BACKEND_UNREACHABLE, null), at(20));
    assertThat(silent.agent().silence()).isNotNull();
    return after(silent, answer, at(30));
  }

  @Test
  void aMissingConversationIsLostAfterThreeLooksOverFiveMinutes() {
    Run run = working(CompleteOn.EITHER);
    run = after(run, new ConversationMissing(), at(10));
    run = after(run, new ConversationMissing(), at(100));
    Run early = after(run, new ConversationMissing(), at(309));
    Run lost = after(early, new ConversationMissing(), at(310));

    assertThat(early.status()).isEqualTo(RunStatus.RUNNING);
    assertThat(lost.standing().reason())
        .isEqualTo(new StatusReason(Reason.CONVERSATION_LOST, at(310)));
    assertThat(after(lost, FINISHED, at(400)).status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(after(lost, FINISHED, at(400)).standing().revision()).isEqualTo(1);
  }

  @Test
  void whatAnAgentLeftIsLostWithItsConversationAndTheRunGoesOn() {
    Run run = after(working(CompleteOn.PULL_REQUEST), FINISHED, at(9));
    assertThat(Step.of(run, at(9))).isEqualTo(Step.COLLECT);
    run = after(run, new ConversationMissing(), at(10));
    run = after(run, new ConversationMissing(), at(100));

    Moved lost = (Moved) RunLifecycle.next(run, new ConversationMissing(), at(310));

    assertThat(lost.run().status()).isEqualTo(RunStatus.RUNNING);
    assertThat(Step.of(lost.run(), at(310))).isEqualTo(Step.REST);
    assertThat(lost.events())
        .extracting(RunEvent::type)
        .containsExactly(RunEvent.Type.RESULTS_LOST);
  }

  @Test
  void aStartThatCameToNothingIsToldAndMadeOnceMore() {
    Evidence nothing = seen(new AgentStatus.NeverStarted(Reason.AGENT_ERROR));
    Run once = after(working(CompleteOn.EITHER), nothing, at(10));

    Moved told = (Moved) RunLifecycle.next(once, nothing, at(20));

    assertThat(told.run().status()).isEqualTo(RunStatus.RUNNING);
    assertThat(Step.of(told.run(), at(20))).isEqualTo(Step.START);
    assertThat(told.events()).extracting(RunEvent::type).containsExactly(RunEvent.Type.AGENT_ENDED);
  }

  @Test
  void aStartThatCameToNothingIsNotMadeAgainForWhoHasCancelled() {
    Evidence nothing = seen(new AgentStatus.NeverStarted(Reason.AGENT_ERROR));
    Run cancelling = after(working(CompleteOn.EITHER), new CancelRequested(), at(9));
    Run once = after(cancelling, nothing, at(10));

    assertThat(after(once, nothing, at(20)).status()).isEqualTo(RunStatus.CANCELLED);
  }

  @Test
  void anUnclearStartIsLeftAloneForAMinuteOnItsBackend() {
    Run unclear = after(queued(CompleteOn.EITHER), new StartUnclear(Runs.CONVERSATION), at(30));

    assertThat(unclear.status()).isEqualTo(RunStatus.QUEUED);
    assertThat(unclear.agent().conversation()).isEqualTo(Runs.CONVERSATION);
    assertThat(Pace.next(unclear, at(30), null, new java.util.Random(1)))
        .isBetween(at(30 + 60), at(30 + 80));
    Run adopted = after(unclear, new ConversationStarted(Runs.CONVERSATION, "c"), at(95));
    assertThat(adopted.status()).isEqualTo(RunStatus.RUNNING);
    assertThat(adopted.standing().reason()).isNull();
  }

  @Test
  void aFullBackendLeavesTheRunQueuedAndSaysSo() {
    Run full = after(queued(CompleteOn.EITHER), new BackendFull(), at(1));

    assertThat(full.status()).isEqualTo(RunStatus.QUEUED);
    assertThat(full.standing().reason()).isEqualTo(new StatusReason(Reason.BACKEND_FULL, at(1)));
    assertThat(after(full, TIME, at(0).plus(Duration.ofDays(7))).standing().reason())
        .extracting(StatusReason::code)
        .isEqualTo(Reason.NEVER_STARTED);
  }

  @Test
  void aLinkedPullRequestCompletesTheRunInEveryStatusButCancelled() {
    Run cancelled = after(queued(CompleteOn.EITHER), new CancelRequested(), at(1));
    Run late = after(working(CompleteOn.PULL_REQUEST), TIME, at(0).plus(Duration.ofHours(7)));

    Run corrected = after(late, opened(101), at(0).plus(Duration.ofHours(8)));

    assertThat(after(queued(CompleteOn.EITHER), opened(101), at(40)).status())
        .isEqualTo(RunStatus.COMPLETED);
    assertThat(after(cancelled, opened(101), at(40)).status()).isEqualTo(RunStatus.CANCELLED);
    assertThat(after(cancelled, opened(101), at(40)).pullRequests()).hasSize(1);
    assertThat(late.status()).isEqualTo(RunStatus.TIMED_OUT);
    assertThat(corrected.status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(corrected.standing().revision()).isEqualTo(1);
    assertThat(corrected.work().progress().percent()).isEqualTo(100);
  }

  @Test
  void aPullRequestDoesNotCompleteARunThatWaitsForTheAgent() {
    Run run = after(working(CompleteOn.AGENT), opened(101), at(40));

    assertThat(run.status()).isEqualTo(RunStatus.RUNNING);
    assertThat(run.pullRequests()).hasSize(1);
  }

  @Test
  void aSecondPullRequestIsRecordedAsOne() {
    Run run = after(working(CompleteOn.EITHER), opened(101), at(40));

    Transition second = RunLifecycle.next(run, opened(102), at(50));

    assertThat(second).isInstanceOf(Transition.Moved.class);
    assertThat(((Transition.Moved) second).events())
        .extracting(RunEvent::type)
        .containsExactly(RunEvent.Type.PULL_REQUEST_DUPLICATE);
  }

  @Test
  void whatBecomesOfTheSecondPullRequestIsSaidOfTheSecond() {
    Run one = after(working(CompleteOn.MERGE), opened(101), at(40));
    Run two = after(one, opened(102), at(41));

    Run closed = after(two, shown(102, State.CLOSED, at(50)), at(51));

    assertThat(closed.pullRequests())
        .extracting(link -> link.pullRequest().state())
        .containsExactly(State.OPEN, State.CLOSED);
  }

  @Test
  void factsOlderThanThoseKnownChangeNothing() {
    Run run = after(working(CompleteOn.EITHER), shown(101, State.MERGED, at(60)), at(61));

    assertThat(RunLifecycle.next(run, shown(101, State.OPEN, at(59)), at(62)))
        .isEqualTo(new Transition.Unchanged());
  }

  @Test
  void aPullRequestOfAnotherRepositoryIsRefused() {
    PullRequest other =
        new PullRequest(
            new Repository(GitProvider.GITHUB, "github.com", "acme/widgets", 4711L),
            101,
            "https://github.com/acme/widgets/pull/101",
            State.OPEN,
            false,
            "b",
            "c",
            4711L,
            null,
            at(1),
            at(1));

    assertThat(
            RunLifecycle.next(
                working(CompleteOn.EITHER), new PullRequestSeen(other, LinkRule.MARKER), at(2)))
        .isInstanceOf(Transition.Refused.class);
  }

  @Test
  void aFinishedAgentWithoutItsPullRequestHasTenMinutes() {
    Run finalizing = after(working(CompleteOn.PULL_REQUEST), FINISHED, at(100));

    assertThat(finalizing.standing().phase()).isEqualTo(Phase.FINALIZING);
    assertThat(finalizing.work().progress().percent()).isEqualTo(95);
    assertThat(after(finalizing, TIME, at(699)).status()).isEqualTo(RunStatus.RUNNING);
    Run failed = after(finalizing, TIME, at(700));
    assertThat(failed.standing().reason())
        .isEqualTo(new StatusReason(Reason.NO_PULL_REQUEST, at(700)));
    assertThat(after(failed, opened(101), at(800)).status()).isEqualTo(RunStatus.COMPLETED);
  }

  @Test
  void aRunThatWaitsForAMergeEndsWithTheMergeOrTheClosing() {
    Run opened = after(working(CompleteOn.MERGE), opened(101), at(40));
    Run waiting = after(opened, FINISHED, at(100));

    assertThat(waiting.standing().phase()).isEqualTo(Phase.AWAITING_MERGE);
    assertThat(after(waiting, shown(101, State.MERGED, at(200)), at(201)).status())
        .isEqualTo(RunStatus.COMPLETED);
    Run closed = after(waiting, shown(101, State.CLOSED, at(200)), at(201));
    assertThat(closed.standing().reason())
        .isEqualTo(new StatusReason(Reason.PULL_REQUEST_CLOSED, at(201)));
    assertThat(after(closed, shown(101, State.MERGED, at(300)), at(301)).status())
        .isEqualTo(RunStatus.COMPLETED);
  }

  @Test
  void aMergeThatCannotComeAnyMoreFailsTheRunWhenItsAgentIsDone() {
    Run opened = after(working(CompleteOn.MERGE), opened(101), at(40));
    Run closed = after(opened, shown(101, State.CLOSED, at(50)), at(51));

    assertThat(closed.status()).isEqualTo(RunStatus.RUNNING);
    assertThat(after(closed, FINISHED, at(100)).standing().reason())
        .isEqualTo(new StatusReason(Reason.PULL_REQUEST_CLOSED, at(100)));
  }

  @Test
  void aRunThatWaitsForAMergeHasUntilItsDeadline() {
    Run waiting = after(working(CompleteOn.MERGE), FINISHED, at(100));
    Instant deadline = waiting.standing().deadlineAt();

    assertThat(after(waiting, TIME, deadline).standing().reason())
        .isEqualTo(new StatusReason(Reason.RUN_TIMEOUT, deadline));
  }

  @Test
  void aCancelledRunIsCancelledWhenItsAgentHasStopped() {
    Run cancelling = after(working(CompleteOn.EITHER), new CancelRequested(), at(10));
    Run told = after(cancelling, new StopTaken(), at(11));

    assertThat(Step.of(cancelling, at(10))).isEqualTo(Step.STOP);
    assertThat(told.status()).isEqualTo(RunStatus.CANCELLING);
    assertThat(after(told, seen(new AgentStatus.Waiting(Reason.PAUSED)), at(12)).status())
        .isEqualTo(RunStatus.CANCELLED);
    assertThat(after(told, FINISHED, at(12)).status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(after(told, TIME, at(10 + 900)).standing().reason())
        .isEqualTo(new StatusReason(Reason.STOP_UNCONFIRMED, at(910)));
  }

  @Test
  void aCancelledRunWhoseAgentFinishesWithoutTheWantedPullRequestIsCancelled() {
    Run cancelling = after(working(CompleteOn.PULL_REQUEST), new CancelRequested(), at(10));

    Run ended = after(cancelling, FINISHED, at(12));

    assertThat(ended.status()).isEqualTo(RunStatus.CANCELLED);
    assertThat(ended.standing().reason())
        .isEqualTo(new StatusReason(Reason.CANCEL_REQUESTED, at(12)));
  }

  @Test
  void aRunCancelledWhileItsStartIsUnclearIsCancelledOnlyWhenNoAgentWorks() {
    Run tried = Runs.admitted(CompleteOn.EITHER).with(new Schedule(T0, 2, 1));
    Run unclear = after(tried, new StartUnclear(Runs.CONVERSATION), at(1));
    Run cancelling = after(unclear, new CancelRequested(), at(2));
    Run found = after(cancelling, Runs.started(), at(70));

    assertThat(Step.of(cancelling, at(70))).isEqualTo(Step.FIND);
    assertThat(after(cancelling, TIME, at(70)).status()).isEqualTo(RunStatus.CANCELLING);
    assertThat(Step.of(found, at(70))).isEqualTo(Step.STOP);
    assertThat(after(found, seen(new AgentStatus.Waiting(Reason.PAUSED)), at(71)).status())
        .isEqualTo(RunStatus.CANCELLED);
    Run missing = after(cancelling, new ConversationMissing(), at(70));
    assertThat(after(missing, TIME, at(70)).status()).isEqualTo(RunStatus.CANCELLED);
    assertThat(Step.of(after(missing, TIME, at(70)), at(71))).isEqualTo(Step.REST);
  }

  @Test
  void anAgentOutlivingItsRunIsToldToStop() {
    Run late = after(working(CompleteOn.EITHER), TIME, at(0).plus(Duration.ofHours(7)));
    Run byPullRequest = after(working(CompleteOn.EITHER), opened(101), at(40));

    assertThat(Step.of(late, at(0).plus(Duration.ofHours(7)))).isEqualTo(Step.STOP);
    assertThat(Step.of(byPullRequest, at(41))).isEqualTo(Step.LOOK);
    assertThat(Step.of(byPullRequest, at(0).plus(Duration.ofHours(7)))).isEqualTo(Step.STOP);
  }

  @Test
  void anAgentThatOutlivesItsRunIsGivenUpAQuarterOfAnHourAfterTheEnd() {
    Instant end = at(0).plus(Duration.ofHours(7));
    Run late = after(working(CompleteOn.EITHER), TIME, end);

    assertThat(RunLifecycle.next(late, TIME, end.plusSeconds(899)))
        .isEqualTo(new Transition.Unchanged());
    assertThat(after(late, TIME, end.plusSeconds(900)).agent().state()).isEqualTo(Agent.State.LOST);
  }

  @Test
  void lookingFindsNothingNewWhereNothingIs() {
    Run run = after(working(CompleteOn.EITHER), seenNothing(), at(5));

    assertThat(RunLifecycle.next(run, seenNothing(), at(6))).isEqualTo(new Transition.Unchanged());
    assertThat(RunLifecycle.next(run, TIME, at(6))).isEqualTo(new Transition.Unchanged());
  }

  @Test
  void theClocksStandStillThroughSilencesOfSeveralReasons() {
    Run silent =
        Runs.after(
            Runs.working(CompleteOn.EITHER),
            new BackendSilent(Reason.BACKEND_UNREACHABLE, null),
            T0.plusSeconds(10));
    Instant later = T0.plusSeconds(10).plus(Duration.ofMinutes(25));
    Run other = Runs.after(silent, new BackendSilent(Reason.BACKEND_ERROR, null), later);

    assertThat(other.agent().signOfLifeAt())
        .isEqualTo(silent.agent().signOfLifeAt().plus(Duration.ofMinutes(25)));
  }

  @Test
  void theNextLookComesLaterWhileNothingHappens() {
    Run run = working(CompleteOn.EITHER);

    assertThat(Pace.next(run, at(3), null, new java.util.Random(1)))
        .isBetween(at(3).plusMillis(1800), at(3).plusMillis(2200));
    assertThat(Pace.next(run, at(102), null, new java.util.Random(1)))
        .isBetween(at(102 + 9), at(102 + 11));
    assertThat(Pace.next(run, at(1002), null, new java.util.Random(1)))
        .isBetween(at(1002 + 54), at(1002 + 66));
    assertThat(Pace.next(run, at(3), Duration.ofMinutes(3), new java.util.Random(1)))
        .isEqualTo(at(183));
  }

  private static Evidence tasks(int done, int total) {
    var tasks = new java.util.ArrayList<Task>();
    for (int i = 0; i < total; i++) {
      tasks.add(new Task("task " + i, i < done ? TaskStatus.DONE : TaskStatus.TODO));
    }
    return new AgentSeen(look(new AgentStatus.Working(), tasks));
  }

  private static Evidence seenNothing() {
    AgentLook look = look(new AgentStatus.Working(), null);
    return new AgentSeen(
        new AgentLook(
            look.status(),
            false,
            null,
            look.iterations(),
            look.maxIterations(),
            look.usage(),
            null,
            List.of(),
            1,
            null,
            look.cursor()));
  }

  private static Evidence opened(long number) {
    return shown(number, State.OPEN, at(35));
  }

  private static Evidence shown(long number, State state, Instant updatedAt) {
    return new PullRequestSeen(pullRequest(number, state, updatedAt), LinkRule.BRANCH);
  }

  private static Instant at(long seconds) {
    return T0.plusSeconds(seconds);
  }
}
