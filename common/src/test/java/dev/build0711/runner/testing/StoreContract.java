package dev.build0711.runner.testing;

import static dev.build0711.runner.testing.Runs.T0;

import dev.build0711.runner.port.BackendStore;
import dev.build0711.runner.port.FailedLooks;
import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.RunStore.Change;
import dev.build0711.runner.port.RunStore.Claim;
import dev.build0711.runner.port.RunStore.Creation.Created;
import dev.build0711.runner.port.RunStore.IdempotencyKey;
import dev.build0711.runner.port.RunStore.Release;
import dev.build0711.runner.port.RunStore.Saved;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.Evidence;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunEvent;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.RunLifecycle;
import dev.build0711.runner.run.RunSpec;
import dev.build0711.runner.run.Transition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;

/// A store of runs and of backends, empty before each test, with what tests do to it.
abstract class StoreContract {

  protected static final Duration LEASE = Duration.ofMinutes(2);

  private final Random random = new Random(5);
  protected RunStore store;

  /// An empty store.
  protected abstract RunStore open();

  /// The store of backends that belongs to the store of runs.
  protected abstract BackendStore backends();

  /// The store of failed looks that belongs to the store of runs.
  protected abstract FailedLooks failedLooks();

  /// Lets so much time pass for every run, its claim and every backend.
  protected abstract void later(Duration time);

  /// Makes a run wait for its look since so many seconds.
  protected abstract void waitingFor(Run run, int seconds);

  /// Asks for a look at once, as somebody else's write does.
  protected abstract void askForLook(RunId id);

  @BeforeEach
  final void openStore() {
    store = open();
  }

  protected final Saved release(Claim claim, @Nullable Instant nextPollAt) {
    return store.release(List.of(new Release(claim, nextPollAt))).getFirst();
  }

  protected final Run started(String project) {
    Run run = create(project, null);
    Claim claim = store.claim(run.id(), LEASE).orElseThrow();
    store.save(claim, change(claim.run(), Runs.started()), claim.now());
    return store.find(run.id()).orElseThrow();
  }

  protected static Change change(Run before, Evidence evidence) {
    return switch (RunLifecycle.next(before, evidence, T0.plusSeconds(100))) {
      case Transition.Moved(Run after, List<RunEvent> events) -> new Change(before, after, events);
      case Transition.Unchanged _ -> throw new AssertionError("unchanged");
      case Transition.Refused(String why) -> throw new AssertionError(why);
    };
  }

  protected final Run create(String project, @Nullable IdempotencyKey key) {
    return ((Created) store.create(accepted(project), key)).run();
  }

  protected final Run create(String project, int priority) {
    return ((Created) store.create(accepted(project, priority), null)).run();
  }

  protected final Run accepted(String project) {
    return accepted(project, 0);
  }

  private Run accepted(String project, int priority) {
    RunSpec spec = Runs.spec(CompleteOn.PULL_REQUEST);
    RunId id;
    synchronized (random) {
      id = RunId.create(T0, random);
    }
    return Run.accepted(
        id,
        new RunSpec(
            project,
            spec.compiledPrompt(),
            spec.repository(),
            spec.branch(),
            spec.metadata(),
            spec.title(),
            spec.completeOn(),
            spec.timeout(),
            priority,
            spec.options()),
        T0);
  }

  protected interface Numbering<T> {
    Callable<T> of(int number);
  }

  protected static <T> List<T> atOnce(int times, Numbering<T> work)
      throws InterruptedException, ExecutionException {
    List<Callable<T>> calls = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      calls.add(work.of(i));
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<T> results = new ArrayList<>();
      for (Future<T> future : threads.invokeAll(calls)) {
        results.add(future.get());
      }
      return results;
    }
  }
}
