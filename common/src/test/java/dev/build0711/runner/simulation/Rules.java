package dev.build0711.runner.simulation;

import dev.build0711.runner.port.RunStore.Claim;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.run.Agent;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What holds at every moment, whatever happens. Each rule is called as in the list of the
/// product's promises.
final class Rules {

  private final World world;
  private final Map<RunId, WatchedRun> watched = new HashMap<>();
  private final Map<SimulatedAgent, Integer> read = new HashMap<>();

  Rules(World world) {
    this.world = world;
  }

  /// A look is only asked for at what can be found.
  void woken(Wake wake) {
    if (world.store().find(wake.id()).isEmpty()) {
      throw new BrokenRule("I1", "a look is asked for at a run that is not stored", wake.id());
    }
  }

  /// The looks that somebody has asked for while others were made, which end now.
  List<Run> askedMeanwhile(List<Claim> ending) {
    List<Run> asked = new ArrayList<>();
    for (Claim claim : ending) {
      Run run = world.store().find(claim.run().id()).orElseThrow();
      if (run.schedule().pollEpoch() == claim.run().schedule().pollEpoch()
          && run.schedule().wakeNo() != claim.run().schedule().wakeNo()) {
        asked.add(run);
      }
    }
    return asked;
  }

  /// They have ended: what was asked for is not put off.
  void ended(List<Run> asked) {
    for (Run before : asked) {
      Instant wanted = before.schedule().nextPollAt();
      Instant next = world.store().find(before.id()).orElseThrow().schedule().nextPollAt();
      if (wanted != null && (next == null || next.isAfter(wanted))) {
        throw new BrokenRule("I7", "a look that was asked for is forgotten", before.id());
      }
    }
  }

  /// What somebody was told of is stored.
  void accepted(RunId run) {
    if (world.store().find(run).isEmpty()) {
      throw new BrokenRule("I1", "a run was accepted and is not stored", run);
    }
  }

  /// Looks at everything that has changed since it was looked at last.
  void check() {
    for (Run run : world.store().all()) {
      watched.computeIfAbsent(run.id(), id -> new WatchedRun(world, id)).check(run);
    }
    for (SimulatedServer server : world.servers()) {
      List<SimulatedAgent> agents = server.lodging().agents();
      int crowd = 0;
      for (int i = 0; i < agents.size(); i++) {
        SimulatedAgent agent = agents.get(i);
        crowd += takesPlace(agent) ? 1 : 0;
        alone(agent);
        if (!Integer.valueOf(agent.texts().size()).equals(read.put(agent, agent.texts().size()))) {
          Letters.once(world, agent);
        }
      }
      if (crowd > server.places()) {
        throw new BrokenRule("I14", "more agents work than there are places", server.name());
      }
    }
  }

  /// A message sets an agent going whether a place is free or not, and of one that was told wrong
  /// things about nobody can know that it works.
  private boolean takesPlace(SimulatedAgent agent) {
    return agent.atWork()
        && !agent.overbooked()
        && !agent.misreported()
        && world.store().find(agent.run()).orElseThrow().agent().state() != Agent.State.LOST;
  }

  /// A run has one conversation for an attempt, and one agent that works.
  private void alone(SimulatedAgent agent) {
    for (SimulatedServer server : world.servers()) {
      for (SimulatedAgent other : server.lodging().agents()) {
        if (other != agent && other.run().equals(agent.run())) {
          if (other.attempt() == agent.attempt()) {
            throw new BrokenRule("I3", "an attempt has two conversations", agent.run());
          }
          if (other.atWork() && agent.atWork()) {
            throw new BrokenRule("I3", "two agents work for one run", agent.run());
          }
        }
      }
    }
  }
}
