package dev.build0711.runner.simulation;

import java.util.concurrent.TimeUnit;

/// Simulates from a command line; see `scripts/simulate -h`.
public final class Simulate {

  private Simulate() {}

  /// Simulates and prints what came of it; exits with 1 when a rule was broken.
  ///
  /// @param args the first seed, how many seeds, the most minutes; or one seed, to be told
  public static void main(String[] args) {
    if (args.length == 1) {
      System.exit(tell(Long.parseLong(args[0])));
    }
    long begin = System.nanoTime();
    long time = TimeUnit.MINUTES.toNanos(Long.parseLong(args[2]));
    Batch.Result result =
        Batch.run(
            Long.parseLong(args[0]),
            Long.parseLong(args[1]),
            () -> begin + time - System.nanoTime(),
            Plant.NONE);
    System.out.print(result.tally());
    System.out.printf("%.1f s%n", (System.nanoTime() - begin) / 1e9);
    if (result.failure() != null) {
      System.out.print(Report.of(result.failure(), Plant.NONE));
      System.exit(1);
    }
  }

  /// Prints what happens in a seed.
  private static int tell(long seed) {
    Trace trace = new Trace(true);
    Simulation.Outcome outcome;
    try (var _ = new Quiet()) {
      outcome = Simulation.of(Plan.of(seed), new Tally(), trace, Plant.NONE);
    }
    trace.lines().forEach(System.out::println);
    System.out.println(outcome.broken() == null ? "every rule holds" : outcome.broken());
    return outcome.broken() == null ? 0 : 1;
  }
}
