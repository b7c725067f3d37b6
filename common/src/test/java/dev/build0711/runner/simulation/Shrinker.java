package dev.build0711.runner.simulation;

import java.util.List;

/// Makes a failing plan shorter while it breaks the same rule: fewer steps, then fewer faults.
final class Shrinker {

  private static final int MOST_TRIES = 5_000;

  private final Plant plant;
  private final String kind;
  private int tries;

  private Shrinker(Plant plant, String kind) {
    this.plant = plant;
    this.kind = kind;
  }

  /// The smallest plan that was found.
  static Plan shrink(Plan plan, Simulation.Outcome outcome, Plant plant) {
    BrokenRule broken = outcome.broken();
    if (broken == null) {
      return plan;
    }
    return new Shrinker(plant, broken.kind()).shrunk(plan.first(outcome.steps()));
  }

  /// What happens in a plan, line by line.
  static List<String> trace(Plan plan, Plant plant) {
    Trace trace = new Trace(true);
    Simulation.of(plan, new Tally(), trace, plant);
    return trace.lines();
  }

  private Plan shrunk(Plan plan) {
    Plan smallest = plan;
    int before;
    do {
      before = smallest.size();
      for (int chunk = Math.max(1, smallest.steps() / 2); chunk > 0; chunk /= 2) {
        for (int from = 0; from < smallest.steps(); from += chunk) {
          int to = Math.min(from + chunk, smallest.steps());
          if (smallest.left().nextClearBit(from) < to) {
            smallest = better(smallest, smallest.without(from, to));
          }
        }
      }
    } while (smallest.size() < before && tries < MOST_TRIES);
    for (int step = 0; step < smallest.steps(); step++) {
      if (!smallest.left().get(step)) {
        smallest = better(smallest, smallest.calm(step, step + 1));
      }
    }
    return smallest;
  }

  private Plan better(Plan now, Plan smaller) {
    tries++;
    if (tries > MOST_TRIES) {
      return now;
    }
    BrokenRule broken = Simulation.of(smaller, new Tally(), new Trace(false), plant).broken();
    return broken != null && broken.kind().equals(kind) ? smaller : now;
  }
}
