package dev.build0711.runner.app;

import static dev.build0711.runner.testing.Runs.CONVERSATION;
import static dev.build0711.runner.testing.Runs.ID;
import static dev.build0711.runner.testing.Runs.T0;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.build0711.runner.port.BackendStore;
import dev.build0711.runner.port.FailedLooks;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.port.StorageUnavailable;
import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.Evidence;
import dev.build0711.runner.run.Evidence.AgentResumed;
import dev.build0711.runner.run.Evidence.AgentSeen;
import dev.build0711.runner.run.Evidence.BackendFull;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.CancelRequested;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.ConversationStarted;
import dev.build0711.runner.run.Evidence.OfPreparation;
import dev.build0711.runner.run.Evidence.Prepared;
import dev.build0711.runner.run.Evidence.Preparing;
import dev.build0711.runner.run.Evidence.PullRequestSeen;
import dev.build0711.runner.run.Evidence.ResultsCollected;
import dev.build0711.runner.run.Evidence.Resuming;
import dev.build0711.runner.run.Evidence.StartUnclear;
import dev.build0711.runner.run.Evidence.StopTaken;
import dev.build0711.runner.run.LinkRule;
import dev.build0711.runner.run.PullRequest;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunStatus;
import dev.build0711.runner.run.Schedule;
import dev.build0711.runner.testing.InMemoryRunStore;
import dev.build0711.runner.testing.RecordedWakeUps;
import dev.build0711.runner.testing.Runs;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// One look takes one step, and stores what it learnt.
class PollRunTest extends PollRunFixture {

  @Test
  void aNewRunHasItsWorkspacePreparedFirst() {
    stored(Runs.queued(CompleteOn.EITHER));
    backend.preparation = new Preparing(CONVERSATION, "clone-1");

    looked("prepare");

    assertThat(run().status()).isEqualTo(RunStatus.RUNNING);
    assertThat(run().agent().cursor()).isEqualTo("clone-1");
    assertThat(nextLook()).isBetween(now.plusSeconds(1), now.plusSeconds(3));
  }

  @Test
  void aRunThatGetsNoPlaceWaitsWithoutAskingAnybody() {
    stored(Runs.queued(CompleteOn.EITHER));
    backend.places = 0;

    looked();

    assertThat(run().status()).isEqualTo(RunStatus.QUEUED);
    assertThat(reason()).isEqualTo(Reason.BACKEND_FULL);
    assertThat(nextLook()).isBetween(now.plusSeconds(9), now.plusSeconds(11));
  }

  @Test
  void aRunThatGetsNoPlaceBecauseNoBackendIsWellSaysWhatAilsThem() {
    stored(Runs.queued(CompleteOn.EITHER));
    store.failed("main", Reason.BACKEND_UNREACHABLE);

    looked();

    assertThat(run().status()).isEqualTo(RunStatus.QUEUED);
    assertThat(reason()).isEqualTo(Reason.BACKEND_UNREACHABLE);
  }

  @Test
  void aRunThatCannotBeGivenAPlaceNowIsLookedAtAgainBeforeItsLeaseIsOver() {
    stored(Runs.queued(CompleteOn.EITHER));
    store.crowded(true);

    looked();

    assertThat(run().status()).isEqualTo(RunStatus.QUEUED);
    assertThat(nextLook()).isBetween(now.plusSeconds(1), now.plusSeconds(11));

    store.crowded(false);
    now = nextLook();
    backend.preparation = new Preparing(CONVERSATION, "clone-1");
    looked("prepare");
  }

  @Test
  void aRunThatEndsWhileItsStartIsUnclearKeepsItsPlaceUntilItsAgentIsFound() {
    stored(Runs.admitted(CompleteOn.EITHER));
    backend.startPrepares = true;
    backend.start = new StartUnclear(null);
    backend.meanwhile =
        () -> store.change(ID, run -> run.status().terminal() ? run : after(run, pullRequest()));

    looked("prepare", "start");
    assertThat(run().status()).isEqualTo(RunStatus.COMPLETED);
    backend.meanwhile = () -> {};
    now = now.plus(Duration.ofMinutes(2));

    looked("prepare", "start", "find");
  }

