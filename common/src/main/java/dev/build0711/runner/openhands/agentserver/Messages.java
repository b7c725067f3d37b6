package dev.build0711.runner.openhands.agentserver;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.exchange.Reply.Answer;
import dev.build0711.runner.openhands.Api;
import dev.build0711.runner.openhands.Asked.Got;
import dev.build0711.runner.openhands.Asked.Silent;
import dev.build0711.runner.openhands.agentserver.Arrivals.Found;
import dev.build0711.runner.openhands.events.Cursor;
import dev.build0711.runner.openhands.events.Reading;
import dev.build0711.runner.port.AgentBackend.Sending;
import dev.build0711.runner.run.Evidence.BackendFull;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.MessageRefused;
import dev.build0711.runner.run.Evidence.MessageTaken;
import dev.build0711.runner.run.Evidence.MessageUnclear;
import dev.build0711.runner.run.Evidence.OfControl;
import dev.build0711.runner.run.Message;
import dev.build0711.runner.run.Reason;
import java.time.InstantSource;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Hands messages to agents, none of them twice. An agent at work takes one up when its step is
/// over, which may be long after the request was given up.
final class Messages {

  private final Api api;
  private final Arrivals arrivals;
  private final EventPages pages;
  private final Confirmations confirmations;
  private final InstantSource clock;

  Messages(Api api, InstantSource clock) {
    this.api = api;
    this.arrivals = new Arrivals(api);
    this.pages = new EventPages(api);
    this.confirmations = new Confirmations(api, clock);
    this.clock = clock;
  }

  /// What is told to whom.
  record Telling(UUID id, Message message, Sending sending, Cursor cursor, Deadline deadline) {

    /// Whether it may have been sent before.
    boolean again() {
      return sending != Sending.FIRST;
    }
  }

  OfControl tell(
      UUID id, Message message, Sending sending, @Nullable String memory, Deadline deadline) {
    Telling telling = new Telling(id, message, sending, Cursor.parse(memory), deadline);
    Reply reply = api.get(Api.conversation(id), deadline);
    if (reply.is(404)) {
      return new ConversationMissing();
    }
    if (!(reply instanceof Answer(int status, JsonNode node, _)) || status != 200) {
      return reply.silence();
    }
    ConversationInfo info = ConversationInfo.of(node);
    if (info == null) {
      return new BackendSilent(Reason.BACKEND_BAD_ANSWER, null);
    }
    String text = message.text();
    if (message.accept() != null || text == null) {
      return confirmations.answer(telling, info);
    }
    return telling.again() ? searched(telling, text, info) : sent(telling, text, info);
  }

  private OfControl searched(Telling telling, String text, ConversationInfo info) {
    return switch (arrivals.of(telling.id(), text, telling.deadline())) {
      case Silent<Found>(var evidence) -> evidence;
      case Got<Found>(Found found) -> {
        if (found.texts() > telling.message().earlier()) {
          yield arrived(telling, found, info);
        }
        yield telling.sending() == Sending.AGAIN
            ? sent(telling, text, info)
            : new MessageUnclear(false);
      }
    };
  }

  /// A full server stores a message without running it. Setting an agent going that has gone on
  /// since would be one run too many, and would allow an action that waits for leave.
  private OfControl arrived(Telling telling, Found found, ConversationInfo info) {
    Cursor cursor = telling.cursor().awaiting(found.messages());
    Reading reading = new Reading(cursor);
    return switch (pages.read(telling.id(), reading, telling.deadline())) {
      case MISSING -> new ConversationMissing();
      case PART -> new MessageUnclear(false);
      case WHOLE ->
          reading.moved() || info.waitsForLeave()
              ? new MessageTaken(cursor.toString())
              : run(telling, cursor);
    };
  }

  private OfControl run(Telling telling, Cursor cursor) {
    Reply reply =
        api.repeatablePost(Api.conversation(telling.id()) + "/run", null, telling.deadline());
    if (reply.is(200) || reply.is(409)) {
      return new MessageTaken(cursor.toString());
    }
    if (reply.is(404)) {
      return new ConversationMissing();
    }
    return reply.is(429) ? new BackendFull() : reply.silence();
  }

  private OfControl sent(Telling telling, String text, ConversationInfo info) {
    if (info.waitsForLeave()) {
      return confirmations.refuse(telling, info);
    }
    Reply reply =
        api.singlePost(
            Api.conversation(telling.id()) + "/events",
            StartBody.message(text),
            telling.deadline());
    return switch (Delivery.of(reply)) {
      case DONE -> new MessageTaken(told(telling.cursor()).toString());
      case FULL -> new BackendFull();
      case MISSING -> new ConversationMissing();
      case REFUSED -> new MessageRefused();
      case UNCLEAR -> new MessageUnclear(true);
      case NOT_DONE -> reply.silence();
    };
  }

  /// The prompt is there, whether it was read or not.
  private Cursor told(Cursor cursor) {
    int known = Math.max(1, cursor.userMessages());
    return cursor.resumed(clock.instant()).awaiting(known + 1);
  }
}
