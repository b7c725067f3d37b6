package dev.build0711.runner.simulation;

import java.util.List;
import java.util.random.RandomGenerator;

/// The only chance there is in a simulation. Every step throws dice of its own, so that a trace can
/// be shortened: what is left out changes no throw of the steps that stay.
final class Dice implements RandomGenerator {

  private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L;

  private final long seed;
  private long state;

  Dice(long seed) {
    this.seed = mixed(seed + GOLDEN);
    at(-1);
  }

  /// Takes up the dice of that step.
  void at(int step) {
    state = mixed(seed ^ mixed(step * GOLDEN));
  }

  @Override
  public long nextLong() {
    state += GOLDEN;
    return mixed(state);
  }

  /// A number from 0 to `bound` - 1.
  int below(int bound) {
    return (int) (((nextLong() >>> 32) * bound) >>> 32);
  }

  /// Whether something happens that happens so often in a thousand times.
  boolean chance(int perMille) {
    return below(1000) < perMille;
  }

  /// One of several.
  <T> T of(List<T> all) {
    return all.get(below(all.size()));
  }

  /// SplitMix64's finalizer, by which near states are far apart.
  private static long mixed(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xbf58_476d_1ce4_e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d0_49bb_1331_11ebL;
    return mixed ^ (mixed >>> 31);
  }
}
