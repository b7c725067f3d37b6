package dev.build0711.runner.app;

import static dev.build0711.runner.testing.Runs.CONVERSATION;
import static dev.build0711.runner.testing.Runs.ID;
import static dev.build0711.runner.testing.Runs.T0;
import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.port.Artifact;
import dev.build0711.runner.port.ArtifactStore.Kept;
import dev.build0711.runner.port.FailedLooks;
import dev.build0711.runner.port.FailedLooks.Failure;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.port.WakeUps.Tick;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.Schedule;
import dev.build0711.runner.testing.InMemoryRunStore;
import dev.build0711.runner.testing.MemoryArtifacts;
import dev.build0711.runner.testing.RecordedWakeUps;
import dev.build0711.runner.testing.Runs;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Whatever was lost or is left over is found by those who come again and again.
class MaintenanceTest {

  private Instant now = T0.plusSeconds(100);
  private final InMemoryRunStore store = new InMemoryRunStore(() -> now);
  private final ScriptedBackend backend = new ScriptedBackend();
  private final List<Wake> wakes = new ArrayList<>();
  private final List<Tick> ticks = new ArrayList<>();
  private final RecordedWakeUps wakeUps = new RecordedWakeUps(wakes, ticks);
  private final Sweep sweep = new Sweep(store, wakeUps);
  private final Admit admit = new Admit(store, backend, wakeUps);
  private final SetAside setAside = new SetAside(store);

  @Test
  void whatIsOverdueIsWokenAnewBatchAfterBatch() {
    working(1_200, T0);

    assertThat(sweep.apply()).isEqualTo(1_200);
    assertThat(wakes).extracting(Wake::id).doesNotHaveDuplicates().hasSize(1_200);
    assertThat(sweep.apply()).as("they have just been woken").isZero();
  }

  @Test
  void onePassOfTheSweepIsBounded() {
    working(10_600, T0);

    assertThat(sweep.apply()).isEqualTo(10_000);
    assertThat(sweep.apply()).isEqualTo(600);
  }

  @Test
  void whatIsOnlyALittleLateIsLeftToItsOwnWakeUp() {
    working(1, now.minus(Sweep.OVERDUE).plusSeconds(1));

    assertThat(sweep.apply()).isZero();
    now = now.plusSeconds(1);
    assertThat(sweep.apply()).isEqualTo(1);
  }

  @Test
  void allFreePlacesAreGivenAwayHoweverManyThereAre() {
    backend.places = 250;
    for (int i = 0; i < 300; i++) {
      store.put(Runs.accepted("shop", 0, T0.plusMillis(i)), List.of());
    }

    assertThat(admit.apply()).isEqualTo(250);
    assertThat(wakes).hasSize(250);
    assertThat(admit.apply()).isZero();
  }

  @Test
  void everyBackendIsTendedTwiceAMinute() {
    new AskForTicks(backend, wakeUps, () -> now).apply();

    assertThat(ticks).extracting(Tick::backend).containsExactly("main", "main");
    assertThat(Duration.between(ticks.getFirst().at(), ticks.getLast().at()))
        .isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void aRunThatIsSetAsideIsListedUntilItIsPutBack() {
    store.put(Runs.working(CompleteOn.EITHER), List.of());
    for (int look = 0; look < FailedLooks.MOST; look++) {
      assertThat(store.claim(ID, PollRun.LEASE)).isPresent();
      now = now.plus(PollRun.LEASE).plusSeconds(1);
    }

    assertThat(setAside.requeue(ID)).as("not yet set aside").isFalse();
    assertThat(setAside.apply()).isEqualTo(1);
    assertThat(setAside.list(10)).extracting(Failure::id).containsExactly(ID);
    assertThat(setAside.requeue(ID)).isTrue();
    assertThat(setAside.list(10)).isEmpty();
  }

  @Test
  void newsOfAConversationBringsTheNextLookForward() {
    TakeHint hint = new TakeHint(store, wakeUps);
    Run later = Runs.working(CompleteOn.EITHER).with(new Schedule(now.plusSeconds(50), 1, 1));
    store.put(later, List.of());

    assertThat(hint.take(CONVERSATION.id())).contains(ID);
    assertThat(wakes).extracting(Wake::at).containsExactly(now);
    assertThat(hint.take(CONVERSATION.id())).as("once a second").isEmpty();
    assertThat(hint.take("00000000000000000000000000000000")).isEmpty();
    assertThat(wakes).hasSize(1);
  }

  @Test
  void whatARunLeftIsListedForWhoMaySeeTheRun() {
    MemoryArtifacts artifacts = new MemoryArtifacts();
    FindArtifacts find = new FindArtifacts(new FindRuns(store), artifacts);
    store.put(Runs.working(CompleteOn.EITHER), List.of());
    artifacts.keep(ID, List.of(new Artifact("diff.patch", "text/plain", new byte[] {1}, false)));

    assertThat(find.list(ID, Set.of("shop")).orElseThrow())
        .extracting(Kept::name)
        .containsExactly("diff.patch");
    assertThat(find.list(ID, Set.of("mill"))).isEmpty();
  }

  private void working(int many, Instant due) {
    Run run = Runs.working(CompleteOn.EITHER).with(new Schedule(due, 1, 1));
    for (int i = 1; i <= many; i++) {
      store.put(Runs.other(run, i), List.of());
    }
  }
}
