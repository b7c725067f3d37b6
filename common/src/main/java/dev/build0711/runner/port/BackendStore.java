package dev.build0711.runner.port;

import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Reason;
import java.time.Duration;

/// How the backends are, stored so that every process agrees on it.
///
/// Every method throws [StorageUnavailable] when the store cannot be used now.
public interface BackendStore {

  /// How far apart two failed probes must be before a backend counts as down: a server that is deaf
  /// for a moment is not.
  Duration DOUBT = Duration.ofSeconds(25);

  /// How long a backend counts as down when nobody probes it any more.
  Duration VERDICT = Duration.ofSeconds(90);

  /// How long a backend gets no new runs after a failed probe: until the next has been made.
  Duration CAUTION = Duration.ofSeconds(45);

  /// Gives the backend no new runs for so long; a longer time that was said before is kept.
  void close(String name, Duration time);

  /// Remembers which API the backend was found to speak; that decides how many runs it takes where
  /// the configuration does not say.
  void speaks(String name, Dialect dialect);

  /// Whether nobody has begun to probe the backend within `every`; then the caller does.
  boolean probe(String name, Duration every);

  /// A probe was answered: the backend is up, and takes runs.
  ///
  /// @return whether probes had failed since it last [#recovered]
  boolean answered(String name);

  /// Its runs were told that it is back. Said after that, so that whoever dies in between is
  /// followed by another.
  void recovered(String name);

  /// A probe failed: the backend gets no new runs for [#CAUTION]. Where one had failed [#DOUBT] ago
  /// and none was answered since, it is down: for [#VERDICT] the claims of its runs are held.
  void failed(String name, Reason why);
}