  @Test
  void theLookThatGotThePlaceIsTheOnlyFirstOne() {
    Run bare = Runs.accepted("shop", 0, T0);
    store.put(bare, List.of());
    backend.start = new StartUnclear(null);

    assertThat(pollRun.apply(bare.id())).isTrue();
    now = nextLook();
    assertThat(pollRun.apply(bare.id())).isTrue();

    assertThat(backend.asked).containsExactly("start", "start again");
  }

  @Test
  void whatIsLearntOfARunIsStoredThoughItsBackendCannotBeNoted() {
    InMemoryRunStore away = new InMemoryRunStore(() -> now);
    away.down(true);
    stored(Runs.queued(CompleteOn.EITHER));
    backend.startPrepares = true;
    backend.start = (ConversationStarted) Runs.started();

    assertThat(pollRun(away).apply(ID)).isTrue();
    assertThat(run().agent().conversation()).isEqualTo(CONVERSATION);

    stored(Runs.queued(CompleteOn.EITHER));
    backend.start = new BackendFull();
    assertThat(pollRun(away).apply(ID)).isTrue();
    assertThat(reason()).isEqualTo(Reason.BACKEND_FULL);
  }

  @Test
  void aStartShowsWhatKindOfServerItIsAndSoHowManyRunsItTakes() {
    backend.places = null;
    backend.startPrepares = true;
    backend.start = (ConversationStarted) Runs.started();
    stored(Runs.admitted(CompleteOn.EITHER));
    for (int i = 0; i < 12; i++) {
      store.put(Runs.accepted("shop", 0, T0.plusMillis(i)), List.of());
    }

    looked("prepare", "start");

    Admit admit = new Admit(store, backend, new RecordedWakeUps(wakes, ticks));
    assertThat(admit.apply()).as("ten of an agent-server, of which this has one").isEqualTo(9);
  }

  @Test
  void theRunsOfABackendThatIsDownAreHeldAndItIsNotAsked() {
    stored(Runs.working(CompleteOn.EITHER));
    store.failed("main", Reason.BACKEND_UNAUTHORIZED);
    now = now.plus(BackendStore.DOUBT);
    store.failed("main", Reason.BACKEND_UNAUTHORIZED);

    looked();

    assertThat(run().status()).isEqualTo(RunStatus.RUNNING);
    assertThat(reason()).isEqualTo(Reason.BACKEND_UNAUTHORIZED);
    assertThat(nextLook()).isAfter(now);
  }

  @Test
  void whoGetsItsPlaceInALookBringsOthersTheirs() {
    Run other = Runs.accepted("mill", 0, T0.plusSeconds(3));
    store.put(other, List.of());
    stored(Runs.queued(CompleteOn.EITHER));
    backend.preparation = new Preparing(CONVERSATION, "clone-1");

    looked("prepare");

    assertThat(store.find(other.id()).orElseThrow().agent().place()).isNotNull();
    assertThat(wakes).extracting(Wake::id).contains(other.id());
  }

  @Test
  void aPlaceThatIsGivenBackGoesToTheNextRun() {
    Run waiting = Runs.accepted("mill", 0, T0.plusSeconds(3));
    store.put(waiting, List.of());
    stored(Runs.working(CompleteOn.EITHER));
    backend.places = 1;
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Finished());

    looked("look after cursor-1");

