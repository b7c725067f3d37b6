package dev.build0711.runner.run;

import static dev.build0711.runner.testing.Runs.T0;
import static dev.build0711.runner.testing.Runs.after;
import static dev.build0711.runner.testing.Runs.seen;
import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.run.Evidence.BackendFull;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.CancelRequested;
import dev.build0711.runner.run.Evidence.MessageAccepted;
import dev.build0711.runner.run.Evidence.MessageUnclear;
import dev.build0711.runner.run.Evidence.Preparing;
import dev.build0711.runner.run.Evidence.ResultsCollected;
import dev.build0711.runner.run.Evidence.StartUnclear;
import dev.build0711.runner.testing.Runs;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A run is looked at often while something happens and seldom while nothing does.
class PaceTest {

  /// Neither longer nor shorter than meant.
  private static final RandomGenerator EVEN = jitter(100);

  private static final Run WORKING = Runs.working(CompleteOn.EITHER);
  private static final BackendSilent SILENT = new BackendSilent(Reason.BACKEND_ERROR, null);

  @Test
  void aWaitIsATenthLongerOrShorterByChance() {
    Run run = WORKING.with(WORKING.agent().withState(Agent.State.WAITING, at(2)));

    assertThat(Pace.next(run, at(3), null, jitter(0))).isEqualTo(at(3).plusSeconds(54));
    assertThat(Pace.next(run, at(3), null, jitter(199))).isEqualTo(at(3).plusMillis(65_940));
  }

  @Test
  void whatHasJustBegunIsLookedAtEveryTwoSecondsAndThenATenthOfItsAgeLater() {
    assertThat(wait(WORKING, 3)).isEqualTo(seconds(2));
    assertThat(wait(WORKING, 22)).isEqualTo(seconds(2));
    assertThat(wait(WORKING, 102)).isEqualTo(seconds(10));
  }

  @Test
  void anAgentThatWorksIsLookedAtEveryFifteenSecondsAndASilentOneEveryMinute() {
    Run busy = WORKING.with(WORKING.agent().withSignOfLife(at(990)));
    Run slow = WORKING.with(WORKING.agent().withSignOfLife(at(700)));

    assertThat(wait(busy, 1000)).isEqualTo(seconds(15));
    assertThat(wait(slow, 1000)).isEqualTo(seconds(30));
    assertThat(wait(WORKING, 1000)).isEqualTo(seconds(60));
  }

  @Test
  void aBadEndIsLookedAtAgainWhenItCanBeConfirmed() {
    Run suspected = after(WORKING, seen(new AgentStatus.Failed(Reason.AGENT_ERROR)), at(1000));

    assertThat(wait(suspected, 1000)).isEqualTo(seconds(12));
  }

  @Test
  void anAgentThatWaitsIsLookedAtEveryMinute() {
    Run waiting = after(WORKING, seen(new AgentStatus.Waiting(Reason.PAUSED)), at(9));

    assertThat(wait(waiting, 10)).isEqualTo(seconds(60));
    assertThat(wait(waiting, 10_000)).isEqualTo(seconds(60));
  }

  @Test
  void aSilentBackendIsAskedAfterTwiceTheTimeAndAtLeastEveryFiveMinutes() {
    assertThat(wait(silent(1), 10)).isEqualTo(seconds(4));
    assertThat(wait(silent(2), 10)).isEqualTo(seconds(8));
    assertThat(wait(silent(7), 10)).isEqualTo(seconds(256));
    assertThat(wait(silent(8), 10)).isEqualTo(seconds(300));
    assertThat(wait(silent(100), 10)).isEqualTo(seconds(300));
  }

  @Test
  void aSilentBackendDoesNotKeepARunThatNeedsNothingOfIt() {
    Run finished = after(Runs.working(CompleteOn.MERGE), seen(new AgentStatus.Finished()), at(9));
    Run collected = after(finished, new ResultsCollected(null, null, List.of()), at(10));
    Run silent = collected.with(collected.agent().silent(Reason.BACKEND_ERROR, at(11)));

    assertThat(wait(silent, 12)).isEqualTo(Duration.between(at(12), deadline(silent)));
  }

