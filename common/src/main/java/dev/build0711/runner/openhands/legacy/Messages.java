package dev.build0711.runner.openhands.legacy;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.exchange.Reply.Answer;
import dev.build0711.runner.exchange.Reply.Broken;
import dev.build0711.runner.exchange.Reply.Content;
import dev.build0711.runner.exchange.Reply.NotJson;
import dev.build0711.runner.exchange.Reply.NotSent;
import dev.build0711.runner.exchange.Reply.TimedOut;
import dev.build0711.runner.exchange.Reply.TooLarge;
import dev.build0711.runner.openhands.Asked.Got;
import dev.build0711.runner.openhands.Asked.Silent;
import dev.build0711.runner.port.AgentBackend.Sending;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.MessageRefused;
import dev.build0711.runner.run.Evidence.MessageTaken;
import dev.build0711.runner.run.Evidence.MessageUnclear;
import dev.build0711.runner.run.Evidence.OfControl;
import dev.build0711.runner.run.Message;
import org.jspecify.annotations.Nullable;

/// Hands messages and answers to agents, each once: what may have been sent before is searched for
/// among the events.
///
/// A conversation that has lost its sandbox takes none. It is given one, and the message is sent in
/// a later call.
final class Messages {

  /// So many pages of events are searched for a message at most.
  private static final int MAX_PAGES = 50;

  private final Calls calls;
  private final EventPages pages;
  private final Revival revival;

  Messages(Calls calls, Revival revival) {
    this.calls = calls;
    this.pages = new EventPages(calls);
    this.revival = revival;
  }

  /// One message on its way.
  private record Errand(
      String id,
      Message message,
      Sending sending,
      Cursor memory,
      Reading reading,
      Deadline deadline) {}

  OfControl tell(
      String id, Message message, Sending sending, @Nullable String cursor, Deadline deadline) {
    Cursor memory = Cursor.parse(cursor);
    boolean first = sending == Sending.FIRST;
    Reading reading = new Reading(first ? memory : Cursor.begun(null));
    Arrivals arrivals = new Arrivals(message);
    var extent =
        pages.read(
            id,
            reading.last(),
            MAX_PAGES,
            event -> {
              reading.take(event);
              arrivals.take(event);
            },
            deadline);
    return switch (extent) {
      case EventPages.Missing _ -> new ConversationMissing();
      case EventPages.Failed(var evidence) -> evidence;
      case EventPages.Read(boolean whole) -> {
        Errand errand = new Errand(id, message, sending, memory, reading, deadline);
        if (!first && arrivals.event() >= 0) {
          yield new MessageTaken(memory.found(arrivals.event()).toString());
        }
        yield whole && sending != Sending.SEARCH ? send(errand) : new MessageUnclear(false);
      }
    };
  }

  /// An answer is only sent while the agent waits for one: the server believes it at any time.
  private OfControl send(Errand errand) {
    String text = errand.message().text();
    boolean awaited = errand.reading().newest().equals("awaiting_user_confirmation");
    if (!awaited) {
      return text == null ? new MessageRefused() : write(errand, text);
    }
    boolean accept = Boolean.TRUE.equals(errand.message().accept());
    Reply answered =
        calls.order(
            errand.id(), accept ? "user_confirmed" : "user_rejected", errand.deadline().half());
    if (text == null || !answered.is(200)) {
      return outcome(errand, answered);
    }
    return accept || hasRefused(errand) ? write(errand, text) : new MessageUnclear(true);
  }

  /// Whether the agent has taken the refusal. It does so a moment after the server has, and rests
  /// then, which would pass for what it makes of a text that was already written.
  private boolean hasRefused(Errand errand) {
    Reading reading = errand.reading();
    pages.read(errand.id(), reading.last(), MAX_PAGES, reading::take, errand.deadline());
    return reading.newest().equals("awaiting_user_input");
  }

  private OfControl write(Errand errand, String text) {
    return outcome(errand, calls.message(errand.id(), text, errand.deadline().half()));
  }

  private OfControl outcome(Errand errand, Reply reply) {
    return switch (reply) {
      case TimedOut _, Broken _, TooLarge _, Content _ -> new MessageUnclear(true);
      case NotSent _ -> reply.silence();
      case Answer(int status, var _, var _) -> outcome(errand, status, reply);
      // a page in the place of the answer
      case NotJson(int status, var _) when status == 200 -> new MessageUnclear(true);
      case NotJson(int status, var _) -> outcome(errand, status, reply);
    };
  }

  private OfControl outcome(Errand errand, int status, Reply reply) {
    if (status >= 500) {
      return new MessageUnclear(true);
    }
    return switch (status) {
      case 200 -> new MessageTaken(errand.memory().told(errand.reading().last()).toString());
      case 404 -> withoutSandbox(errand);
      case 413, 422 -> new MessageRefused();
      default -> reply.silence();
    };
  }

  private OfControl withoutSandbox(Errand errand) {
    return switch (revival.revive(errand.id(), errand.deadline())) {
      case Silent<Revival.State>(var evidence) -> evidence;
      case Got<Revival.State>(Revival.State state) -> state.evidence(new MessageUnclear(true));
    };
  }
}
