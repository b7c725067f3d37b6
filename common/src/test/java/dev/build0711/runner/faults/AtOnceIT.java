package dev.build0711.runner.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.app.Admit;
import dev.build0711.runner.app.CreateRun;
import dev.build0711.runner.app.PollRun;
import dev.build0711.runner.app.Sweep;
import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.port.Backends;
import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.RunStore.Creation;
import dev.build0711.runner.port.RunStore.IdempotencyKey;
import dev.build0711.runner.port.RunStore.Release;
import dev.build0711.runner.port.RunStore.Saved;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.postgres.PostgresRunStore;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.testing.PostgresExtension;
import dev.build0711.runner.testing.RecordedWakeUps;
import dev.build0711.runner.testing.Runs;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What callers and the scheduler may do at the same moment.
@Timeout(120)
class AtOnceIT {

  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final int RUNS = 60;
  private static final int TIMES = 20;
  private static final int PLACES = 25;

  private final RunStore store = new PostgresRunStore(POSTGRES.source());

  @Test
  void aHundredIdenticalRequestsAreOneRunAndOneWakeUp() throws Exception {
    var wakes = new ConcurrentLinkedQueue<Wake>();
    var createRun =
        new CreateRun(
            store, new RecordedWakeUps(wakes), InstantSource.system(), new SecureRandom());
    var key = new IdempotencyKey("ticket-4711", "5".repeat(64));

    List<Creation> answers = atOnce(100, () -> createRun.create(Runs.spec(CompleteOn.EITHER), key));

    assertThat(answers).filteredOn(Creation.Created.class::isInstance).hasSize(1);
    assertThat(answers).filteredOn(Creation.Replayed.class::isInstance).hasSize(99);
    assertThat(answers.stream().map(AtOnceIT::id).distinct()).hasSize(1);
    assertThat(POSTGRES.value("select count(*) from run")).isEqualTo("1");
    assertThat(wakes).hasSize(1);
  }

  private static RunId id(Creation creation) {
    return switch (creation) {
      case Creation.Created(var run) -> run.id();
      case Creation.Replayed(var run) -> run.id();
      case Creation.KeyReused() -> throw new AssertionError("the same request is another one");
    };
  }

  @Test
  void twoSweepsAtOnceWakeWhatIsOverdueOnce() throws Exception {
    for (int i = 0; i < RUNS; i++) {
      store.create(Runs.accepted("shop", 0, Runs.T0), null);
    }
    for (int time = 0; time < TIMES; time++) {
      var wakes = new ConcurrentLinkedQueue<Wake>();
      POSTGRES.execute(
          "update run set next_poll_at = now() - interval '1 hour', woken_at = '-infinity'");

      List<Integer> woken = atOnce(2, () -> new Sweep(store, new RecordedWakeUps(wakes)).apply());

      assertThat(woken.stream().mapToInt(Integer::intValue).sum()).isEqualTo(RUNS);
      assertThat(wakes).extracting(Wake::id).doesNotHaveDuplicates().hasSize(RUNS);
    }
  }

  @Test
  void twoThatGiveAwayPlacesAtOnceGiveNoneTwice() throws Exception {
    for (int time = 0; time < TIMES; time++) {
      POSTGRES.execute("truncate run cascade");
      for (int i = 0; i < RUNS; i++) {
        store.create(Runs.accepted("shop", 0, Runs.T0), null);
      }
      var wakes = new ConcurrentLinkedQueue<Wake>();

      List<Integer> admitted =
          atOnce(2, () -> new Admit(store, new Names(), new RecordedWakeUps(wakes)).apply());

      assertThat(admitted.stream().mapToInt(Integer::intValue).sum()).isEqualTo(PLACES);
      assertThat(new HashSet<>(wakes)).hasSize(PLACES);
      assertThat(POSTGRES.value("select count(*) from run where place = 'berlin'"))
          .isEqualTo(Integer.toString(PLACES));
    }
  }

  @Test
  void looksThatPostgresUndoesForTheSakeOfOthersAreStoredAtTheNextTry() throws Exception {
    store.create(Runs.accepted("shop", 0, Runs.T0), null);
    store.create(Runs.accepted("shop", 0, Runs.T0), null);
    List<Release> looks =
        store.claimDue(2, PollRun.LEASE).stream()
            .sorted(Comparator.comparing(claim -> claim.run().id()))
            .map(claim -> new Release(claim, Runs.T0))
            .toList();

    try (Connection other = POSTGRES.source().getConnection();
        var thread = Executors.newSingleThreadExecutor()) {
      other.setAutoCommit(false);
      touch(other, looks.getLast());
      Future<List<Saved>> stored = thread.submit(() -> store.release(looks));
      while (!POSTGRES
          .value("select count(*) from pg_stat_activity where wait_event_type = 'Lock'")
          .equals("1")) {
        Thread.onSpinWait();
      }
      touch(
          other, looks.getFirst()); // now each waits for the other, and the first to wait is undone
      other.commit();

      assertThat(stored.get()).hasSize(2).allMatch(Saved.Stored.class::isInstance);
    }
  }

  private static void touch(Connection connection, Release look) throws SQLException {
    try (var statement =
        connection.prepareStatement("update run set version = version where id = ?")) {
      statement.setObject(1, look.claim().run().id().value());
      assertThat(statement.executeUpdate()).isEqualTo(1);
    }
  }

  /// A backend of which nothing but its places is wanted.
  private static final class Names implements Backends {

    @Override
    public Optional<AgentBackend> named(String name) {
      return Optional.empty();
    }

    @Override
    public List<AgentBackend> all() {
      return List.of();
    }

    @Override
    public List<Terms> terms() {
      return List.of(new Terms("berlin", 1, PLACES, false, null));
    }
  }

  private static <T> List<T> atOnce(int times, Callable<T> work) throws Exception {
    var barrier = new CyclicBarrier(times);
    List<Future<T>> futures = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(times)) {
      for (int i = 0; i < times; i++) {
        futures.add(
            threads.submit(() -> {
              barrier.await();
              return work.call();
            }));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    }
  }
}
