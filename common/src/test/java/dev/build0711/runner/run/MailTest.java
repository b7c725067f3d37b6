package dev.build0711.runner.run;

import static dev.build0711.runner.testing.Runs.T0;
import static dev.build0711.runner.testing.Runs.after;
import static dev.build0711.runner.testing.Runs.seen;
import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.run.Evidence.BackendFull;
import dev.build0711.runner.run.Evidence.CancelRequested;
import dev.build0711.runner.run.Evidence.MessageAccepted;
import dev.build0711.runner.run.Evidence.MessageRefused;
import dev.build0711.runner.run.Evidence.MessageTaken;
import dev.build0711.runner.run.Evidence.MessageUnclear;
import dev.build0711.runner.run.Evidence.ResultsCollected;
import dev.build0711.runner.testing.Runs;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The way of a caller's message to the agent.
class MailTest {

  private static final Evidence ASKED = seen(new AgentStatus.Waiting(Reason.ANSWERED_IN_TEXT));
  private static final Evidence FINISHED = seen(new AgentStatus.Finished());

  @Test
  void aRunThatWaitsForAnAnswerGoesOnWhenTheAgentHasIt() {
    Run asked = mailed(after(working(CompleteOn.AGENT), ASKED, at(9)), 10);
    Run told = after(asked, new MessageTaken("cursor-2"), at(11));

    assertThat(Step.of(asked, at(10))).isEqualTo(Step.TELL);
    assertThat(told.status()).isEqualTo(RunStatus.RUNNING);
    assertThat(told.standing().phase()).isEqualTo(Phase.WORKING);
    assertThat(told.agent().cursor()).isEqualTo("cursor-2");
    assertThat(state(told)).isEqualTo(Message.State.DELIVERED);
    assertThat(Step.of(told, at(11))).isEqualTo(Step.LOOK);
  }

  @Test
  void aFinishedAgentIsSetToWorkAgainAndItsResultIsFetchedAnew() {
    Run finished = after(working(CompleteOn.PULL_REQUEST), FINISHED, at(9));
    Run collected = after(finished, new ResultsCollected(null, null, List.of()), at(10));
    Run told = after(mailed(collected, 11), new MessageTaken("cursor-2"), at(12));
    Run again = after(told, FINISHED, at(20));

    assertThat(told.status()).isEqualTo(RunStatus.RUNNING);
    assertThat(told.standing().phase()).isEqualTo(Phase.WORKING);
    assertThat(again.standing().phase()).isEqualTo(Phase.FINALIZING);
    assertThat(Step.of(again, at(20))).isEqualTo(Step.COLLECT);
  }

