package dev.build0711.runner.simulator.scenario;

import java.util.SplittableRandom;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// Ids that look random and follow from a seed, so that a run can be repeated and nothing needs to
/// remember them.
public final class Ids {

  private static final long VERSION_4 = 0x4000L;
  private static final long VARIANT = 0x8000000000000000L;

  private final long seed;

  Ids(long seed) {
    this.seed = seed;
  }

  /// The id of the `index`-th thing of `owner`.
  public UUID of(UUID owner, int index) {
    SplittableRandom random = random(owner, index);
    long most = (random.nextLong() & ~0xF000L) | VERSION_4;
    long least = (random.nextLong() & 0x3FFFFFFFFFFFFFFFL) | VARIANT;
    return new UUID(most, least);
  }

  /// A number from 0 on that belongs to the `index`-th thing of `owner`.
  int number(UUID owner, int index) {
    return random(owner, index).nextInt(Integer.MAX_VALUE);
  }

  /// Random numbers for `owner`.
  public RandomGenerator random(UUID owner) {
    return random(owner, 0);
  }

  private SplittableRandom random(UUID owner, int index) {
    long mixed = owner.getMostSignificantBits() * 31 + owner.getLeastSignificantBits();
    return new SplittableRandom(seed ^ mixed ^ (0x9E3779B97F4A7C15L * (index + 1)));
  }
}
