package dev.build0711.runner.simulation;

import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.testing.InMemoryRunStore;
import dev.build0711.runner.testing.MemoryArtifacts;
import dev.build0711.runner.testing.MemoryDeliveries;
import java.util.ArrayList;
import java.util.List;

/// Everything in a simulation that is not a process, and so outlives one.
final class World {

  private static final List<Dialect> DIALECTS =
      List.of(Dialect.AGENT_SERVER, Dialect.AGENT_SERVER, Dialect.APP_V1, Dialect.APP_V0);

  private final Dice dice;
  private final Tally tally;
  private final Trace trace;
  private final Plant plant;
  private final Faults faults;
  private final SimulatedTime time = new SimulatedTime();
  private final InMemoryRunStore store = new InMemoryRunStore(time);
  private final MemoryDeliveries ledger = new MemoryDeliveries(store, time);
  private final MemoryArtifacts artifacts = new MemoryArtifacts();
  private final SimulatedQueue queue = new SimulatedQueue(this);
  private final List<SimulatedServer> servers = new ArrayList<>();
  private final Clients clients = new Clients(this);
  private final Rules rules = new Rules(this);
  private final SimulatedGitHost git;
  private final Scheduler scheduler;

  World(long seed, Tally tally, Trace trace, Plant plant) {
    this.dice = new Dice(seed);
    this.tally = tally;
    this.trace = trace;
    this.plant = plant;
    this.faults = new Faults(dice, tally, trace);
    for (int i = dice.below(2); i >= 0; i--) {
      servers.add(new SimulatedServer(this, "backend " + i, dice.of(DIALECTS), 1 + dice.below(3)));
    }
    this.git = new SimulatedGitHost(this, Scheduler.MARKER);
    this.scheduler = new Scheduler(this);
  }

  Dice dice() {
    return dice;
  }

  Tally tally() {
    return tally;
  }

  Trace trace() {
    return trace;
  }

  Plant plant() {
    return plant;
  }

  Faults faults() {
    return faults;
  }

  SimulatedTime time() {
    return time;
  }

  InMemoryRunStore store() {
    return store;
  }

  MemoryDeliveries ledger() {
    return ledger;
  }

  MemoryArtifacts artifacts() {
    return artifacts;
  }

  SimulatedQueue queue() {
    return queue;
  }

  List<SimulatedServer> servers() {
    return servers;
  }

  Clients clients() {
    return clients;
  }

  Rules rules() {
    return rules;
  }

  SimulatedGitHost git() {
    return git;
  }

  Scheduler scheduler() {
    return scheduler;
  }
}
