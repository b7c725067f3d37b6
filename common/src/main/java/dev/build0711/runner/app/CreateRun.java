package dev.build0711.runner.app;

import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.RunStore.Creation;
import dev.build0711.runner.port.RunStore.IdempotencyKey;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.port.WakeUps;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.RunSpec;
import dev.build0711.runner.run.Schedule;
import java.time.Instant;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Accepts runs. What it has answered for is stored: whatever happens afterwards, the run is found
/// and driven on.
public final class CreateRun {

  private final RunStore store;
  private final WakeUps wakeUps;
  private final InstantSource clock;
  private final RandomGenerator random;

  /// A use case over a store and a queue.
  ///
  /// @param random gives run ids their free bits; used by many threads at once
  public CreateRun(RunStore store, WakeUps wakeUps, InstantSource clock, RandomGenerator random) {
    this.store = store;
    this.wakeUps = wakeUps;
    this.clock = clock;
    this.random = random;
  }

  /// Stores a run, then asks for a first look at it. A queue that cannot be reached is no failure:
  /// the sweep finds the run.
  public Creation create(RunSpec spec, @Nullable IdempotencyKey key) {
    Instant now = clock.instant();
    Creation creation = store.create(Run.accepted(RunId.create(now, random), spec, now), key);
    if (creation instanceof Creation.Created(Run run)) {
      RunLog.accepted(run);
      wake(run);
    }
    return creation;
  }

  private void wake(Run run) {
    Schedule schedule = run.schedule();
    Instant at = schedule.nextPollAt() == null ? run.createdAt() : schedule.nextPollAt();
    wakeUps.wake(new Wake(run.id(), schedule.wakeNo(), at));
  }
}
