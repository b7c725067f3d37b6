package dev.build0711.runner.exchange;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// The moment by which several exchanges together have to be over.
public record Deadline(Instant end, InstantSource clock) {

  public static Deadline in(Duration limit, InstantSource clock) {
    return new Deadline(clock.instant().plus(limit), clock);
  }

  /// What is left; zero or less when it is over.
  public Duration left() {
    return Duration.between(clock.instant(), end);
  }

  /// A deadline half as far away.
  public Deadline half() {
    return in(left().dividedBy(2), clock);
  }
}
