package dev.build0711.runner.simulation;

import java.util.EnumSet;
import java.util.Set;

/// Decides which faults happen. Every seed has its own few kinds, often or seldom: with all of them
/// at once no run would get far, and some ends are only found where one kind is left out.
final class Faults {

  private static final int[] RATES = {12, 25, 70};

  private final Dice dice;
  private final Tally tally;
  private final Trace trace;
  private final Set<Fault> kinds = EnumSet.noneOf(Fault.class);
  private int rate;
  private boolean off;
  private boolean masked;
  private int injected;

  Faults(Dice dice, Tally tally, Trace trace) {
    this.dice = dice;
    this.tally = tally;
    this.trace = trace;
    this.rate = RATES[dice.below(RATES.length)];
    int share = 250 + dice.below(600);
    for (Fault fault : Fault.values()) {
      if (dice.chance(share)) {
        kinds.add(fault);
      }
    }
    kinds.add(Fault.STORE_FAILS_BEFORE);
  }

  /// Whether the fault happens now, where it may as often as the seed's others.
  boolean strikes(Fault fault) {
    return strikes(fault, rate);
  }

  /// Whether the fault happens now.
  boolean strikes(Fault fault, int perMille) {
    if (off || !kinds.contains(fault)) {
      return false;
    }
    boolean struck = dice.chance(perMille) && !masked;
    if (struck) {
      count(fault);
    }
    return struck;
  }

  /// Whether the seed has this kind of fault; whoever makes one happen by himself counts it.
  boolean has(Fault fault) {
    return !off && !masked && kinds.contains(fault);
  }

  void count(Fault fault) {
    injected++;
    tally.count(fault);
    if (trace.on()) {
      trace.line("!! " + fault.description());
    }
  }

  /// From now on nothing goes wrong any more.
  void end() {
    off = true;
  }

  /// Lets much go wrong, where not enough has.
  void press() {
    rate = 500;
  }

  /// Leaves out some kinds.
  void without(Set<Fault> some) {
    kinds.removeAll(some);
  }

  boolean ended() {
    return off;
  }

  /// Whether nothing may go wrong in the coming step.
  void mask(boolean value) {
    masked = value;
  }

  int injected() {
    return injected;
  }
}
