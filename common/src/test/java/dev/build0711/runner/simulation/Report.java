package dev.build0711.runner.simulation;

/// What a reader needs of a seed that fails.
final class Report {

  private Report() {}

  /// The seed, the rule, and the shortest trace that was found.
  static String of(Batch.Failure failure, Plant plant) {
    try (var _ = new Quiet()) {
      return told(failure, plant);
    }
  }

  private static String told(Batch.Failure failure, Plant plant) {
    Plan shrunk = Shrinker.shrink(failure.plan(), failure.outcome(), plant);
    Simulation.Outcome outcome = Simulation.of(shrunk, new Tally(), new Trace(false), plant);
    StringBuilder text = new StringBuilder();
    text.append("seed ").append(failure.plan().seed()).append(" breaks ");
    text.append(outcome.broken()).append('\n');
    text.append("after ").append(failure.outcome().steps()).append(" steps; ");
    text.append(shrunk.size()).append(" of them are enough:\n");
    Shrinker.trace(shrunk, plant).forEach(line -> text.append(line).append('\n'));
    text.append("scripts/simulate --seed ").append(failure.plan().seed()).append('\n');
    return text.toString();
  }
}
