package dev.build0711.runner.openhands.agentserver;

import dev.build0711.runner.openhands.Api;
import dev.build0711.runner.openhands.Asked.Got;
import dev.build0711.runner.openhands.Asked.Silent;
import dev.build0711.runner.openhands.Deadline;
import dev.build0711.runner.openhands.Reply;
import dev.build0711.runner.openhands.Reply.Answer;
import dev.build0711.runner.openhands.events.Cursor;
import dev.build0711.runner.openhands.events.Reading;
import dev.build0711.runner.run.AgentLook;
import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.Evidence.AgentSeen;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.OfLook;
import dev.build0711.runner.run.Reason;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Looks at conversations: one request where nothing is new, and one more for every page of events
/// that was not read yet.
final class Looks {

  static final int PAGE = 100;

  /// So many pages are read in one look at most; the next look goes on there.
  private static final int MAX_PAGES = 10;

  private final Api api;
  private final Statuses statuses;
  private final InstantSource clock;

  Looks(Api api, Statuses statuses, InstantSource clock) {
    this.api = api;
    this.statuses = statuses;
    this.clock = clock;
  }

  OfLook look(UUID id, @Nullable String memory, Deadline deadline) {
    Instant now = clock.instant();
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
    return info.status().equals("deleting")
        ? new ConversationMissing()
        : look(id, info, Cursor.parse(memory), now, deadline);
  }

  private OfLook look(
      UUID id, ConversationInfo info, Cursor cursor, Instant now, Deadline deadline) {
    Reading reading = new Reading(cursor);
    boolean complete = true;
    if (!info.print().equals(cursor.seen()) || !cursor.moved() || wantsError(info, reading)) {
      switch (read(id, reading, deadline)) {
        case Missing _ -> {
          return new ConversationMissing();
        }
        case Failed(var evidence) -> {
          return evidence;
        }
        case Read(boolean whole) -> complete = whole;
      }
    }
    return judged(info, cursor, reading, complete, now, deadline);
  }

  private OfLook judged(
      ConversationInfo info,
      Cursor cursor,
      Reading reading,
      boolean complete,
      Instant now,
      Deadline deadline) {
    return switch (statuses.of(info.status(), reading, complete, cursor.workedAt(), deadline)) {
      case Silent<AgentStatus>(var evidence) -> evidence;
      case Got<AgentStatus>(AgentStatus status) -> {
        Instant workedAt = info.status().equals("running") ? now : cursor.workedAt();
        Cursor next =
            reading.cursor(complete ? info.print() : null, atRest(status) ? null : workedAt);
        boolean news = reading.fresh() > 0 || !info.print().equals(cursor.seen());
        yield new AgentSeen(
            new AgentLook(
                status,
                news,
                reading.tasks(),
                reading.iterations(),
                info.maxIterations(),
                info.usage(),
                reading.lastWords(),
                reading.links(),
                reading.userMessages(),
                null,
                next.toString()));
      }
    };
  }

  /// Whether the agent stands still for a reason of its own: no later restart will have cut it off.
  private static boolean atRest(AgentStatus status) {
    return switch (status) {
      case AgentStatus.Waiting _, AgentStatus.Failed _, AgentStatus.Finished _ -> true;
      case AgentStatus.Starting _,
          AgentStatus.Working _,
          AgentStatus.NeverStarted _,
          AgentStatus.Interrupted _,
          AgentStatus.Unknown _ ->
          false;
    };
  }

  /// A server says `error` a moment before it says why.
  private static boolean wantsError(ConversationInfo info, Reading reading) {
    return info.status().equals("error") && reading.error() == null;
  }

  private sealed interface Pages {}

  private record Read(boolean whole) implements Pages {}

  private record Missing() implements Pages {}

  private record Failed(BackendSilent evidence) implements Pages {}

  private Pages read(UUID id, Reading reading, Deadline deadline) {
    for (int page = 0; page < MAX_PAGES; page++) {
      Reply reply = api.get(path(id, reading.last()), deadline);
      if (reply.is(404)) {
        return new Missing();
      }
      if (!(reply instanceof Answer(int status, JsonNode body, _)) || status != 200) {
        return page == 0 ? new Failed(reply.silence()) : new Read(false);
      }
      if (!body.path("items").isArray()) {
        return new Failed(new BackendSilent(Reason.BACKEND_BAD_ANSWER, null));
      }
      String before = reading.last();
      reading.page(body.path("items"));
      if (!body.path("next_page_id").isString() || Objects.equals(before, reading.last())) {
        return new Read(true);
      }
    }
    return new Read(false);
  }

  private static String path(UUID id, @Nullable String last) {
    String first = Api.conversation(id) + "/events/search?limit=" + PAGE;
    return last == null ? first : first + "&page_id=" + Api.quoted(last);
  }
}
