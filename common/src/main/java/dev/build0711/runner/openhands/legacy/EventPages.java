package dev.build0711.runner.openhands.legacy;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.exchange.Reply.Answer;
import dev.build0711.runner.exchange.Reply.TooLarge;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Reason;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// Reads the events of a conversation, which are numbered. They are there also while the
/// conversation has no sandbox.
final class EventPages {

  /// More than this many in one page are refused.
  private static final int PAGE = 100;

  /// Asked for where a page is too large to be read.
  private static final int SMALL_PAGE = 5;

  /// So many pages are read at once at most; the next reading goes on there.
  static final int MAX_PAGES = 10;

  private final Calls calls;

  EventPages(Calls calls) {
    this.calls = calls;
  }

  /// How far a reading came.
  sealed interface Extent {}

  /// To the newest event, or only part of the way.
  record Read(boolean whole) implements Extent {}

  record Missing() implements Extent {}

  record Failed(BackendSilent evidence) implements Extent {}

  /// Hands on the events after `last`, in their order.
  Extent read(String id, int last, int maxPages, Consumer<JsonNode> each, Deadline deadline) {
    int newest = last;
    for (int page = 0; page < maxPages; page++) {
      Reply reply = page(id, newest + 1, deadline);
      if (reply.is(404)) {
        return new Missing();
      }
      if (!(reply instanceof Answer(int status, JsonNode body, _)) || status != 200) {
        return page == 0 ? new Failed(reply.silence()) : new Read(false);
      }
      if (!body.path("events").isArray()) {
        return new Failed(new BackendSilent(Reason.BACKEND_BAD_ANSWER, null));
      }
      body.path("events").forEach(each);
      int reached = newest(body.path("events"), newest);
      if (!body.path("has_more").asBoolean(false) || reached == newest) {
        return new Read(true);
      }
      newest = reached;
    }
    return new Read(false);
  }

  /// The first events of a conversation, among which its first message is.
  Reply first(String id, Deadline deadline) {
    return calls.get(path(id, 0, 20), deadline);
  }

  private Reply page(String id, int from, Deadline deadline) {
    Reply reply = calls.get(path(id, from, PAGE), deadline);
    return reply instanceof TooLarge ? calls.get(path(id, from, SMALL_PAGE), deadline) : reply;
  }

  private static int newest(JsonNode events, int before) {
    return events
        .valueStream()
        .mapToInt(event -> event.path("id").asInt(-1))
        .reduce(before, Math::max);
  }

  private static String path(String id, int from, int limit) {
    return Calls.path(id) + "/events?start_id=" + from + "&limit=" + limit;
  }
}
