package dev.build0711.runner.simulator.scenario;

import java.time.Duration;

/// One step of a script: the model thinks, then the act begins, then it takes its time.
///
/// @param think how long until the act begins
/// @param work how long a tool takes from its beginning to its outcome
/// @param asks whether the user must agree before the tool works
record Beat(Act act, Duration think, Duration work, boolean asks) {

  static Beat of(Act act, Duration think, Duration work) {
    return new Beat(act, think, work, false);
  }
}
