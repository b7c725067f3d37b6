package dev.build0711.runner.port;

import java.time.Duration;

/// Whether the store can be worked with, in one short exchange.
@FunctionalInterface
public interface Probe {

  /// How long the run that has waited longest is overdue for a look; zero when none is. Runs that
  /// somebody is looking at do not count.
  ///
  /// @throws StorageUnavailable if the store does not answer
  Duration oldestOverdue();
}
