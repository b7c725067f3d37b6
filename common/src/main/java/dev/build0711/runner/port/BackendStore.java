package dev.build0711.runner.port;

import java.time.Duration;

/// How the backends are, stored so that every process agrees on it.
///
/// Every method throws [StorageUnavailable] when the store cannot be used now.
public interface BackendStore {

  /// Gives the backend no new runs for so long; a longer time that was said before is kept.
  void close(String name, Duration time);
}
