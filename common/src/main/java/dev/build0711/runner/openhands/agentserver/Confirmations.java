package dev.build0711.runner.openhands.agentserver;

import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.openhands.Api;
import dev.build0711.runner.openhands.agentserver.Messages.Telling;
import dev.build0711.runner.openhands.events.Cursor;
import dev.build0711.runner.port.AgentBackend.Sending;
import dev.build0711.runner.run.Evidence.BackendFull;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.MessageRefused;
import dev.build0711.runner.run.Evidence.MessageTaken;
import dev.build0711.runner.run.Evidence.MessageUnclear;
import dev.build0711.runner.run.Evidence.OfControl;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Answers agents that ask leave for an action. The server takes an answer for whatever waits when
/// it comes, so one is given only while the action waits for which it was meant.
final class Confirmations {

  private final Api api;
  private final InstantSource clock;

  Confirmations(Api api, InstantSource clock) {
    this.api = api;
    this.clock = clock;
  }

  /// Allows or refuses the action that waited when the conversation was last looked at.
  OfControl answer(Telling telling, ConversationInfo info) {
    String meant = meant(telling);
    boolean tried = telling.message().triedAt() != null || (telling.again() && meant != null);
    if (!info.waitsForLeave()) {
      return tried ? answered(telling, info) : new MessageRefused();
    }
    boolean certain = !telling.again() || !info.leaf().isEmpty();
    if (!certain || !info.leaf().equals(meant)) {
      return tried ? taken(telling) : new MessageRefused();
    }
    return telling.sending() == Sending.SEARCH
        ? new MessageUnclear(false)
        : respond(telling, info, Boolean.TRUE.equals(telling.message().accept()));
  }

  /// Refuses whatever waits, with the caller's words as the reason.
  OfControl refuse(Telling telling, ConversationInfo info) {
    return respond(telling, info, false);
  }

  /// The id of the action for which the answer was meant; null where none was seen to wait.
  private static @Nullable String meant(Telling telling) {
    String answered = telling.cursor().answered();
    return answered != null && telling.message().triedAt() != null
        ? answered
        : ConversationInfo.waiting(telling.cursor().seen());
  }

  private OfControl respond(Telling telling, ConversationInfo info, boolean accept) {
    Reply reply =
        api.singlePost(
            Api.conversation(telling.id()) + "/events/respond_to_confirmation",
            body(accept, telling.message().text()),
            telling.deadline());
    return switch (Delivery.of(reply)) {
      case DONE -> accept ? goesOn(telling) : run(telling, info);
      case FULL -> new BackendFull();
      case MISSING -> new ConversationMissing();
      case REFUSED -> new MessageRefused();
      case UNCLEAR -> unclear(telling, info);
      case NOT_DONE -> reply.silence();
    };
  }

  private static ObjectNode body(boolean accept, @Nullable String reason) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("accept", accept);
    return reason == null ? body : body.put("reason", reason);
  }

  /// Nothing waits any more. An agent whose action was refused stands still until it is set going.
  private OfControl answered(Telling telling, ConversationInfo info) {
    return info.status().equals("idle") ? run(telling, info) : taken(telling);
  }

  private OfControl run(Telling telling, ConversationInfo info) {
    Reply reply =
        api.repeatablePost(Api.conversation(telling.id()) + "/run", null, telling.deadline());
    if (reply.is(200) || reply.is(409)) {
      return goesOn(telling);
    }
    if (reply.is(404)) {
      return new ConversationMissing();
    }
    return reply.is(429) ? new BackendFull() : unclear(telling, info);
  }

  private OfControl goesOn(Telling telling) {
    return new MessageTaken(telling.cursor().resumed(clock.instant()).toString());
  }

  /// What was read since the answer counts.
  private static OfControl taken(Telling telling) {
    return new MessageTaken(telling.cursor().awaiting(0).toString());
  }

  private static OfControl unclear(Telling telling, ConversationInfo info) {
    Cursor cursor = telling.cursor();
    return new MessageUnclear(
        true, (info.waitsForLeave() ? cursor.answering(info.leaf()) : cursor).toString());
  }
}
