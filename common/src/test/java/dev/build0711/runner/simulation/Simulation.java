package dev.build0711.runner.simulation;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One seed, from the first step to the end of everything.
final class Simulation {

  static final Duration LIMIT = Duration.ofMinutes(75);

  private final Plan plan;
  private final World world;
  private int at;

  Simulation(Plan plan, Tally tally, Trace trace, Plant plant) {
    this.plan = plan;
    this.world = new World(plan.seed(), tally, trace, plant);
  }

  /// What came of a seed.
  ///
  /// @param broken the rule that did not hold, null where all did
  /// @param steps how many steps had been taken then
  record Outcome(@Nullable BrokenRule broken, int steps) {}

  /// Simulates a plan.
  static Outcome of(Plan plan, Tally tally, Trace trace, Plant plant) {
    return new Simulation(plan, tally, trace, plant).run();
  }

  private Outcome run() {
    try {
      play();
      Duration took = new Settling(world).run(LIMIT);
      world.tally().settled(took);
      world
          .tally()
          .seed(world.scheduler().steps(), world.faults().injected(), world.store().all().size());
      return new Outcome(null, at);
    } catch (BrokenRule e) {
      return new Outcome(e, at + 1);
    } catch (RuntimeException e) {
      BrokenRule broken = new BrokenRule("exception", "a use case fails", e);
      broken.initCause(e);
      return new Outcome(broken, at + 1);
    }
  }

  private void play() {
    while (plan.goesOn(at, world.faults().injected())) {
      if (!plan.left().get(at)) {
        world.dice().at(at);
        if (at >= Plan.STEPS) {
          world.faults().press();
        }
        world.faults().mask(plan.calm().get(at));
        if (world.trace().on()) {
          world.trace().line("step " + at);
        }
        world.scheduler().step();
      }
      at++;
    }
    world.dice().at(-2);
  }
}
