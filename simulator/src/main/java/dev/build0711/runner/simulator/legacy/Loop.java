package dev.build0711.runner.simulator.legacy;

import java.time.Instant;

/// Where an agent of V0 runs.
///
/// @param readyAt when its runtime is up
/// @param restarts how often the server had been killed when it was begun: a loop does not outlive
///   that
/// @param idle whether the agent has nothing to do once it is up, which is not told yet
record Loop(Instant readyAt, int restarts, boolean idle) {

  /// The same, once that was told.
  Loop told() {
    return new Loop(readyAt, restarts, false);
  }
}
