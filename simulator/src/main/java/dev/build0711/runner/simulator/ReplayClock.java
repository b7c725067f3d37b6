package dev.build0711.runner.simulator;

import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// A clock that can be held at moments of the past while they are gone through again.
final class ReplayClock implements InstantSource {

  private final InstantSource present;
  private volatile @Nullable Instant held;

  ReplayClock(InstantSource present) {
    this.present = present;
  }

  @Override
  public Instant instant() {
    Instant past = held;
    return past == null ? present.instant() : past;
  }

  void hold(Instant past) {
    held = past;
  }

  void release() {
    held = null;
  }
}
