package dev.build0711.runner.simulator.agentserver;

import dev.build0711.runner.simulator.web.Reply;
import dev.build0711.runner.simulator.web.Request;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Paging as the agent-server does it: `page_id` names the first item of the page, and one that is
/// not there means the beginning.
///
/// @param id tells an item's `page_id`
/// @param render tells how an item is shown
record Page<T>(Function<T, String> id, Function<T, JsonNode> render) {

  private static final int LARGEST = 100;

  /// The page of `items` that the request asks for.
  Reply.Answer of(Request request, List<T> items) {
    int limit = request.limit(LARGEST);
    int from = request.param("page_id").map(page -> indexOf(items, page)).orElse(0);
    int to = Math.min(from + limit, items.size());
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.putArray("items").addAll(items.subList(from, to).stream().map(render).toList());
    body.put("next_page_id", to < items.size() ? id.apply(items.get(to)) : null);
    return Reply.json(200, body);
  }

  private int indexOf(List<T> items, String page) {
    for (int i = 0; i < items.size(); i++) {
      if (id.apply(items.get(i)).equals(page)) {
        return i;
      }
    }
    return 0;
  }
}
