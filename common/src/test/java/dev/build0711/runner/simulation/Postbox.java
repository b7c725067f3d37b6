package dev.build0711.runner.simulation;

import dev.build0711.runner.port.AgentBackend.Sending;
import dev.build0711.runner.run.Evidence.BackendFull;
import dev.build0711.runner.run.Evidence.MessageRefused;
import dev.build0711.runner.run.Evidence.MessageTaken;
import dev.build0711.runner.run.Evidence.MessageUnclear;
import dev.build0711.runner.run.Evidence.OfControl;
import dev.build0711.runner.run.Message;
import java.util.Collections;
import org.jspecify.annotations.Nullable;

/// How messages reach the agents of a backend.
final class Postbox {

  private final World world;

  Postbox(World world) {
    this.world = world;
  }

  OfControl tell(
      SimulatedAgent agent,
      Message message,
      Sending sending,
      boolean full,
      @Nullable String cursor) {
    String text = message.text();
    if (message.accept() != null || text == null) {
      return leave(agent, message, sending, cursor);
    }
    if (sending != Sending.FIRST) {
      if (Collections.frequency(agent.texts(), text) > message.earlier()) {
        return arrived(agent, full, cursor);
      }
      if (sending == Sending.SEARCH) {
        return new MessageUnclear(false);
      }
    }
    return sent(agent, text, full, cursor);
  }

  /// A message that was stored and not run is run now.
  private OfControl arrived(SimulatedAgent agent, boolean full, @Nullable String cursor) {
    switch (agent.does()) {
      case ANSWERED, PAUSED, FINISHED, FAILED, CUT_OFF -> {
        if (full) {
          return new BackendFull();
        }
        agent.goOn(steps());
      }
      case NOTHING_YET, WORKS, ASKS, NEVER_STARTED -> {
        // it has gone on from it, or waits for leave
      }
    }
    return new MessageTaken(cursor);
  }

  private OfControl sent(SimulatedAgent agent, String text, boolean full, @Nullable String cursor) {
    Faults faults = world.faults();
    if (faults.strikes(Fault.MESSAGE_LOST, 100)) {
      return new MessageUnclear(true);
    }
    if (agent.atWork() && faults.strikes(Fault.MESSAGE_LATE, 300)) {
      agent.willBeTold(text);
      return new MessageUnclear(true);
    }
    if (full || faults.strikes(Fault.MESSAGE_NOT_RUN, 100)) {
      agent.stored(text);
      return new BackendFull();
    }
    agent.told(text, steps());
    return faults.strikes(Fault.MESSAGE_ANSWER_LOST, 100)
        ? new MessageUnclear(true)
        : new MessageTaken(cursor);
  }

  private OfControl leave(
      SimulatedAgent agent, Message message, Sending sending, @Nullable String cursor) {
    if (agent.does() != SimulatedAgent.Does.ASKS) {
      return message.triedAt() != null ? new MessageTaken(cursor) : new MessageRefused();
    }
    if (sending == Sending.SEARCH) {
      return new MessageUnclear(false);
    }
    agent.goOn(steps());
    return world.faults().strikes(Fault.MESSAGE_ANSWER_LOST, 100)
        ? new MessageUnclear(true)
        : new MessageTaken(cursor);
  }

  private int steps() {
    return 1 + world.dice().below(4);
  }
}
