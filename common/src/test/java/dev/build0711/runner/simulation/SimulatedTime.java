package dev.build0711.runner.simulation;

import dev.build0711.runner.testing.Runs;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// The time in a simulation, which is the store's and never goes back. Processes may have another.
final class SimulatedTime implements InstantSource {

  private Instant now = Runs.T0;

  @Override
  public Instant instant() {
    return now;
  }

  void pass(Duration time) {
    now = now.plus(time);
  }

  void passMillis(long millis) {
    now = now.plusMillis(millis);
  }

  /// Lets the time come; one that has passed is passed.
  void reach(Instant then) {
    if (then.isAfter(now)) {
      now = then;
    }
  }

  /// The clock of a process that is wrong by so much.
  InstantSource skewed(Duration by) {
    return by.isZero() ? this : () -> now.plus(by);
  }
}
