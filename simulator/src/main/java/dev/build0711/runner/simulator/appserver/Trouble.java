package dev.build0711.runner.simulator.appserver;

import java.time.Duration;
import java.time.Instant;

/// A time in which a healthy sandbox does not answer the app server.
///
/// @param shown what the app server takes the sandbox for meanwhile
record Trouble(Duration after, Duration lasting, SandboxStatus shown) {

  /// Whether it is there at `now` when it is counted from `from`.
  boolean isAt(Instant now, Instant from) {
    Instant begin = from.plus(after);
    return !now.isBefore(begin) && now.isBefore(begin.plus(lasting));
  }
}