  @Test
  void whoeverAskedToBeLeftAloneIs() {
    Run waiting = WORKING.with(WORKING.agent().withState(Agent.State.WAITING, at(2)));

    assertThat(Pace.next(waiting, at(3), Duration.ofMinutes(7), EVEN))
        .isEqualTo(at(3).plusSeconds(420));
    assertThat(Pace.next(waiting, at(3), seconds(5), EVEN)).isEqualTo(at(63));
  }

  @Test
  void anUnclearStartIsLeftAloneForMoreThanAMinute() {
    Run unclear = after(Runs.admitted(CompleteOn.EITHER), new StartUnclear(null), at(100));

    assertThat(wait(unclear, 100)).isEqualTo(seconds(72));
    assertThat(wait(unclear, 130)).isEqualTo(seconds(36));
    assertThat(wait(unclear, 160)).isEqualTo(Duration.ZERO);
    assertThat(Pace.next(unclear, at(100), null, jitter(0))).isAfter(at(160));
  }

  @Test
  void aRunThatWaitsForAPlaceIsLookedAtSeldomSinceWhoeverFreesOneWakesIt() {
    Run queued = Runs.queued(CompleteOn.EITHER);

    assertThat(wait(queued, 1)).isEqualTo(seconds(10));
    assertThat(wait(queued, 100)).isEqualTo(seconds(10));
    assertThat(wait(queued, 200)).isEqualTo(seconds(20));
    assertThat(wait(queued, 20_000)).isEqualTo(seconds(600));
  }

  @Test
  void aFullBackendIsAskedAgainAfterTenSeconds() {
    Run interrupted = after(WORKING, seen(new AgentStatus.Interrupted()), at(9));
    Run full = after(interrupted, new BackendFull(), at(10));

    assertThat(Step.of(full, at(10))).isEqualTo(Step.RESUME);
    assertThat(wait(full, 10)).isEqualTo(seconds(10));
    assertThat(wait(interrupted, 10)).isEqualTo(seconds(2));
    assertThat(wait(interrupted, 1000)).isEqualTo(seconds(15));
  }

  @Test
  void whatCanBeDoneIsDoneAtOnce() {
    Run finished = after(WORKING, seen(new AgentStatus.Finished()), at(9));

    assertThat(wait(Runs.admitted(CompleteOn.EITHER), 1)).isEqualTo(Duration.ZERO);
    assertThat(Step.of(finished, at(9))).isEqualTo(Step.COLLECT);
    assertThat(wait(finished, 9)).isEqualTo(Duration.ZERO);
  }

  @Test
  void aWorkspaceInTheMakingIsLookedAtEveryFifteenSecondsAtLast() {
    Run preparing =
        after(Runs.admitted(CompleteOn.EITHER), new Preparing(Runs.CONVERSATION, "p"), at(1));

    assertThat(wait(preparing, 2)).isEqualTo(seconds(2));
    assertThat(wait(preparing, 400)).isEqualTo(seconds(15));
  }

  @Test
  void anAgentThatIsToStopIsLookedAtEveryTwoSeconds() {
    assertThat(wait(after(WORKING, new CancelRequested(), at(900)), 901)).isEqualTo(seconds(2));
  }

  @Test
  void aMessageIsSentAtOnceAndSoughtWithinTenSeconds() {
    Run written = after(WORKING, new MessageAccepted(message()), at(900));
    Run sent = after(written, new MessageUnclear(true), at(901));
    Run claimed = written.with(new Schedule(T0, 3, 2));

    assertThat(wait(written, 900)).isEqualTo(Duration.ZERO);
    assertThat(wait(sent, 1000)).isEqualTo(seconds(10));
    assertThat(wait(claimed, 1000)).as("a look may have sent it and died").isEqualTo(seconds(10));
  }

