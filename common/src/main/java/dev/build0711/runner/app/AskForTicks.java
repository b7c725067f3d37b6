package dev.build0711.runner.app;

import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.port.Backends;
import dev.build0711.runner.port.WakeUps;
import dev.build0711.runner.port.WakeUps.Tick;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// Asks for the two ticks a minute by which every backend is tended, however few its runs.
public final class AskForTicks {

  private static final Duration HALF = Duration.ofSeconds(30);

  private final Backends backends;
  private final WakeUps wakeUps;
  private final InstantSource time;

  public AskForTicks(Backends backends, WakeUps wakeUps, InstantSource time) {
    this.backends = backends;
    this.wakeUps = wakeUps;
    this.time = time;
  }

  /// To be called every minute.
  public void apply() {
    Instant now = time.instant();
    for (AgentBackend backend : backends.all()) {
      wakeUps.wake(Tick.notBefore(backend.name(), now));
      wakeUps.wake(Tick.notBefore(backend.name(), now.plus(HALF)));
    }
  }
}
