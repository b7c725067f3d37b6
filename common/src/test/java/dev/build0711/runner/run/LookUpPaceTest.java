package dev.build0711.runner.run;

import static dev.build0711.runner.testing.Runs.T0;
import static dev.build0711.runner.testing.Runs.after;
import static dev.build0711.runner.testing.Runs.seen;
import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.run.Evidence.PullRequestSeen;
import dev.build0711.runner.testing.Runs;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The git host is asked for a run's pull requests often where one is wanted and the agent is done,
/// and seldom while it works.
class LookUpPaceTest {

  private static final Run WORKING = Runs.working(CompleteOn.EITHER);

  @Test
  void whileTheAgentWorksTheHostIsAskedEveryTenMinutesFromItsStartOn() {
    assertThat(LookUpPace.next(WORKING, at(2))).isEqualTo(at(601));
    assertThat(LookUpPace.next(lookedUp(WORKING, 700), at(701))).isEqualTo(at(1300));
    assertThat(due(WORKING, 600)).isFalse();
    assertThat(due(WORKING, 601)).isTrue();
    assertThat(due(lookedUp(WORKING, 700), 1299)).isFalse();
  }

  @Test
  void whatIsDueNowIsDueAgainAfterItsPause() {
    assertThat(LookUpPace.next(WORKING, at(601))).isEqualTo(at(601 + 600));
    assertThat(LookUpPace.next(WORKING, at(900))).isEqualTo(at(900 + 600));
  }

  @Test
  void anAgentThatWaitsForSomebodyMayHaveOpenedOneToo() {
    Run waiting = after(WORKING, seen(new AgentStatus.Waiting(Reason.PAUSED)), at(9));

    assertThat(LookUpPace.next(waiting, at(10))).isEqualTo(at(601));
  }

  @Test
  void aFinishedAgentsPullRequestIsAskedForAtOnceAndEveryMinute() {
    Run finished = finished(CompleteOn.PULL_REQUEST);

    assertThat(due(finished, 9)).isTrue();
    assertThat(LookUpPace.next(finished, at(9))).isEqualTo(at(69));
    assertThat(LookUpPace.next(lookedUp(finished, 9), at(10))).isEqualTo(at(69));
    assertThat(due(lookedUp(finished, 8), 9)).as("asked before the agent was done").isTrue();
  }

  @Test
  void aMergeIsAskedForEveryFiveMinutes() {
    assertThat(LookUpPace.next(lookedUp(finished(CompleteOn.MERGE), 9), at(10))).isEqualTo(at(309));
  }

  @Test
  void anAgentThatNamesAPullRequestIsReasonToAskAtOnce() {
    Run named = WORKING.with(WORKING.agent().withMentioned(List.of("https://example.com/pull/1")));

    assertThat(LookUpPace.named(WORKING, named)).isTrue();
    assertThat(LookUpPace.named(named, named)).isFalse();
    assertThat(LookUpPace.due(WORKING, named, at(3))).isTrue();
    assertThat(LookUpPace.due(named, named, at(3))).isFalse();
  }

  @Test
  void nobodyIsAskedWhereNoPullRequestCouldMoveTheRun() {
    Run bare = Runs.in(WORKING, null);
    Run named = bare.with(bare.agent().withMentioned(List.of("https://example.com/pull/1")));

    for (Run run :
        List.of(
            Runs.working(CompleteOn.AGENT),
            bare,
            named,
            Runs.queued(CompleteOn.PULL_REQUEST),
            finished(CompleteOn.EITHER),
            after(WORKING, new Evidence.CancelRequested(), at(9)))) {
      assertThat(LookUpPace.next(run, at(10_000))).isNull();
      assertThat(LookUpPace.due(WORKING, run, at(10_000))).isFalse();
    }
  }

  @Test
  void theTurnsCountThePausesSinceTheAgentIsAsItIs() {
    Run merge = finished(CompleteOn.MERGE);

    assertThat(LookUpPace.turn(WORKING, at(600))).isZero();
    assertThat(LookUpPace.turn(WORKING, at(601))).isEqualTo(1);
    assertThat(LookUpPace.turn(WORKING, at(1801))).isEqualTo(3);
    assertThat(LookUpPace.turn(merge, at(308))).isZero();
    assertThat(LookUpPace.turn(merge, at(309 + 300))).isEqualTo(2);
    assertThat(LookUpPace.turn(WORKING, T0.minusSeconds(5000))).as("a clock set back").isZero();
    assertThat(LookUpPace.turn(Runs.working(CompleteOn.AGENT), at(9999))).isZero();
  }

  @Test
  void theLastChanceIsWhenThePatienceHasRunOut() {
    Run finalizing = finished(CompleteOn.PULL_REQUEST);

    assertThat(LookUpPace.lastChance(finalizing, at(608))).isFalse();
    assertThat(LookUpPace.lastChance(finalizing, at(609))).isTrue();
    assertThat(LookUpPace.lastChance(finished(CompleteOn.MERGE), at(9999))).isFalse();
    assertThat(LookUpPace.lastChance(WORKING, at(9999))).isFalse();
  }

  @Test
  void aRunWhosePullRequestIsThereIsDone() {
    Run opened =
        after(
            Runs.working(CompleteOn.PULL_REQUEST),
            new PullRequestSeen(
                Runs.pullRequest(7, PullRequest.State.OPEN, at(40)), LinkRule.MARKER),
            at(40));

    assertThat(LookUpPace.next(opened, at(9999))).isNull();
  }

  private static boolean due(Run run, long second) {
    return LookUpPace.due(run, run, at(second));
  }

  private static Run finished(CompleteOn completeOn) {
    return after(Runs.working(completeOn), seen(new AgentStatus.Finished()), at(9));
  }

  private static Run lookedUp(Run run, long second) {
    return run.with(new Schedule(T0, 2, 1, at(second)));
  }

  private static Instant at(long seconds) {
    return T0.plusSeconds(seconds);
  }
}
