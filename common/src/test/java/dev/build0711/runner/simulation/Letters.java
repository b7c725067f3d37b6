package dev.build0711.runner.simulation;

import dev.build0711.runner.run.Message;
import dev.build0711.runner.run.RunId;
import java.util.Collections;
import java.util.List;

/// What holds of messages: none arrives twice, and none that counts as delivered is missing.
final class Letters {

  private Letters() {}

  /// The newest text of an agent has arrived no more often than it was sent.
  static void once(World world, SimulatedAgent agent) {
    if (agent.misreported()) {
      // one that was said to rest may be sent what it is still to take up
      return;
    }
    List<String> texts = agent.texts();
    String newest = texts.getLast();
    long sent = texts.size() == 1 ? 1 : count(world.store().messages(agent.run()), newest);
    if (Collections.frequency(texts, newest) > sent) {
      throw new BrokenRule("I16", "a message is there more often than it was sent", newest);
    }
  }

  private static long count(List<Message> messages, String text) {
    return messages.stream().filter(one -> text.equals(one.text())).count();
  }

  /// What was delivered is there.
  static void arrived(World world, RunId run) {
    List<Message> delivered =
        world.store().messages(run).stream()
            .filter(one -> one.state() == Message.State.DELIVERED)
            .filter(one -> one.text() != null && one.accept() == null)
            .toList();
    if (delivered.isEmpty()) {
      return;
    }
    for (SimulatedServer server : world.servers()) {
      if (server.lodging().hasLost(run)) {
        return;
      }
    }
    for (Message one : delivered) {
      String text = String.valueOf(one.text());
      if (there(world, run, text) < count(delivered, text)) {
        throw new BrokenRule("I16", "a message counts as delivered and is not there", text);
      }
    }
  }

  private static int there(World world, RunId run, String text) {
    int there = 0;
    for (SimulatedServer server : world.servers()) {
      for (SimulatedAgent agent : server.lodging().agents()) {
        if (agent.run().equals(run)) {
          there += Collections.frequency(agent.texts(), text);
        }
      }
    }
    return there;
  }
}
