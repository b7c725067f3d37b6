package dev.build0711.runner.run;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// When the run is looked at next, and the numbers that keep two lookers apart.
///
/// @param nextPollAt when somebody has to look; null when nothing is left to be seen
/// @param wakeNo raised whenever a look is asked for; part of the wake-up's name
/// @param pollEpoch raised by every claim; a poll's writes hold only while it is still theirs
/// @param lookedUpAt when the git host was last asked for the run's pull requests, null where it
///   never was
public record Schedule(
    @Nullable Instant nextPollAt, long wakeNo, long pollEpoch, @Nullable Instant lookedUpAt) {

  public Schedule(@Nullable Instant nextPollAt, long wakeNo, long pollEpoch) {
    this(nextPollAt, wakeNo, pollEpoch, null);
  }
}
