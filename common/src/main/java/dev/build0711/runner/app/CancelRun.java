package dev.build0711.runner.app;

import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.RunStore.Applied;
import dev.build0711.runner.port.RunStore.Change;
import dev.build0711.runner.port.StorageUnavailable;
import dev.build0711.runner.port.WakeUps;
import dev.build0711.runner.run.Evidence.CancelRequested;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.RunLifecycle;
import dev.build0711.runner.run.RunStatus;
import dev.build0711.runner.run.Transition.Moved;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;

/// Cancels runs for somebody who may see some projects; an empty set of projects is all of them.
/// Only writes what is wanted: the next look tells the agent to stop.
public final class CancelRun {

  /// How often a cancellation is decided anew because its run changed meanwhile.
  static final int MAX_TRIES = 8;

  private final RunStore store;
  private final WakeUps wakeUps;
  private final InstantSource clock;

  public CancelRun(RunStore store, WakeUps wakeUps, InstantSource clock) {
    this.store = store;
    this.wakeUps = wakeUps;
    this.clock = clock;
  }

  /// The run as it is now.
  ///
  /// @param over whether it had ended before, so that there was nothing to cancel
  public record Cancellation(Run run, boolean over) {}

  /// Cancels the run, or finds it cancelled or ended; empty where there is none that may be seen.
  ///
  /// @throws StorageUnavailable if that could not be stored
  public Optional<Cancellation> cancel(RunId id, Set<String> projects) {
    for (int tried = 0; tried < MAX_TRIES; tried++) {
      Optional<Run> found =
          store.find(id).filter(run -> FindRuns.sees(projects, run.spec().projectId()));
      if (found.isEmpty()) {
        return Optional.empty();
      }
      Optional<Cancellation> cancelled = cancel(found.get());
      if (cancelled.isPresent()) {
        return cancelled;
      }
    }
    throw new StorageUnavailable(
        "the run to be cancelled changes too fast", new IllegalStateException("still stale"));
  }

  /// Empty where the run had changed and this must be decided again.
  private Optional<Cancellation> cancel(Run run) {
    Instant now = clock.instant();
    if (!(RunLifecycle.next(run, new CancelRequested(), now)
        instanceof Moved(Run after, var events))) {
      return Optional.of(new Cancellation(run, run.status().terminal()));
    }
    // also where nothing is left to do on a backend: only a look takes it on to CANCELLED
    boolean look = after.status() == RunStatus.CANCELLING;
    return switch (store.apply(new Change(run, after, events), look)) {
      case Applied.Done(var wake) -> {
        RunLog.moved(run, after);
        if (wake != null) {
          wakeUps.wake(wake);
        }
        yield Optional.of(new Cancellation(after, false));
      }
      case Applied.Stale _ -> Optional.empty();
    };
  }
}
