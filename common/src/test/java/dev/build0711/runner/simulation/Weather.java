package dev.build0711.runner.simulation;

import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Reason;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How a backend answers for a while, whatever it is asked.
final class Weather {

  private final World world;
  private @Nullable BackendSilent silent;
  private Instant silentUntil = Instant.MIN;
  private Instant fullUntil = Instant.MIN;

  Weather(World world) {
    this.world = world;
  }

  /// Lets the weather change, for half a minute to half an hour.
  void change() {
    Faults faults = world.faults();
    if (faults.strikes(Fault.BACKEND_DOWN, 300)) {
      silent(Reason.BACKEND_UNREACHABLE, null);
    } else if (faults.strikes(Fault.BACKEND_UNAUTHORIZED, 300)) {
      silent(Reason.BACKEND_UNAUTHORIZED, null);
    } else if (faults.strikes(Fault.BACKEND_GARBAGE, 300)) {
      Duration pause = Duration.ofSeconds(world.dice().below(120));
      silent(Reason.BACKEND_BAD_ANSWER, world.dice().chance(300) ? pause : null);
    } else if (faults.strikes(Fault.BACKEND_FULL, 300)) {
      fullUntil = later();
    } else {
      clear();
    }
  }

  void clear() {
    silent = null;
    fullUntil = Instant.MIN;
  }

  private void silent(Reason why, @Nullable Duration retryAfter) {
    silent = new BackendSilent(why, retryAfter);
    silentUntil = later();
  }

  private Instant later() {
    int seconds = world.dice().chance(700) ? 30 + world.dice().below(90) : world.dice().below(1800);
    return world.time().instant().plusSeconds(seconds);
  }

  /// Why the backend gives no proper answer now, null where it does.
  @Nullable BackendSilent silence() {
    return silent != null && silentUntil.isAfter(world.time().instant()) ? silent : null;
  }

  boolean full() {
    return fullUntil.isAfter(world.time().instant());
  }
}