  @Test
  void aJustSentMessageIsSoughtAsOftenAsItsAgentIsLookedAt() {
    Run sent =
        after(
            after(WORKING, new MessageAccepted(message()), at(3)), new MessageUnclear(true), at(4));

    assertThat(wait(sent, 5)).isEqualTo(seconds(2));
  }

  @Test
  void aFinishedAgentsPullRequestIsWaitedForAndNoLonger() {
    Run finalizing = collected(CompleteOn.PULL_REQUEST);

    assertThat(wait(finalizing, 9)).isEqualTo(seconds(601));
    assertThat(wait(finalizing, 609)).isEqualTo(seconds(1));
    assertThat(wait(finalizing, 700)).isEqualTo(Duration.ZERO);
  }

  @Test
  void aMergeIsWaitedForUntilTheDeadline() {
    Run waiting = collected(CompleteOn.MERGE);

    assertThat(Pace.next(waiting, at(10), null, jitter(0))).isBefore(deadline(waiting));
    assertThat(Pace.next(waiting, at(10), null, EVEN)).isEqualTo(deadline(waiting));
    assertThat(Pace.next(waiting, at(10), null, jitter(199))).isEqualTo(deadline(waiting));
  }

  @Test
  void aRunIsLookedAtWhenItsDeadlineComes() {
    Instant deadline = deadline(WORKING);

    assertThat(Pace.next(WORKING, deadline.minusSeconds(7), null, EVEN)).isEqualTo(deadline);
    assertThat(Pace.next(WORKING, deadline.minusSeconds(61), null, EVEN))
        .isEqualTo(deadline.minusSeconds(1));
    assertThat(Pace.next(WORKING, deadline, null, EVEN)).isEqualTo(deadline.plusSeconds(60));
  }

  @Test
  void anAgentThatOutlivesItsRunIsLookedAtPastTheDeadline() {
    Instant deadline = deadline(WORKING);
    Run timedOut = after(WORKING, new Evidence.TimePassed(Evidence.Clocks.DEFAULT), at(5000));
    Instant shortly = deadline.minusSeconds(1);

    assertThat(timedOut.status()).isEqualTo(RunStatus.TIMED_OUT);
    assertThat(Pace.next(timedOut, shortly, null, EVEN)).isEqualTo(shortly.plusSeconds(2));
  }

  @Test
  void whatHasEndedAndIsFetchedIsNotLookedAtAgain() {
    assertThat(Pace.next(collected(CompleteOn.AGENT), at(10), null, EVEN)).isNull();
  }

  private static Run collected(CompleteOn completeOn) {
    Run finished = after(Runs.working(completeOn), seen(new AgentStatus.Finished()), at(9));
    return after(finished, new ResultsCollected(null, null, List.of()), at(9));
  }

  private static Run silent(int looks) {
    Run run = WORKING;
    for (int i = 0; i < looks; i++) {
      run = after(run, SILENT, at(9));
    }
    return run;
  }

  private static Message message() {
    return new Message(1, "Paint it green", null, 0, 1, Message.State.WANTED, null);
  }

  private static Instant deadline(Run run) {
    return run.standing().deadlineAt();
  }

  private static @Nullable Duration wait(Run run, long second) {
    Instant next = Pace.next(run, at(second), null, EVEN);
    return next == null ? null : Duration.between(at(second), next);
  }

  private static RandomGenerator jitter(int drawn) {
    return new RandomGenerator() {
      @Override
      public long nextLong() {
        throw new AssertionError("one number below 200 is drawn");
      }

      @Override
      public int nextInt(int bound) {
        assertThat(bound).isEqualTo(200);
        return drawn;
      }
    };
  }

  private static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
  }

  private static Instant at(long seconds) {
    return T0.plusSeconds(seconds);
  }
}
