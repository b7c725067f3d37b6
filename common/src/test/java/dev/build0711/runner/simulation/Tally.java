package dev.build0711.runner.simulation;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/// How often what has happened in some simulations.
final class Tally {

  private final Map<Fault, Long> faults = new EnumMap<>(Fault.class);
  private final Map<String, Map<Fault, Long>> calls = new TreeMap<>();
  private long seeds;
  private long steps;
  private long runs;
  private long leastSteps = Long.MAX_VALUE;
  private long leastFaults = Long.MAX_VALUE;
  private Duration longest = Duration.ZERO;
  private Duration settling = Duration.ZERO;

  void count(Fault fault) {
    faults.merge(fault, 1L, Long::sum);
  }

  /// A call of a port that a fault has struck.
  void count(Fault fault, String call) {
    struck(call).merge(fault, 1L, Long::sum);
  }

  /// How long it took until all had ended after the last fault.
  void settled(Duration took) {
    longest = took.compareTo(longest) > 0 ? took : longest;
    settling = settling.plus(took);
  }

  /// A simulation that has come to its end.
  void seed(int itsSteps, int itsFaults, int itsRuns) {
    seeds++;
    steps += itsSteps;
    runs += itsRuns;
    leastSteps = Math.min(leastSteps, itsSteps);
    leastFaults = Math.min(leastFaults, itsFaults);
  }

  void add(Tally other) {
    other.faults.forEach((fault, count) -> faults.merge(fault, count, Long::sum));
    other.calls.forEach((call, counts) ->
        counts.forEach((fault, count) -> struck(call).merge(fault, count, Long::sum)));
    seeds += other.seeds;
    longest = other.longest.compareTo(longest) > 0 ? other.longest : longest;
    settling = settling.plus(other.settling);
    steps += other.steps;
    runs += other.runs;
    leastSteps = Math.min(leastSteps, other.leastSteps);
    leastFaults = Math.min(leastFaults, other.leastFaults);
  }

  long of(Fault fault) {
    return faults.getOrDefault(fault, 0L);
  }

  /// How often a fault has struck each call of a port that any has struck.
  Map<String, Long> of(Fault fault, Iterable<String> ports) {
    Map<String, Long> counts = new TreeMap<>();
    ports.forEach(port -> counts.put(port, of(fault, port)));
    return counts;
  }

  private long of(Fault fault, String call) {
    return calls.getOrDefault(call, Map.of()).getOrDefault(fault, 0L);
  }

  private Map<Fault, Long> struck(String call) {
    return calls.computeIfAbsent(call, _ -> new EnumMap<>(Fault.class));
  }

  long seeds() {
    return seeds;
  }

  long leastSteps() {
    return leastSteps;
  }

  long leastFaults() {
    return leastFaults;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(
        "%,d seeds, %,d runs, %,d steps (at least %d a seed), at least %d faults a seed%n"
            .formatted(seeds, runs, steps, leastSteps, leastFaults));
    text.append(
        "all had ended %s after the last fault, at most %s%n"
            .formatted(settling.dividedBy(Math.max(1, seeds)), longest));
    for (Fault fault : Fault.values()) {
      text.append("%,12d  %s%n".formatted(of(fault), fault.description()));
    }
    for (String call : calls.keySet()) {
      text.append(
          "%,12d  crashes before, %,d after; %,d failures before, %,d after: %s%n"
              .formatted(
                  of(Fault.CRASH_BEFORE, call),
                  of(Fault.CRASH_AFTER, call),
                  of(Fault.STORE_FAILS_BEFORE, call),
                  of(Fault.STORE_FAILS_AFTER, call),
                  call));
    }
    return text.toString();
  }
}
