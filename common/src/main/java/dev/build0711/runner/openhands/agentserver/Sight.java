package dev.build0711.runner.openhands.agentserver;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.exchange.Reply.Answer;
import dev.build0711.runner.openhands.Api;
import dev.build0711.runner.openhands.Asked;
import dev.build0711.runner.openhands.Asked.Got;
import dev.build0711.runner.openhands.Asked.Silent;
import dev.build0711.runner.openhands.agentserver.EventPages.Extent;
import dev.build0711.runner.openhands.events.Cursor;
import dev.build0711.runner.openhands.events.Reading;
import dev.build0711.runner.port.AgentBackend.Watched;
import dev.build0711.runner.run.AgentLook;
import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.Evidence.AgentSeen;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.OfLook;
import dev.build0711.runner.run.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Looks at one conversation: what it says of itself, and its events where that has changed since
/// they were read. Events that cannot be read now are no silence: what the conversation says of
/// itself is shown without them, and the next look reads on.
final class Sight {

  /// Begins what a cursor has seen of a conversation whose events were not read to their end.
  private static final String UNREAD = "unread ";

  /// How old the memory of an agent at work may grow before it is renewed.
  private static final Duration REMEMBERED = Duration.ofMinutes(5);

  /// How long a message that the server has taken is waited for: one that is killed then may have
  /// lost it.
  private static final Duration LATE = Duration.ofMinutes(2);

  private final Api api;
  private final Probe probe;
  private final Statuses statuses;
  private final EventPages pages;
  private final InstantSource clock;

  Sight(Api api, Probe probe, InstantSource clock) {
    this.api = api;
    this.probe = probe;
    this.statuses = new Statuses(probe);
    this.pages = new EventPages(api);
    this.clock = clock;
  }

  OfLook look(Watched watched, Deadline deadline) {
    Instant now = clock.instant();
    Reply reply = api.get(Api.conversation(id(watched)), deadline);
    if (reply.is(404)) {
      return new ConversationMissing();
    }
    return reply instanceof Answer(int status, JsonNode node, _) && status == 200
        ? look(watched, node, now, deadline)
        : reply.silence();
  }

  /// Judges a conversation by what it said of itself.
  ///
  /// @param node what it said
  /// @param now when it was asked
  OfLook look(Watched watched, JsonNode node, Instant now, Deadline deadline) {
    ConversationInfo info = ConversationInfo.of(node);
    if (info == null) {
      return new BackendSilent(Reason.BACKEND_BAD_ANSWER, null);
    }
    if (info.status().equals("deleting")) {
      return new ConversationMissing();
    }
    Cursor cursor = Cursor.parse(watched.cursor());
    Reading reading = new Reading(cursor);
    Extent extent =
        unread(info, cursor, reading) ? pages.read(id(watched), reading, deadline) : Extent.WHOLE;
    return switch (extent) {
      case MISSING -> new ConversationMissing();
      case WHOLE -> judged(new Seen(info, cursor, reading, true, now), deadline);
      case PART -> judged(new Seen(info, cursor, reading, false, now), deadline);
    };
  }

  static UUID id(Watched watched) {
    return UUID.fromString(watched.conversation().id());
  }

  /// A server says `error` a moment before it says why.
  private static boolean unread(ConversationInfo info, Cursor cursor, Reading reading) {
    boolean unexplained = info.status().equals("error") && reading.error() == null;
    return !info.print().equals(cursor.seen()) || !reading.moved() || unexplained;
  }

  private record Seen(
      ConversationInfo info, Cursor before, Reading reading, boolean whole, Instant at) {

    boolean news() {
      String seen = before.seen();
      String print =
          seen != null && seen.startsWith(UNREAD) ? seen.substring(UNREAD.length()) : seen;
      return reading.fresh() > 0 || !info.print().equals(print);
    }

    Cursor cursor(AgentStatus status) {
      Instant workedAt = info.status().equals("running") ? workedAt() : before.workedAt();
      return reading.cursor(
          whole && !reading.setGoing() ? info.print() : UNREAD + info.print(),
          atRest(status) ? null : workedAt);
    }

    /// Whoever sends a message notes the time as one at which the agent was set to work.
    boolean late() {
      Instant known = before.workedAt();
      return known != null && known.plus(LATE).isBefore(at);
    }

    /// A new time is a change of the run, which is stored by itself: quiet looks shall have none.
    private Instant workedAt() {
      Instant known = before.workedAt();
      return known == null || known.plus(REMEMBERED).isBefore(at) ? at : known;
    }
  }

  private OfLook judged(Seen seen, Deadline deadline) {
    Asked<AgentStatus> status =
        statuses.of(
            seen.info().status(),
            seen.reading(),
            seen.whole(),
            seen.late(),
            seen.before().workedAt(),
            deadline);
    return switch (status) {
      case Silent<AgentStatus>(var evidence) -> evidence;
      case Got<AgentStatus>(AgentStatus judged) ->
          new AgentSeen(shown(seen, judged, probe.version(deadline)));
    };
  }

  private static AgentLook shown(Seen seen, AgentStatus status, @Nullable String version) {
    Reading reading = seen.reading();
    return new AgentLook(
        status,
        seen.news(),
        reading.tasks(),
        reading.iterations(),
        seen.info().maxIterations(),
        seen.info().usage(),
        reading.lastWords(status),
        reading.links(),
        reading.userMessages(),
        version,
        seen.cursor(status).toString());
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
}
