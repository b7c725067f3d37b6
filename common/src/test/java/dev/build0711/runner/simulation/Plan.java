package dev.build0711.runner.simulation;

import java.util.BitSet;

/// What is to be simulated: the steps of a seed, without those that are left out, and without the
/// faults of those that are to go well.
///
/// @param steps how many steps there are before everything settles
record Plan(long seed, int steps, BitSet left, BitSet calm) {

  static final int STEPS = 200;
  static final int FAULTS = 3;
  private static final int MOST_STEPS = 2_000;

  /// All of a seed.
  static Plan of(long seed) {
    return new Plan(seed, STEPS, new BitSet(), new BitSet());
  }

  /// Whether there is a step with that number: after the last one there are more until enough has
  /// gone wrong.
  boolean goesOn(int step, int faults) {
    return step < steps || (steps == STEPS && faults < FAULTS && step < MOST_STEPS);
  }

  Plan first(int count) {
    return new Plan(seed, count, left, calm);
  }

  Plan without(int from, int to) {
    BitSet more = (BitSet) left.clone();
    more.set(from, to);
    return new Plan(seed, steps, more, calm);
  }

  Plan calm(int from, int to) {
    BitSet more = (BitSet) calm.clone();
    more.set(from, to);
    return new Plan(seed, steps, left, more);
  }

  /// How many steps are left.
  int size() {
    return steps - left.cardinality();
  }
}
