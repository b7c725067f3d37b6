package dev.build0711.runner.simulation;

import dev.build0711.runner.port.AgentBackend.Order;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.OfPreparation;
import dev.build0711.runner.run.Evidence.Prepared;
import dev.build0711.runner.run.Evidence.Preparing;
import dev.build0711.runner.run.RunId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The conversations of a backend and the workspaces that it prepares.
final class Lodging {

  /// How a prompt begins whose agent works for ever.
  static final String NEVER_STOP = "Never stop";

  private final World world;
  private final Dialect dialect;
  private final List<SimulatedAgent> agents = new ArrayList<>();
  private final List<Late> late = new ArrayList<>();
  private final Map<RunId, Instant> workspaces = new HashMap<>();
  private final Set<RunId> lost = new HashSet<>();

  /// A start that the backend still has to do although nobody waits for its answer any more.
  private record Late(Order order, Instant at) {}

  /// What the one who asked for a start gets.
  sealed interface Start {
    record Answered(SimulatedAgent agent) implements Start {}

    record Unanswered() implements Start {}
  }

  Lodging(World world, Dialect dialect) {
    this.world = world;
    this.dialect = dialect;
  }

  List<SimulatedAgent> agents() {
    return agents;
  }

  boolean starts() {
    return !late.isEmpty();
  }

  @Nullable SimulatedAgent named(String id) {
    for (SimulatedAgent agent : agents) {
      if (agent.id().equals(id)) {
        return agent;
      }
    }
    return null;
  }

  /// The conversation of an order, null where there is none that could be seen.
  @Nullable SimulatedAgent of(Order order) {
    for (SimulatedAgent agent : agents) {
      if (agent.run().equals(order.id()) && agent.attempt() == order.attempt()) {
        return agent;
      }
    }
    return null;
  }

  /// The id that a conversation gets where the runner chooses it.
  static String chosen(Order order) {
    String run = order.id().value().toString();
    return order.attempt() == 1 ? run : run + "-" + order.attempt();
  }

  Start start(Order order) {
    Faults faults = world.faults();
    if (late.stream().anyMatch(one -> one.order().id().equals(order.id()))) {
      throw new BrokenRule("I3", "a start is asked for while another is under way", order.id());
    }
    if (faults.strikes(Fault.START_LATE)) {
      late.add(new Late(order, world.time().instant().plusSeconds(1 + world.dice().below(54))));
      return new Start.Unanswered();
    }
    SimulatedAgent agent = started(order);
    return faults.strikes(Fault.START_ANSWER_LOST)
        ? new Start.Unanswered()
        : new Start.Answered(agent);
  }

  private SimulatedAgent started(Order order) {
    SimulatedAgent there = dialect == Dialect.APP_V0 ? null : of(order);
    if (there != null) {
      return there;
    }
    Instant hiddenUntil = null;
    if (dialect == Dialect.APP_V0 && world.faults().strikes(Fault.START_HIDDEN, 200)) {
      hiddenUntil = world.time().instant().plusSeconds(world.dice().below(300));
    }
    String id =
        dialect == Dialect.APP_V0 ? Long.toHexString(world.dice().nextLong()) : chosen(order);
    SimulatedAgent agent =
        new SimulatedAgent(
            id,
            order.id(),
            order.attempt(),
            order.prompt(),
            order.prompt().startsWith(NEVER_STOP) ? Integer.MAX_VALUE : 1 + world.dice().below(7),
            hiddenUntil);
    if (dialect == Dialect.APP_V1 && world.faults().strikes(Fault.START_FAILED, 200)) {
      agent.neverStarts();
    }
    agents.add(agent);
    if (world.trace().on()) {
      world.trace().line("conversation " + id + " of " + order.id() + " is made");
    }
    return agent;
  }

  /// Does what was to be done by now.
  void catchUp() {
    Instant now = world.time().instant();
    for (int i = late.size() - 1; i >= 0; i--) {
      if (!late.get(i).at().isAfter(now)) {
        started(late.remove(i).order());
      }
    }
  }

  OfPreparation prepare(Order order, Conversation conversation) {
    Instant ready = world.time().instant().plusSeconds(world.dice().below(40));
    workspaces.putIfAbsent(order.id(), ready);
    return progress(order, conversation);
  }

  OfPreparation preparation(Order order, Conversation conversation) {
    if (world.faults().strikes(Fault.WORKSPACE_LOST)) {
      workspaces.remove(order.id());
    }
    return progress(order, conversation);
  }

  private OfPreparation progress(Order order, Conversation conversation) {
    Instant ready = workspaces.get(order.id());
    if (ready == null) {
      return new ConversationMissing();
    }
    return ready.isAfter(world.time().instant())
        ? new Preparing(conversation, "0")
        : new Prepared(conversation, "0");
  }

  /// The backend is restarted: whatever works is cut off, and what was under way is forgotten.
  void restart() {
    late.clear();
    workspaces.clear();
    agents.forEach(SimulatedAgent::cutOff);
  }

  void lose(SimulatedAgent agent) {
    agents.remove(agent);
    lost.add(agent.run());
  }

  /// Whether a conversation of the run was lost.
  boolean hasLost(RunId run) {
    return lost.contains(run);
  }
}
