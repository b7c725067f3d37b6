package dev.build0711.runner.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.RunStore.Applied;
import dev.build0711.runner.port.RunStore.Change;
import dev.build0711.runner.port.RunStore.Claim;
import dev.build0711.runner.port.RunStore.Release;
import dev.build0711.runner.port.RunStore.Saved;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.postgres.Database;
import dev.build0711.runner.postgres.PostgresRunStore;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.Evidence.GitActivity;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunEvent;
import dev.build0711.runner.run.RunLifecycle;
import dev.build0711.runner.run.Transition.Moved;
import dev.build0711.runner.testing.PostgresExtension;
import dev.build0711.runner.testing.Runs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Sixty-four threads look at one run ten thousand times, and beside them callers change it.
@Timeout(300)
class ManyLookersIT {

  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final int THREADS = 64;
  private static final int CONNECTIONS = 6;
  private static final int ROUNDS = 10_000;
  private static final Duration LEASE = Duration.ofMinutes(2);

  private static final Duration MOST_PAUSE = Duration.ofMillis(100);

  private final AtomicInteger rounds = new AtomicInteger();
  private final AtomicInteger changes = new AtomicInteger();
  private final AtomicInteger fenced = new AtomicInteger();
  private final AtomicLong held = new AtomicLong();
  private final AtomicLong newest = new AtomicLong();
  private final Set<Long> wakes = ConcurrentHashMap.newKeySet();
  private final Set<Long> epochs = ConcurrentHashMap.newKeySet();

  @Test
  void oneClaimWinsEachRoundAndNoWriteOfAnOlderOneHolds() throws Exception {
    try (Database database = Database.forBackground(few(POSTGRES.settings()));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      RunStore store = new PostgresRunStore(database.source());
      store.create(Runs.queued(CompleteOn.EITHER), null);
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        Random random = new Random(i);
        all.add(threads.submit(() -> lookUntilWrong(store, random)));
      }
      for (Future<?> one : all) {
        one.get();
      }
      wholeHistory(store.find(Runs.ID).orElseThrow());
    }
  }

  /// All threads press at the run at once, but not so hard that the server does nothing else.
  private static Database.Settings few(Database.Settings settings) {
    return new Database.Settings(settings.login(), CONNECTIONS);
  }

  /// What one thread finds wrong ends the rounds of all.
  private void lookUntilWrong(RunStore store, Random random) {
    try {
      look(store, random);
    } catch (AssertionError | RuntimeException e) {
      rounds.addAndGet(ROUNDS);
      throw e;
    }
  }

  private void look(RunStore store, Random random) {
    while (rounds.get() < ROUNDS) {
      // every fourth look takes longer than its lease
      boolean slow = random.nextInt(4) == 0;
      store
          .claim(Runs.ID, slow ? Duration.ZERO : LEASE)
          .ifPresentOrElse(
              claim -> claimed(store, claim, slow, random),
              () -> {
                if (random.nextInt(20) == 0) {
                  beside(store);
                }
                LockSupport.parkNanos(random.nextLong(MOST_PAUSE.toNanos()));
              });
    }
  }

  private void claimed(RunStore store, Claim claim, boolean slow, Random random) {
    long epoch = claim.run().schedule().pollEpoch();
    rounds.incrementAndGet();
    assertThat(epochs.add(epoch)).as("epoch %d was given once", epoch).isTrue();
    long other = held.get();
    assertThat(other == 0 || other > epoch)
        .as("%d was claimed while %d held", epoch, other)
        .isTrue();
    newest.accumulateAndGet(epoch, Math::max);
    if (slow) {
      LockSupport.parkNanos(1_000);
    } else {
      held.set(epoch);
      LockSupport.parkNanos(1_000);
      held.set(0);
    }
    boolean beaten = newest.get() > epoch;
    Saved saved = random.nextBoolean() ? saved(store, claim) : released(store, claim);
    if (saved instanceof Saved.Stored(var _, long wakeNo)) {
      named(wakeNo);
    }
    if (saved instanceof Saved.Fenced) {
      fenced.incrementAndGet();
    } else {
      assertThat(beaten).as("epoch %d was claimed over, and its write held", epoch).isFalse();
    }
  }

  private Saved saved(RunStore store, Claim claim) {
    Run before = claim.run();
    while (true) {
      Saved saved = store.save(claim, change(before), claim.now());
      if (!(saved instanceof Saved.Stale(Run current))) {
        if (saved instanceof Saved.Stored) {
          changes.incrementAndGet();
        }
        return saved;
      }
      before = current;
    }
  }

  private static Saved released(RunStore store, Claim claim) {
    return store.release(List.of(new Release(claim, claim.now()))).getFirst();
  }

  /// What a caller or a git host does.
  private void beside(RunStore store) {
    Change change = change(store.find(Runs.ID).orElseThrow());
    if (store.apply(change, true) instanceof Applied.Done(Wake wake)) {
      changes.incrementAndGet();
      named(Objects.requireNonNull(wake).wakeNo());
    }
  }

  /// A queue drops a wake-up whose name it has seen.
  private void named(long wakeNo) {
    assertThat(wakes.add(wakeNo)).as("wake-up %d has a number of its own", wakeNo).isTrue();
  }

  private static Change change(Run before) {
    var activity = new GitActivity(RunEvent.Type.COMMENT_CREATED, null, Map.of());
    return RunLifecycle.next(before, activity, before.updatedAt())
            instanceof Moved(Run after, List<RunEvent> events)
        ? new Change(before, after, events)
        : new Change(before, before, List.of());
  }

  private void wholeHistory(Run run) {
    assertThat(epochs).hasSize(rounds.get());
    assertThat(run.schedule().pollEpoch()).isEqualTo(rounds.get());
    assertThat(run.version()).isEqualTo(1 + changes.get());
    assertThat(run.eventCount()).isEqualTo(1 + changes.get());
    assertThat(POSTGRES.value("select count(*) || ' ' || max(seq) from run_event"))
        .isEqualTo(run.eventCount() + " " + run.eventCount());
    assertThat(fenced.get()).as("looks that came too late").isPositive();
  }
}
