package dev.build0711.runner.simulator.appserver;

import dev.build0711.runner.simulator.web.Refusal;
import dev.build0711.runner.simulator.web.Reply;
import dev.build0711.runner.simulator.web.Request;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Paging as the app server does it: `page_id` is the number of the page's first item.
///
/// @param render tells how an item is shown
record OffsetPage<T>(Function<T, ? extends JsonNode> render) {

  private static final int LARGEST = 100;

  /// The page of `items` that the request asks for.
  Reply.Answer of(Request request, List<T> items) {
    int limit = request.limit(LARGEST);
    int from = Math.min(request.param("page_id").map(OffsetPage::offset).orElse(0), items.size());
    int to = Math.min(from + limit, items.size());
    ObjectNode body = Refusal.object();
    body.putArray("items").addAll(items.subList(from, to).stream().map(this::shown).toList());
    body.put("next_page_id", to < items.size() ? String.valueOf(to) : null);
    return Reply.json(200, body);
  }

  private JsonNode shown(T item) {
    return Objects.requireNonNull(render.apply(item));
  }

  private static int offset(String page) {
    if (!page.matches("\\d{1,9}")) {
      throw AppServer.broken();
    }
    return Integer.parseInt(page);
  }
}
