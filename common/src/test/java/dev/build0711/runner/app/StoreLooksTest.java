package dev.build0711.runner.app;

import static dev.build0711.runner.testing.Runs.ID;
import static dev.build0711.runner.testing.Runs.T0;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.build0711.runner.port.AgentBackend.Collection;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.port.StorageUnavailable;
import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.Evidence.AgentSeen;
import dev.build0711.runner.run.Evidence.BackendFull;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.CancelRequested;
import dev.build0711.runner.run.Evidence.OfStart;
import dev.build0711.runner.run.Evidence.ResultsCollected;
import dev.build0711.runner.run.Evidence.StopTaken;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.RunStatus;
import dev.build0711.runner.testing.Runs;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What looks have learnt is stored once, by whoever may, and somebody sees to the next look.
class StoreLooksTest extends PollRunFixture {

  private static final AgentSeen WORKING = (AgentSeen) Runs.seen(new AgentStatus.Working());
  private static final AgentSeen FINISHED = (AgentSeen) Runs.seen(new AgentStatus.Finished());

  @Test
  void aLookWhoseRunNeverHoldsStillIsGivenUp() {
    stored(Runs.working(CompleteOn.EITHER));
    backend.look = FINISHED;
    List<Instant> changes = new ArrayList<>();
    whileDeciding =
        () -> {
          changes.add(now);
          store.change(ID, run -> run);
        };

    assertThat(pollRun.apply(ID)).isTrue();

    assertThat(changes).as("tries").hasSize(10);
    assertThat(run().status()).isEqualTo(RunStatus.RUNNING);
    assertThat(wakes).as("the sweep finds it when its lease is over").isEmpty();
  }

  @Test
  void aLookWhoseRunHoldsStillAtLastIsStored() {
    stored(Runs.working(CompleteOn.EITHER));
    backend.look = FINISHED;
    List<Instant> changes = new ArrayList<>();
    whileDeciding =
        () -> {
          changes.add(now);
          if (changes.size() < 10) {
            store.change(ID, run -> run);
          }
        };

    pollRun.apply(ID);

    assertThat(run().status()).isEqualTo(RunStatus.COMPLETED);
  }

  @Test
  void everyTroubleOfLooksMadeTogetherIsTold() {
    crowd(2);
    stored(Runs.working(CompleteOn.EITHER));
    backend.look = FINISHED;
    backend.meanwhile = () -> store.down(true);

    assertThatThrownBy(() -> pollRun.apply(ID))
        .isInstanceOf(StorageUnavailable.class)
        .satisfies(trouble -> assertThat(trouble.getSuppressed()).hasSize(2));
  }

  @Test
  void aQuietLookThatWasOvertakenWakesNobody() {
    stored(Runs.working(CompleteOn.EITHER));
    backend.look = WORKING;
    pollRun.apply(ID);
    now = now.plusSeconds(20);
    wakes.clear();
    backend.meanwhile =
        () -> {
          now = now.plus(PollRun.LEASE).plusSeconds(1);
          assertThat(store.claim(ID, PollRun.LEASE)).isPresent();
        };

    assertThat(pollRun.apply(ID)).isTrue();

    assertThat(wakes).isEmpty();
  }

  @Test
  void aRunThatNeedsNoMoreLookWakesNobody() {
    Run stopped =
        Runs.after(Runs.working(CompleteOn.EITHER), new CancelRequested(), T0.plusSeconds(5));
    stored(stopped);
    backend.control = new StopTaken();
    backend.look = FINISHED;
    backend.collection =
        new Collection.Harvest(new ResultsCollected(null, null, List.of()), List.of());
    pollRun.apply(ID);
    assertThat(wakes).as("what the agent left is to be fetched").hasSize(1);
    now = now.plusSeconds(1);

    pollRun.apply(ID);

    assertThat(run().schedule().nextPollAt()).isNull();
    assertThat(wakes).hasSize(1);
  }

  @Test
  void inACrowdWhoeverIsToBeLookedAtSoonOrAloneIsWokenByItself() {
    List<RunId> fresh = crowd(StoreLooks.CROWD);
    backend.look = WORKING;

    watchedAndWokenByThemselves(fresh); // before a tick would come
  }

  @Test
  void inACrowdThoseThatAreDoneAreWokenByThemselves() {
    List<RunId> done = crowd(StoreLooks.CROWD);
    backend.look = FINISHED;

    watchedAndWokenByThemselves(done);
  }

  @Test
  void aFewAreWokenByThemselvesHoweverLongTheyWait() {
    now = T0.plusSeconds(120);
    List<RunId> few = crowd(StoreLooks.CROWD - 1);
    backend.look = WORKING;

    watchedAndWokenByThemselves(few);
  }

  @Test
  void aLookThatGivesNoPlaceBackDealsNone() {
    Run waiting = Runs.accepted("mill", 0, T0.plusSeconds(3));
    store.put(waiting, List.of());
    stored(Runs.working(CompleteOn.EITHER));
    backend.look = WORKING;

    pollRun.apply(ID);

    assertThat(store.find(waiting.id()).orElseThrow().agent().place()).isNull();
    assertThat(wakes).extracting(Wake::id).containsExactly(ID);
  }

  @Test
  void ofAllWhoAskToBeLeftAloneTheMostPatientIsObeyed() {
    stored(Runs.working(CompleteOn.EITHER));
    backend.look = new BackendSilent(Reason.BACKEND_ERROR, Duration.ofMinutes(7));

    pollRun.apply(ID);

    assertThat(wakes.getLast().at()).isEqualTo(now.plus(Duration.ofMinutes(7)));
  }

  @Test
  void aBackendThatWasFullGetsNoOtherRunForTenSeconds() {
    stored(Runs.queued(CompleteOn.EITHER));
    backend.preparation = new BackendFull();
    pollRun.apply(ID);
    Run other = Runs.accepted("mill", 0, T0.plusSeconds(3));
    store.put(other, List.of());
    backend.start = (OfStart) Runs.started();

    now = now.plusSeconds(9);
    pollRun.apply(other.id());
    assertThat(store.find(other.id()).orElseThrow().agent().place()).isNull();
    now = now.plusSeconds(11);
    pollRun.apply(other.id());

    assertThat(store.find(other.id()).orElseThrow().agent().place()).isNotNull();
  }

  @Test
  void aSilentBackendGetsNoOtherRunButKeepsThoseItHas() {
    stored(Runs.working(CompleteOn.EITHER));
    Run waiting = Runs.accepted("mill", 0, T0.plusSeconds(3));
    store.put(waiting, List.of());
    backend.look = new BackendSilent(Reason.BACKEND_ERROR, null);
    backend.start = new BackendSilent(Reason.BACKEND_ERROR, null);

    pollRun.apply(ID);
    assertThat(run().agent().place()).isNotNull();
    pollRun.apply(waiting.id());
    assertThat(backend.asked).as("one silent look closes no backend").contains("start");
    Run next = Runs.accepted("mill", 0, T0.plusSeconds(4));
    store.put(next, List.of());
    pollRun.apply(next.id());

    assertThat(backend.asked).containsOnlyOnce("start");
    assertThat(store.find(next.id()).orElseThrow().status()).isEqualTo(RunStatus.QUEUED);
  }

  private void watchedAndWokenByThemselves(List<RunId> runs) {
    pollRun.watch("main");

    assertThat(ticks).isEmpty();
    assertThat(wakes).extracting(Wake::id).containsExactlyInAnyOrderElementsOf(runs);
  }
}
