package dev.build0711.runner.openhands.agentserver;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.exchange.Reply.Broken;
import dev.build0711.runner.exchange.Reply.TimedOut;
import dev.build0711.runner.openhands.Api;
import dev.build0711.runner.port.AgentBackend.Order;
import dev.build0711.runner.run.Evidence.BackendSilent;
import tools.jackson.databind.JsonNode;

/// Takes over a conversation that an earlier start made. A start that failed midway leaves one
/// without the prompt, and one that met a full server may leave one that nobody has set going.
final class Adoption {

  private final Api api;

  Adoption(Api api) {
    this.api = api;
  }

  /// What came of it.
  sealed interface Outcome {}

  /// The conversation holds the prompt and had been set going before.
  record Found() implements Outcome {}

  /// The conversation holds the prompt and has been set going now.
  record SetGoing() implements Outcome {}

  record Full() implements Outcome {}

  /// The prompt was sent and may have arrived.
  record Unclear() implements Outcome {}

  record Unanswered(BackendSilent evidence) implements Outcome {}

  Outcome adopt(Order order, ConversationInfo info, Deadline deadline) {
    if (!info.status().equals("idle")) {
      return new Found();
    }
    if (info.userMessage()) {
      return run(order, deadline);
    }
    Reply reply = api.get(path(order) + "/events/search?source=user&limit=100", deadline);
    JsonNode page = reply.listing("items");
    if (page == null) {
      return new Unanswered(reply.silence());
    }
    boolean told =
        page.path("items")
            .valueStream()
            .anyMatch(event -> event.path("kind").stringValue("").equals("MessageEvent"));
    return told ? run(order, deadline) : tell(order, deadline);
  }

  private Outcome run(Order order, Deadline deadline) {
    Reply reply = api.repeatablePost(path(order) + "/run", null, deadline);
    if (reply.is(200) || reply.is(409)) {
      return new SetGoing();
    }
    return reply.is(429) ? new Full() : new Unanswered(reply.silence());
  }

  /// Sends the prompt. A full server stores it all the same and is asked to run it later.
  private Outcome tell(Order order, Deadline deadline) {
    Reply reply =
        api.singlePost(path(order) + "/events", StartBody.message(order.prompt()), deadline);
    if (reply.is(200)) {
      return new SetGoing();
    }
    if (reply.is(429)) {
      return new Full();
    }
    return reply instanceof TimedOut || reply instanceof Broken
        ? new Unclear()
        : new Unanswered(reply.silence());
  }

  private static String path(Order order) {
    return Api.conversation(order.id().value());
  }
}
