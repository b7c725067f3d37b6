package dev.build0711.runner.simulation;

import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Phase;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What a run has to wait for although nothing goes wrong any more, each for a bounded time.
enum Wait {
  /// Its agent works.
  WORK,

  /// Its agent is done, and its pull request may still be told of.
  PULL_REQUEST,

  /// Its conversation is gone, which counts when it has been missing for a while.
  CONVERSATION,

  /// Its agent is dead, and its backend says that it works.
  STALL,

  /// Its backend did not answer when it was asked last, and is left alone for up to five minutes.
  BACK_OFF,

  /// Its conversation was made, and for minutes nobody can tell whose it is.
  RECOGNITION,

  /// Other runs have the places.
  PLACE;

  /// Null where a run has nothing to wait for.
  static @Nullable Wait of(Run run, World world) {
    if (run.standing().phase() == Phase.FINALIZING) {
      return PULL_REQUEST;
    }
    Instant next = run.schedule().nextPollAt();
    if (run.agent().silence() != null && next != null && next.isAfter(world.time().instant())) {
      return BACK_OFF;
    }
    Conversation conversation = run.agent().conversation();
    if (conversation == null) {
      boolean waits = run.status() == RunStatus.QUEUED && run.agent().place() == null;
      return waits ? PLACE : hidden(run, world) ? RECOGNITION : null;
    }
    for (SimulatedServer server : world.servers()) {
      SimulatedAgent agent = server.lodging().named(conversation.id());
      if (agent != null) {
        return agent.dead() ? STALL : agent.atWork() ? WORK : null;
      }
    }
    return CONVERSATION;
  }

  private static boolean hidden(Run run, World world) {
    return world.servers().stream()
        .flatMap(server -> server.lodging().agents().stream())
        .anyMatch(agent -> agent.run().equals(run.id()) && agent.hidden(world.time().instant()));
  }
}
