package dev.build0711.runner.openhands.agentserver;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.openhands.Api;
import dev.build0711.runner.openhands.events.Reading;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads the events of a conversation, from the newest that is known on.
final class EventPages {

  /// More than this many in one page are refused.
  static final int PAGE = 100;

  /// So many pages are read at once at most; the next reading goes on there.
  private static final int MAX_PAGES = 10;

  private final Api api;

  EventPages(Api api) {
    this.api = api;
  }

  /// How far a reading came.
  enum Extent {
    /// To the newest event.
    WHOLE,
    /// Not to the end, perhaps not even to the first event that is new.
    PART,
    /// The server does not know the conversation.
    MISSING
  }

  /// Reads on where `reading` ends.
  Extent read(UUID id, Reading reading, Deadline deadline) {
    for (int page = 0; page < MAX_PAGES; page++) {
      Reply reply = api.get(path(id, reading.last()), deadline);
      if (reply.is(404)) {
        return Extent.MISSING;
      }
      JsonNode body = reply.listing("items");
      if (body == null) {
        return Extent.PART;
      }
      String before = reading.last();
      reading.page(body.path("items"));
      if (!body.path("next_page_id").isString() || Objects.equals(before, reading.last())) {
        return Extent.WHOLE;
      }
    }
    return Extent.PART;
  }

  private static String path(UUID id, @Nullable String last) {
    String first = Api.conversation(id) + "/events/search?limit=" + PAGE;
    return last == null ? first : first + "&page_id=" + Api.quoted(last);
  }
}
