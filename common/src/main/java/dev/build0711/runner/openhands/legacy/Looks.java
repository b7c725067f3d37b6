package dev.build0711.runner.openhands.legacy;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.exchange.Reply.Answer;
import dev.build0711.runner.openhands.Asked;
import dev.build0711.runner.openhands.Asked.Got;
import dev.build0711.runner.openhands.Asked.Silent;
import dev.build0711.runner.openhands.events.Links;
import dev.build0711.runner.openhands.legacy.ConversationInfo.Life;
import dev.build0711.runner.run.AgentLook;
import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.AgentStatus.Working;
import dev.build0711.runner.run.Evidence.AgentSeen;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.OfLook;
import dev.build0711.runner.run.Reason;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Looks at conversations: one request for the events while they show that the agent works, one
/// more for the conversation itself where it may have lost its sandbox, or has come to rest.
final class Looks {

  private final Calls calls;
  private final EventPages pages;

  Looks(Calls calls) {
    this.calls = calls;
    this.pages = new EventPages(calls);
  }

  OfLook look(String id, @Nullable String memory, Deadline deadline) {
    Cursor cursor = Cursor.parse(memory);
    Reading reading = new Reading(cursor);
    return switch (read(id, reading, deadline)) {
      case EventPages.Missing _ -> new ConversationMissing();
      case EventPages.Failed(var evidence) -> evidence;
      case EventPages.Read(boolean whole) ->
          whole
              ? judged(id, cursor, reading, deadline)
              : seen(new Working(), reading, cursor.pullRequests(), List.of());
    };
  }

  /// What is known of a conversation without asking.
  static OfLook remembered(@Nullable String memory) {
    Cursor cursor = Cursor.parse(memory);
    Reading nothing = new Reading(cursor);
    return seen(Statuses.of(nothing, Life.RUNNING), nothing, cursor.pullRequests(), List.of());
  }

  private EventPages.Extent read(String id, Reading reading, Deadline deadline) {
    return pages.read(id, reading.last(), EventPages.MAX_PAGES, reading::take, deadline);
  }

  private OfLook judged(String id, Cursor cursor, Reading reading, Deadline deadline) {
    boolean moves = reading.fresh() > 0 && Statuses.underWay(reading.state());
    boolean rests = reading.fresh() == 0 && !Statuses.underWay(reading.state());
    if (moves || rests) {
      return seen(Statuses.of(reading, Life.RUNNING), reading, cursor.pullRequests(), List.of());
    }
    return switch (info(calls, id, deadline)) {
      case Silent<Optional<ConversationInfo>>(var evidence) -> evidence;
      case Got<Optional<ConversationInfo>>(var info) ->
          info.isEmpty()
              ? new ConversationMissing()
              : judged(id, cursor, reading, info.get(), deadline);
    };
  }

  /// A conversation that was stopped says so in an event before it is: one that was stopped between
  /// the two requests has it now.
  private OfLook judged(
      String id, Cursor cursor, Reading reading, ConversationInfo info, Deadline deadline) {
    if (info.life() == Life.STOPPED
        && Statuses.underWay(reading.state())
        && read(id, reading, deadline) instanceof EventPages.Failed(var evidence)) {
      return evidence;
    }
    List<Integer> all = info.pullRequests();
    return seen(
        Statuses.of(reading, info.life()),
        reading,
        Math.max(cursor.pullRequests(), all.size()),
        all.subList(Math.min(cursor.pullRequests(), all.size()), all.size()));
  }

  private static OfLook seen(
      AgentStatus status, Reading reading, int pullRequests, List<Integer> fresh) {
    Cursor cursor = reading.cursor().withPullRequests(pullRequests);
    if (cursor.address() != null) {
      fresh.forEach(number -> Links.collect(cursor.address() + number, reading.links()));
    }
    return new AgentSeen(
        new AgentLook(
            status,
            reading.fresh() > 0,
            reading.tasks(),
            reading.iterations(),
            null,
            reading.usage(),
            reading.lastWords(),
            List.copyOf(reading.links()),
            reading.userMessages(),
            null,
            cursor.toString()));
  }

  /// Asks a conversation about itself. One that the server does not know is 200 and `null`.
  static Asked<Optional<ConversationInfo>> info(Calls calls, String id, Deadline deadline) {
    Reply reply = calls.get(Calls.path(id), deadline);
    if (!(reply instanceof Answer(int status, JsonNode body, _)) || status != 200) {
      return new Silent<>(reply.silence());
    }
    ConversationInfo info = ConversationInfo.of(body);
    return info == null && !body.isNull()
        ? new Silent<>(new BackendSilent(Reason.BACKEND_BAD_ANSWER, null))
        : new Got<>(Optional.ofNullable(info));
  }
}
