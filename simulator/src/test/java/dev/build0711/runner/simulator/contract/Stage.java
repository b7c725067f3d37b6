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

  /// The server's own version, such as `1.58.0`.
  default String version() {
    String version = backend().check(Play.LIMIT).version();
    return version == null ? "0" : version;
  }

  /// The runner's client for it.
  AgentBackend backend();

  /// A client that shows another key.
  AgentBackend withKey(@Nullable String key);

  /// A client that has to find out what it speaks, and shows that key.
  default AgentBackend detected(@Nullable String key) {
    throw new UnsupportedOperationException("nothing to be found out here");
  }

  Instant now();

  /// Lets so much time pass on the server.
  void pass(Duration time);

  /// Kills the server and starts it again.
  void restart();

  /// Has the agents that are started next ask before they act, where a scenario alone does not.
  default void askFirst() {}

  /// Makes the server answer the next `times` requests to paths that match `path` so.
  ///
  /// @param path a regular expression
  /// @param fault a rule of the simulator's `/_simulator/faults`, without method and path
  void fault(String path, int times, String fault);

  /// Posts something that the runner never does.
  default void post(String path, String json) {
    throw new UnsupportedOperationException("nobody else is to write there");
  }

  /// How often users have written `text`, as the server counts it; -1 where it cannot be told.
  int prompts(String text);

  @Override
  void close();
}
