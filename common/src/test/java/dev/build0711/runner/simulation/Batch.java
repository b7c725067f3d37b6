package dev.build0711.runner.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Many seeds, each in one thread, as many at once as there are processors. Ends with the first
/// that fails.
final class Batch {

  private final Plant plant;
  private final AtomicLong next;
  private final long end;
  private final LongSupplier nanosLeft;
  private volatile @Nullable Failure failure;

  /// A seed that fails.
  record Failure(Plan plan, Simulation.Outcome outcome) {}

  /// What came of many seeds.
  record Result(Tally tally, @Nullable Failure failure) {}

  private Batch(Plant plant, long from, long end, LongSupplier nanosLeft) {
    this.plant = plant;
    this.next = new AtomicLong(from);
    this.end = end;
    this.nanosLeft = nanosLeft;
  }

  /// Simulates the seeds from `from` on.
  ///
  /// @param nanosLeft how much longer that may go on; no seed is begun when nothing is left
  static Result run(long from, long count, LongSupplier nanosLeft, Plant plant) {
    return new Batch(plant, from, from + count, nanosLeft).all();
  }

  private Result all() {
    int threads = Runtime.getRuntime().availableProcessors();
    try (var _ = new Quiet();
        ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<Future<Tally>> parts = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        parts.add(executor.submit(this::part));
      }
      Tally all = new Tally();
      for (Future<Tally> part : parts) {
        all.add(part.get());
      }
      return new Result(all, failure);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private Tally part() {
    Tally tally = new Tally();
    while (failure == null && nanosLeft.getAsLong() > 0) {
      long seed = next.getAndIncrement();
      if (seed >= end) {
        break;
      }
      Plan plan = Plan.of(seed);
      Simulation.Outcome outcome = Simulation.of(plan, tally, new Trace(false), plant);
      if (outcome.broken() != null) {
        failure = new Failure(plan, outcome);
      }
    }
    return tally;
  }
}
