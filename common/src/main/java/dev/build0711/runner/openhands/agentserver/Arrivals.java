package dev.build0711.runner.openhands.agentserver;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.openhands.Api;
import dev.build0711.runner.openhands.Asked;
import dev.build0711.runner.openhands.Asked.Got;
import dev.build0711.runner.openhands.Asked.Silent;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Searches a conversation for a text that was sent and may have arrived: as a message, or as the
/// reason why an action was refused.
final class Arrivals {

  /// So many pages are searched at most, the newest first.
  private static final int MAX_PAGES = 10;

  private static final String MESSAGES = "source=user";

  /// Short names of kinds are not understood before 1.56.
  private static final String REFUSALS =
      "kind=openhands.sdk.event.llm_convertible.observation.UserRejectObservation";

  private final Api api;

  Arrivals(Api api) {
    this.api = api;
  }

  /// What a conversation holds.
  ///
  /// @param texts how many messages and refusals have exactly the text
  /// @param messages how many messages of a user there are
  record Found(int texts, int messages) {

    private static final Found NOTHING = new Found(0, 0);

    private Found with(JsonNode event, String text) {
      return switch (event.path("kind").stringValue("")) {
        case "MessageEvent" -> new Found(texts + (text.equals(text(event)) ? 1 : 0), messages + 1);
        case "UserRejectObservation" ->
            text.equals(event.path("rejection_reason").stringValue(""))
                ? new Found(texts + 1, messages)
                : this;
        default -> this;
      };
    }

    private static String text(JsonNode event) {
      return event
          .path("llm_message")
          .path("content")
          .valueStream()
          .map(part -> part.path("text").stringValue(""))
          .collect(Collectors.joining());
    }
  }

  Asked<Found> of(UUID id, String text, Deadline deadline) {
    return switch (count(id, MESSAGES, text, Found.NOTHING, deadline)) {
      case Silent<Found> silent -> silent;
      case Got<Found>(Found found) -> count(id, REFUSALS, text, found, deadline);
    };
  }

  private Asked<Found> count(UUID id, String which, String text, Found before, Deadline deadline) {
    Found found = before;
    String from = null;
    for (int page = 0; page < MAX_PAGES; page++) {
      Reply reply = api.get(path(id, which, from), deadline);
      JsonNode body = reply.listing("items");
      if (body == null) {
        return new Silent<>(reply.silence());
      }
      for (JsonNode event : body.path("items")) {
        found = found.with(event, text);
      }
      String next = body.path("next_page_id").stringValue("");
      if (next.isEmpty() || next.equals(from)) {
        break;
      }
      from = next;
    }
    return new Got<>(found);
  }

  private static String path(UUID id, String which, @Nullable String from) {
    String first =
        Api.conversation(id)
            + "/events/search?limit="
            + EventPages.PAGE
            + "&sort_order=TIMESTAMP_DESC&"
            + which;
    return from == null ? first : first + "&page_id=" + Api.quoted(from);
  }
}