  @Test
  void aMessageThatWasOnItsWayWhenItsRunEndedHasSetTheAgentGoing() {
    Run asked = mailed(after(working(CompleteOn.EITHER), ASKED, at(9)), 10);
    Run completed = after(asked, pullRequest(), at(11));
    Run told = after(completed, new MessageTaken("cursor-2"), at(12));

    assertThat(completed.status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(told.agent().state()).isEqualTo(Agent.State.WORKING);
    assertThat(Step.of(told, at(12))).isEqualTo(Step.LOOK);
  }

  @Test
  void anAgentThatMayHaveGotItsMessageUnseenIsLookedForWhenItsRunIsToEnd() {
    Run asked = mailed(after(working(CompleteOn.EITHER), ASKED, at(9)), 10);
    Run sentUnseen = asked.with(new Schedule(T0, 5, 2));

    Run cancelling = after(sentUnseen, new CancelRequested(), at(11));
    Run completed = after(sentUnseen, pullRequest(), at(11));

    assertThat(Step.of(cancelling, at(11))).isEqualTo(Step.STOP);
    assertThat(Step.of(completed, at(11))).isEqualTo(Step.LOOK);
    assertThat(Step.of(after(asked, new CancelRequested(), at(11)), at(11)))
        .as("nobody can have sent it")
        .isEqualTo(Step.REST);
  }

  @Test
  void whatAnAgentLeftIsFetchedAnewWhenAMessageMayHaveSetItGoing() {
    Run finished = after(working(CompleteOn.PULL_REQUEST), FINISHED, at(9));
    Run collected = after(finished, new ResultsCollected(null, null, List.of()), at(10));
    Run sentUnseen = mailed(collected, 11).with(new Schedule(T0, 5, 2));

    Run completed = after(sentUnseen, pullRequest(), at(12));

    assertThat(completed.status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(completed.agent().collected()).isFalse();
  }

  @Test
  void aMessageWhoseFateIsUnknownStaysWantedAndRemembersWhenItWasSent() {
    Run asked = mailed(after(working(CompleteOn.EITHER), ASKED, at(9)), 10);
    Run sent = after(asked, new MessageUnclear(true), at(11));
    Run searched = after(sent, new MessageUnclear(false), at(30));

    assertThat(state(searched)).isEqualTo(Message.State.WANTED);
    assertThat(tried(searched)).isEqualTo(at(11));
  }

  @Test
  void whatIsRememberedOfAnAnswerWhoseFateIsUnknownIsKept() {
    Run asked = mailed(after(working(CompleteOn.EITHER), ASKED, at(9)), 10);
    Run sent = after(asked, new MessageUnclear(true, "cursor-of-the-answer"), at(11));

    assertThat(sent.agent().cursor()).isEqualTo("cursor-of-the-answer");
  }

  @Test
  void aFullBackendHasStoredTheMessageSoItIsNotSentAgainUnsearched() {
    Run asked = mailed(after(working(CompleteOn.EITHER), ASKED, at(9)), 10);
    Run full = after(asked, new BackendFull(), at(11));

    assertThat(tried(full)).isEqualTo(at(11));
    assertThat(full.status()).isEqualTo(RunStatus.AWAITING_INPUT);
  }

  @Test
  void aMessageThatTheBackendWillNotTakeIsSetAsideAndTheRunStays() {
    Run asked = mailed(after(working(CompleteOn.EITHER), ASKED, at(9)), 10);
    Run refused = after(asked, new MessageRefused(), at(11));

    assertThat(refused.status()).isEqualTo(RunStatus.AWAITING_INPUT);
    assertThat(state(refused)).isEqualTo(Message.State.REFUSED);
    assertThat(Step.of(refused, at(11))).isEqualTo(Step.LOOK);
  }

  @Test
  void anAgentWhoseMessageIsRefusedAfterALookThatDidNotTellMayHaveItAndWork() {
    Run written = mailed(after(working(CompleteOn.EITHER), ASKED, at(9)), 10);
    Instant end = written.standing().deadlineAt();
    Evidence time = new Evidence.TimePassed(Evidence.Clocks.DEFAULT);

    Run first = after(after(looks(written, 2), new MessageRefused(), end), time, end);
    Run second = after(after(looks(written, 3), new MessageRefused(), end), time, end);

    assertThat(first.status()).isEqualTo(RunStatus.TIMED_OUT);
    assertThat(first.agent().state()).isEqualTo(Agent.State.STOPPED);
    assertThat(second.status()).isEqualTo(RunStatus.TIMED_OUT);
    assertThat(Step.of(second, end)).as("it is seen to").isEqualTo(Step.STOP);
  }

  @Test
  void aRunThatEndsReturnsTheMessageItsAgentHasNotGot() {
    Run ended = after(mailed(working(CompleteOn.AGENT), 8), FINISHED, at(9));

    assertThat(ended.status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(state(ended)).isEqualTo(Message.State.REFUSED);
  }

  @Test
  void anAgentThatMayHaveGotAMessageIsSeenToBeforeItsRunIsCancelled() {
    Run written = mailed(after(working(CompleteOn.EITHER), ASKED, at(9)), 10);

    Run unsent = after(looks(written, 1), new CancelRequested(), at(11));
    Run underWay = after(looks(written, 2), new CancelRequested(), at(11));
    Run unclear =
        after(after(written, new MessageUnclear(true), at(11)), new CancelRequested(), at(12));

    assertThat(unsent.agent().state()).isEqualTo(Agent.State.WAITING);
    assertThat(underWay.agent().state()).as("by a look").isEqualTo(Agent.State.WORKING);
    assertThat(unclear.agent().state()).isEqualTo(Agent.State.WORKING);
    assertThat(Step.of(underWay, at(11))).isEqualTo(Step.STOP);
  }

  @Test
  void aLookThatEndsARunHasNotSentItsMessage() {
    Run written = mailed(after(working(CompleteOn.EITHER), ASKED, at(9)), 10);
    Instant end = written.standing().deadlineAt();
    Evidence time = new Evidence.TimePassed(Evidence.Clocks.DEFAULT);

    Run first = after(looks(written, 2), time, end);
    Run second = after(looks(written, 3), time, end);

    assertThat(first.status()).isEqualTo(RunStatus.TIMED_OUT);
    assertThat(first.agent().state()).as("nobody answers it now").isEqualTo(Agent.State.STOPPED);
    assertThat(second.agent().state()).as("by the look before").isEqualTo(Agent.State.WORKING);
    assertThat(Step.of(second, end)).isEqualTo(Step.STOP);
  }

  @Test
  void anAgentThatWorksAnywayIsNotPresumedToHaveBegunAnew() {
    Run written = mailed(working(CompleteOn.EITHER), 10);
    Run cancelling = after(looks(written, 3), new CancelRequested(), at(11));

    assertThat(cancelling.agent().since()).isEqualTo(written.agent().since());
  }

  @Test
  void nobodyCanWriteToARunThatHasNotStartedOrIsEnding() {
    Run queued = Runs.queued(CompleteOn.EITHER);
    Run cancelling = after(working(CompleteOn.EITHER), new CancelRequested(), at(9));
    Run completed = after(working(CompleteOn.AGENT), FINISHED, at(9));

    for (Run run : List.of(queued, cancelling, completed)) {
      assertThat(RunLifecycle.next(run, new MessageAccepted(message()), at(10)))
          .isInstanceOf(Transition.Refused.class);
    }
  }

  @Test
  void everyMessageGivesTheAgentItsIterationsAgain() {
    RunSpec spec = Runs.spec(CompleteOn.AGENT);
    AgentOptions two = new AgentOptions(2, null, null, null);
    Run run = working(limited(spec, two));
    Run stopped = after(run, seen(new AgentStatus.Working()), at(3));
    Run told = after(mailed(run, 3), new MessageTaken("cursor-2"), at(4));

    assertThat(stopped.status()).as("three steps of two").isEqualTo(RunStatus.FAILED);
    assertThat(reason(stopped)).isEqualTo(Reason.ITERATION_LIMIT);
    assertThat(Step.of(stopped, at(3))).isEqualTo(Step.STOP);
    assertThat(after(told, seen(new AgentStatus.Working()), at(5)).status())
        .as("three steps of four")
        .isEqualTo(RunStatus.RUNNING);
  }

  @Test
  void anAgentThatSpendsMoreThanItMayIsStopped() {
    AgentOptions cheap = new AgentOptions(null, new java.math.BigDecimal("0.2"), null, null);
    Run run = working(limited(Runs.spec(CompleteOn.AGENT), cheap));
    Run stopped = after(run, seen(new AgentStatus.Working()), at(3));

    assertThat(reason(stopped)).isEqualTo(Reason.BUDGET_LIMIT);
    assertThat(Step.of(stopped, at(3))).isEqualTo(Step.STOP);
  }

  private static Run working(RunSpec spec) {
    Run queued = Run.accepted(Runs.ID, spec, T0);
    Run admitted = queued.with(new Place("main", 0));
    return after(admitted, Runs.started(), at(1));
  }

  private static Run working(CompleteOn completeOn) {
    return Runs.working(completeOn);
  }

  private static RunSpec limited(RunSpec spec, AgentOptions options) {
    return new RunSpec(
        spec.projectId(),
        spec.compiledPrompt(),
        spec.repository(),
        spec.branch(),
        spec.metadata(),
        spec.title(),
        spec.completeOn(),
        spec.timeout(),
        spec.priority(),
        options);
  }

  /// The run after so many claims of it.
  private static Run looks(Run run, long pollEpoch) {
    return run.with(new Schedule(T0, 3, pollEpoch));
  }

  private static Run mailed(Run run, long seconds) {
    return after(run, new MessageAccepted(message()), at(seconds));
  }

  private static Message message() {
    return new Message(1, "Paint it green", null, 0, 1, Message.State.WANTED, null);
  }

  private static Message.@Nullable State state(Run run) {
    Message message = run.message();
    return message == null ? null : message.state();
  }

  private static @Nullable Instant tried(Run run) {
    Message message = run.message();
    return message == null ? null : message.triedAt();
  }

  private static @Nullable Reason reason(Run run) {
    StatusReason reason = run.standing().reason();
    return reason == null ? null : reason.code();
  }

  private static Instant at(long seconds) {
    return T0.plusSeconds(seconds);
  }

  private static Evidence pullRequest() {
    return new Evidence.PullRequestSeen(
        Runs.pullRequest(7, PullRequest.State.OPEN, at(10)), LinkRule.MARKER);
  }
}