    assertThat(run().agent().place()).isNull();
    assertThat(store.find(waiting.id()).orElseThrow().agent().place()).isNotNull();
    assertThat(wakes).extracting(Wake::id).contains(waiting.id());
  }

  @Test
  void aBackendThatIsFullOrSilentGetsNoOtherRunForTenSeconds() {
    for (OfPreparation answer :
        List.of(new BackendFull(), new BackendSilent(Reason.BACKEND_UNREACHABLE, null))) {
      Run waiting = Runs.accepted("mill", 0, T0.plusSeconds(3));
      store.put(waiting, List.of());
      stored(Runs.queued(CompleteOn.EITHER));
      backend.places = 1;
      backend.preparation = answer;

      assertThat(pollRun.apply(ID)).isTrue();

      assertThat(store.admit(backend.terms(), null).wakes()).isEmpty();
      now = now.plusSeconds(11);
      assertThat(store.admit(backend.terms(), null).wakes()).hasSize(1);
      store.clear();
    }
  }

  @Test
  void thePreparationIsReadInLaterLooks() {
    stored(after(Runs.admitted(CompleteOn.EITHER), new Preparing(CONVERSATION, "clone-1")));
    backend.preparation = new Prepared(CONVERSATION, "clone-2");

    looked("preparation after clone-1");

    assertThat(nextLook()).as("the start is not waited for").isEqualTo(now);
  }

  @Test
  void aPreparedRunIsStarted() {
    stored(after(Runs.admitted(CompleteOn.EITHER), new Prepared(CONVERSATION, null)));
    backend.start = new ConversationStarted(CONVERSATION, "event-0");

    looked("start");

    assertThat(run().attempts()).hasSize(1);
    assertThat(nextLook()).isAfter(now);
  }

  @Test
  void aRunThatWasTriedBeforeIsLookedForBeforeItIsStarted() {
    Run prepared = after(Runs.admitted(CompleteOn.EITHER), new Prepared(CONVERSATION, null));
    stored(prepared.with(new Schedule(T0, 3, 2)));
    backend.start = new ConversationStarted(CONVERSATION, "event-0");

    looked("start again");
  }

  @Test
  void aWorkingAgentIsLookedAt() {
    stored(Runs.working(CompleteOn.EITHER));
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Finished());

    looked("look after cursor-1");

    assertThat(run().status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(run().work().progress().percent()).isEqualTo(100);
    assertThat(nextLook()).as("what the agent left is fetched at once").isEqualTo(now);
  }

  @Test
  void aMistakeOfOurOwnIsTriedAgainLaterAndNotForEver() {
    stored(Runs.working(CompleteOn.EITHER));
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Working());
    backend.meanwhile =
        () -> {
          throw new IllegalStateException("planted");
        };
    for (int look = 0; look < FailedLooks.MOST; look++) {
      assertThat(pollRun.apply(ID)).isTrue();
      assertThat(wakes.getLast().at()).isAfter(now);
      now = now.plus(Duration.ofMinutes(6));
    }

    assertThat(pollRun.apply(ID)).isFalse();
    assertThat(new SetAside(store).apply()).isEqualTo(1);
    assertThat(reason()).isEqualTo(Reason.SET_ASIDE);
    assertThat(store.list(10).getFirst().why())
        .startsWith("java.lang.IllegalStateException at app.")
        .doesNotContain("planted");
  }

  @Test
  void aStartThatIsNoLongerWantedIsSearchedForAndNotRepeated() {
    Run cancelling = after(Runs.admitted(CompleteOn.EITHER), new CancelRequested());
    stored(cancelling.with(new Schedule(T0, 3, 1)));
    backend.start = new ConversationMissing();

    looked("find");

    assertThat(run().status()).isEqualTo(RunStatus.CANCELLED);
    assertThat(run().agent().place()).isNull();
  }

  @Test
  void anInterruptedAgentIsSetGoingAgain() {
    stored(after(Runs.working(CompleteOn.EITHER), Runs.seen(new AgentStatus.Interrupted())));
    backend.control = new AgentResumed("event-9");

    looked("resume");

    assertThat(run().agent().resumes()).isEqualTo(1);
    assertThat(run().attempts()).hasSize(2);
  }

  @Test
  void anAgentWhoseSandboxComesUpIsAskedForAgainBeforeLong() {
    stored(after(Runs.working(CompleteOn.EITHER), Runs.seen(new AgentStatus.Interrupted())));
    backend.control = new Resuming();

    looked("resume");

    assertThat(run().agent().resumes()).isZero();
    assertThat(run().schedule().nextPollAt()).isAfter(now).isBefore(now.plusSeconds(5));
  }

  @Test
  void aStartThatPreparesTheWorkspaceItselfFollowsAtOnce() {
    stored(Runs.queued(CompleteOn.EITHER));
    backend.startPrepares = true;
    backend.start = new BackendFull();

    looked("prepare", "start");

    assertThat(run().status()).isEqualTo(RunStatus.QUEUED);
    assertThat(run().agent().place()).isNull();
  }

  @Test
  void aCancelledAgentIsToldToStopAndLookedAt() {
    stored(after(Runs.working(CompleteOn.EITHER), new CancelRequested()));
    backend.control = new StopTaken();
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Waiting(Reason.PAUSED));

    looked("stop", "look after cursor-1");

    assertThat(run().status()).isEqualTo(RunStatus.CANCELLED);
  }

  @Test
  void aRunAtRestIsJudgedByTheTimeAlone() {
    Run finished =
        after(Runs.working(CompleteOn.PULL_REQUEST), Runs.seen(new AgentStatus.Finished()));
    stored(after(finished, new ResultsCollected(null, null, List.of())));
    now = now.plus(Duration.ofMinutes(11));

    looked();

    assertThat(run().status()).isEqualTo(RunStatus.FAILED);
    assertThat(reason()).isEqualTo(Reason.NO_PULL_REQUEST);
  }

  @Test
  void aLookThatFindsNothingNewOnlySaysWhenToLookAgain() {
    stored(Runs.working(CompleteOn.EITHER));
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Working());
    pollRun.apply(ID);
    Run first = run();
    now = nextLook();

    looked("look after cursor-1", "look after cursor-1");

    assertThat(wakes).extracting(Wake::wakeNo).doesNotHaveDuplicates().hasSize(2);
    assertThat(run().schedule().nextPollAt()).isEqualTo(nextLook());
    assertThat(first.status()).isEqualTo(run().status());
  }

  @Test
  void aRunThatIsNotDueIsLeftAlone() {
    stored(Runs.working(CompleteOn.EITHER).with(new Schedule(now.plusSeconds(30), 1, 1)));

    assertThat(pollRun.apply(ID)).isFalse();
    assertThat(backend.asked).isEmpty();
    assertThat(wakes).isEmpty();
  }

  @Test
  void whatOthersChangedDuringALookIsDecidedOnAgain() {
    stored(Runs.working(CompleteOn.EITHER));
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Finished());
    backend.meanwhile = () -> store.change(ID, run -> after(run, pullRequest()));

    looked("look after cursor-1");

    assertThat(run().status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(run().pullRequests()).as("of the delivery").hasSize(1);
    assertThat(run().agent().state()).as("of the look").hasToString("finished");
  }

  @Test
  void aLookAskedForDuringALookComesAtOnce() {
    stored(Runs.working(CompleteOn.EITHER));
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Working());
    backend.meanwhile = () -> store.askForLook(ID);

    pollRun.apply(ID);

    assertThat(nextLook()).isBeforeOrEqualTo(now);
  }

  @Test
  void aLookThatWasOvertakenStoresNothingAndWakesNobody() {
    stored(Runs.working(CompleteOn.EITHER));
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Finished());
    backend.meanwhile =
        () -> {
          now = now.plus(PollRun.LEASE).plusSeconds(1);
          assertThat(store.claim(ID, PollRun.LEASE)).isPresent();
        };

    looked("look after cursor-1");

    assertThat(run().status()).isEqualTo(RunStatus.RUNNING);
    assertThat(wakes).isEmpty();
  }

  @Test
  void aStoreThatGoesAwayDuringALookCostsNoMoreThanALease() {
    stored(Runs.working(CompleteOn.EITHER));
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Finished());
    backend.meanwhile = () -> store.down(true);

    assertThatThrownBy(() -> pollRun.apply(ID)).isInstanceOf(StorageUnavailable.class);
    store.down(false);
    backend.meanwhile = () -> {};
    assertThat(pollRun.apply(ID)).isFalse();
    now = now.plus(PollRun.LEASE).plusSeconds(1);

    assertThat(pollRun.apply(ID)).isTrue();
    assertThat(run().status()).isEqualTo(RunStatus.COMPLETED);
  }

  @Test
  void aBackendThatAsksForItIsLeftAlone() {
    stored(Runs.working(CompleteOn.EITHER));
    backend.look = new BackendSilent(Reason.BACKEND_ERROR, Duration.ofMinutes(3));

    looked("look after cursor-1");

    assertThat(run().status()).isEqualTo(RunStatus.RUNNING);
    assertThat(reason()).isEqualTo(Reason.BACKEND_ERROR);
    assertThat(nextLook()).isEqualTo(now.plus(Duration.ofMinutes(3)));
  }

  @Test
  void afterAnUnclearStartNothingHappensForAMinute() {
    stored(after(Runs.admitted(CompleteOn.EITHER), new Prepared(CONVERSATION, null)));
    backend.start = new StartUnclear(CONVERSATION);
    pollRun.apply(ID);
    Instant unclear = now;

    assertThat(reason()).isEqualTo(Reason.START_UNCLEAR);
    assertThat(nextLook()).isBetween(unclear.plusSeconds(60), unclear.plusSeconds(80));
    now = unclear.plusSeconds(58);
    assertThat(pollRun.apply(ID)).isFalse();
    now = nextLook();
    backend.start = new ConversationStarted(CONVERSATION, "event-0");

    looked("start", "start again");

    assertThat(run().status()).isEqualTo(RunStatus.RUNNING);
    assertThat(run().standing().reason()).isNull();
  }

  @Test
  void withoutAnyBackendARunWaits() {
    stored(Runs.queued(CompleteOn.EITHER));
    backend.configured = false;

    looked();

    assertThat(run().status()).isEqualTo(RunStatus.QUEUED);
    assertThat(reason()).isEqualTo(Reason.BACKEND_FULL);
    assertThat(nextLook()).isAfter(now);
  }

  @Test
  void aRunWhoseBackendIsNoLongerConfiguredKeepsItsStatusAndSaysSo() {
    for (Run run :
        List.of(
            Runs.working(CompleteOn.EITHER),
            after(Runs.admitted(CompleteOn.EITHER), new Preparing(CONVERSATION, "clone-1")),
            after(Runs.admitted(CompleteOn.EITHER), new Prepared(CONVERSATION, null)))) {
      stored(run);
      backend.configured = false;

      looked();

      assertThat(run().status()).isEqualTo(RunStatus.RUNNING);
      assertThat(reason()).isEqualTo(Reason.BACKEND_UNREACHABLE);
      assertThat(nextLook()).isAfter(now);
      now = now.plusSeconds(1);
    }
  }

  @Test
  void aFullBackendIsAskedAgain() {
    stored(Runs.queued(CompleteOn.EITHER));
    backend.preparation = new BackendFull();

    looked("prepare");

    assertThat(run().status()).isEqualTo(RunStatus.QUEUED);
    assertThat(nextLook()).isBetween(now.plusSeconds(9), now.plusSeconds(11));
  }

  @Test
  void aRunWhoseTimeIsUpEndsWhateverTheBackendSays() {
    stored(Runs.working(CompleteOn.EITHER));
    now = run().standing().deadlineAt();
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Working());

    looked("look after cursor-1");

    assertThat(run().status()).isEqualTo(RunStatus.TIMED_OUT);
    assertThat(nextLook()).as("the agent has to be stopped").isAfter(now);
  }

  private static Evidence pullRequest() {
    return new PullRequestSeen(
        Runs.pullRequest(7, PullRequest.State.OPEN, T0.plusSeconds(5)), LinkRule.BRANCH);
  }
}
