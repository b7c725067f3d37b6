package dev.build0711.runner.simulator.appserver;

import dev.build0711.runner.simulator.scenario.Cue;
import java.time.Duration;
import java.time.Instant;

/// A time in which a healthy sandbox does not answer the app server.
///
/// @param shown what the app server takes the sandbox for meanwhile
record Trouble(Duration after, Duration lasting, SandboxStatus shown) {

  /// The one that a `null-phase` asks for.
  static Trouble of(Cue cue) {
    SandboxStatus shown = SandboxStatus.RUNNING;
    for (SandboxStatus status : SandboxStatus.values()) {
      if (status.name().equalsIgnoreCase(cue.text("sandbox", ""))) {
        shown = status;
      }
    }
    return new Trouble(
        cue.seconds("after", Duration.ZERO), cue.seconds("seconds", Duration.ofSeconds(5)), shown);
  }

  /// Whether it is there at `now` when it is counted from `from`.
  boolean isAt(Instant now, Instant from) {
    Instant begin = from.plus(after);
    return !now.isBefore(begin) && now.isBefore(begin.plus(lasting));
  }
}
