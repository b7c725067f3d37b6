package dev.build0711.runner.simulation;

import dev.build0711.runner.run.Agent;
import dev.build0711.runner.run.Message;
import dev.build0711.runner.run.Phase;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.RunStatus;
import dev.build0711.runner.run.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// What follows when nothing goes wrong any more: backends answer, the queue delivers, maintain is
/// called every minute, agents take a step every five seconds, and a client cancels whatever waits
/// for somebody. Deliveries that were lost stay lost. A run that has nothing to wait for ends soon.
final class Settling {

  private static final Duration AGENT_EVERY = Duration.ofSeconds(5);
  private static final Duration MAINTAIN_EVERY = Duration.ofMinutes(1);

  /// How long a run may go on that has nothing to wait for.
  private static final Duration SOON = Duration.ofMinutes(5);

  private final World world;
  private final Instant begin;
  private final Map<RunId, Instant> waited = new HashMap<>();
  private Instant nextAgents;
  private Instant nextMaintain;

  Settling(World world) {
    this.world = world;
    this.begin = world.time().instant();
    this.nextAgents = begin;
    this.nextMaintain = begin;
  }

  /// Lets time go on until everything has ended.
  ///
  /// @param limit how long that may take
  /// @return how long it took
  Duration run(Duration limit) {
    world.faults().end();
    world.servers().forEach(server -> server.weather().clear());
    while (!settled()) {
      if (world.time().instant().isAfter(begin.plus(limit))) {
        throw new BrokenRule("I7", "has not ended in time", left());
      }
      next();
      soon();
    }
    theEnd();
    return Duration.between(begin, world.time().instant());
  }

  private void next() {
    Instant task = world.queue().next();
    Instant delivery = world.git().next();
    Instant next = nextAgents.isBefore(nextMaintain) ? nextAgents : nextMaintain;
    if (task != null && !task.isAfter(next) && (delivery == null || !delivery.isBefore(task))) {
      world.time().reach(task);
      world.scheduler().task();
    } else if (delivery != null && !delivery.isAfter(next)) {
      world.time().reach(delivery);
      world.scheduler().delivery();
    } else {
      world.time().reach(next);
      if (next.equals(nextMaintain)) {
        maintain();
      } else {
        agents();
      }
    }
    world.rules().check();
  }

  private void soon() {
    Instant now = world.time().instant();
    for (Run run : world.store().all()) {
      if (over(run) || Wait.of(run, world) != null) {
        waited.put(run.id(), now);
      } else if (now.isAfter(waited.getOrDefault(run.id(), begin).plus(SOON))) {
        throw new BrokenRule("I7", "goes on and has nothing to wait for", left());
      }
    }
  }

  private void maintain() {
    nextMaintain = world.time().instant().plus(MAINTAIN_EVERY);
    world.scheduler().maintain();
    for (Run run : world.store().all()) {
      if (run.status() == RunStatus.AWAITING_INPUT
          || run.standing().phase() == Phase.AWAITING_MERGE) {
        world
            .scheduler()
            .run("a client cancels", process -> world.clients().cancel(process, run.id()));
      }
    }
  }

  private void agents() {
    nextAgents = world.time().instant().plus(AGENT_EVERY);
    for (SimulatedServer server : world.servers()) {
      server.lodging().catchUp();
      for (SimulatedAgent agent : server.lodging().agents()) {
        if (agent.dead() && looksOn(agent)) {
          agent.fail();
        }
        world.scheduler().step(agent);
      }
    }
  }

  /// Whether the run has what it waited for, so that its agent is looked at until it ends.
  private boolean looksOn(SimulatedAgent agent) {
    return world.store().find(agent.run()).orElseThrow().status() == RunStatus.COMPLETED;
  }

  private boolean settled() {
    for (Run run : world.store().all()) {
      if (!over(run)) {
        return false;
      }
    }
    for (SimulatedServer server : world.servers()) {
      if (server.lodging().starts()) {
        return false;
      }
    }
    return true;
  }

  /// Whether nothing is left to do for it.
  private boolean over(Run run) {
    return run.status().terminal()
        && Step.of(run, world.time().instant()) == Step.REST
        && run.agent().place() == null;
  }

  private String left() {
    StringBuilder left = new StringBuilder();
    for (Run run : world.store().all()) {
      if (!over(run)) {
        left.append(run.id())
            .append(' ')
            .append(run.standing())
            .append(' ')
            .append(run.agent())
            .append(' ')
            .append(run.schedule());
      }
    }
    return left.toString();
  }

  /// What holds when all is over.
  private void theEnd() {
    world.clients().accepted().forEach(world.rules()::accepted);
    Set<String> keys = new HashSet<>();
    for (Run run : world.store().all()) {
      String key = run.spec().title();
      hold("I2", key == null || keys.add(key), "one key has made two runs", run.id());
      if (world.clients().cancelled(run.id())) {
        boolean stopped =
            run.status() == RunStatus.CANCELLED || run.status() == RunStatus.COMPLETED;
        hold("I12", stopped, "a cancelled run ended otherwise", run.id());
      }
      boolean waits =
          world.store().messages(run.id()).stream()
              .anyMatch(one -> one.state() == Message.State.WANTED);
      hold("I16", !waits, "a message waits for ever", run.id());
      stopped(run);
    }
    for (Clients.Taken taken : world.clients().taken()) {
      boolean kept =
          world.store().messages(taken.run()).stream().anyMatch(one -> one.seq() == taken.seq());
      hold("I16", kept, "a message was accepted and is not stored", taken.run());
    }
  }

  /// No agent works on for a run that has ended, except where its backend denied it.
  private void stopped(Run run) {
    for (SimulatedServer server : world.servers()) {
      for (SimulatedAgent agent : server.lodging().agents()) {
        boolean worksOn =
            agent.run().equals(run.id())
                && agent.atWork()
                && !agent.misreported()
                && run.agent().state() != Agent.State.LOST;
        hold("I12", !worksOn, "an agent works on", run.id());
      }
    }
  }

  private static void hold(String rule, boolean holds, String what, RunId run) {
    if (!holds) {
      throw new BrokenRule(rule, what, run);
    }
  }
}
