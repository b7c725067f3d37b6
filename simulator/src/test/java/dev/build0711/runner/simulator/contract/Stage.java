package dev.build0711.runner.simulator.contract;

import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.run.Dialect;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One server on which rows are played, simulated or real.
interface Stage extends AutoCloseable {

  Dialect dialect();

  /// Whether it is OpenHands itself: then time is real, and faults cannot be ordered.
  boolean real();

  /// The runner's client for it.
  AgentBackend backend();

  /// A client that shows another key.
  AgentBackend withKey(@Nullable String key);

  Instant now();

  /// Lets so much time pass on the server.
  void pass(Duration time);

  /// Kills the server and starts it again.
  void restart();

  /// Makes the server answer the next `times` requests to paths that match `path` so.
  ///
  /// @param path a regular expression
  /// @param fault a rule of the simulator's `/_simulator/faults`, without method and path
  void fault(String path, int times, String fault);

  /// How often users have written `text`, as the server counts it; -1 where it cannot be told.
  int prompts(String text);

  @Override
  void close();
}
