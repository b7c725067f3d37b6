package dev.build0711.runner.port;

import dev.build0711.runner.run.Dialect;
import java.time.Duration;

/// How the backends are, stored so that every process agrees on it.
///
/// Every method throws [StorageUnavailable] when the store cannot be used now.
public interface BackendStore {

  /// Gives the backend no new runs for so long; a longer time that was said before is kept.
  void close(String name, Duration time);

  /// Remembers which API the backend was found to speak; that decides how many runs it takes where
  /// the configuration does not say.
  void speaks(String name, Dialect dialect);
}
