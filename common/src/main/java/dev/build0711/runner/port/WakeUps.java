package dev.build0711.runner.port;

import java.time.Duration;
import java.time.Instant;

/// The queue, which only ever says "look now". Losing a wake-up delays a run, no more: whoever
/// sweeps finds it.
///
/// No method throws: a wake-up that could not be asked for is logged.
public interface WakeUps {

  /// Asks for a look at the run at `wake.at()` or soon after. Asking twice for the same `wake_no`
  /// is one look.
  void wake(RunStore.Wake wake);

  /// Asks for looks at whatever is due on a backend then. Asking twice for the same tick is one.
  void wake(Tick tick);

  /// One wake-up for all the runs of a backend.
  ///
  /// @param at a whole multiple of [#EVERY]
  record Tick(String backend, Instant at) {

    /// How far apart two ticks of a backend are at least.
    public static final Duration EVERY = Duration.ofSeconds(2);

    /// The first tick that is not before `due`.
    public static Tick notBefore(String backend, Instant due) {
      long second = due.plus(EVERY).minusNanos(1).getEpochSecond();
      return new Tick(
          backend, Instant.ofEpochSecond(second - Math.floorMod(second, EVERY.toSeconds())));
    }
  }
}
