package dev.build0711.runner.openhands.appserver;

import dev.build0711.runner.exchange.ScriptedServer;
import dev.build0711.runner.exchange.ScriptedServer.Answer;
import dev.build0711.runner.exchange.ScriptedServer.Asked;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A conversation on a scripted app server, in pages as small as the test wants. The address of its
/// agent-server leads elsewhere.
final class FakeConversation {

  static final String SANDBOX_URL = "http://sandbox.invalid:8000/api/conversations/";

  private final String id;
  private final boolean early;
  private volatile JsonNode state;
  private volatile List<JsonNode> events;
  volatile int pageSize = 100;

  FakeConversation(ScriptedServer server, boolean early, JsonNode state, List<JsonNode> events) {
    this.id = state.path("id").asString();
    this.early = early;
    this.state = state;
    this.events = events;
    server
        .on("GET", Bench.START + "?ids=" + id, _ -> Answer.json(200, "[" + shown() + "]"))
        .on(
            "GET",
            early ? "/api/v1/events/search" : "/api/v1/conversation/" + id + "/events/search",
            this::page);
  }

  /// A conversation of one's own making.
  static ObjectNode state(String id, String sandbox, @Nullable String word) {
    ObjectNode state = JsonNodeFactory.instance.objectNode();
    state.put("id", id.replace("-", ""));
    state.put("sandbox_id", "sb-7");
    state.put("sandbox_status", sandbox);
    state.put("execution_status", word);
    return state;
  }

  static JsonNode event(String json) {
    return new JsonMapper().readTree(json);
  }

  String id() {
    return id;
  }

  void now(JsonNode nextState, List<JsonNode> nextEvents) {
    state = nextState;
    events = nextEvents;
  }

  private String shown() {
    ObjectNode shown = ((ObjectNode) state).deepCopy();
    if (!shown.has("conversation_url")
        || shown.path("conversation_url").asString("").contains("//localhost:")) {
      shown.put("conversation_url", SANDBOX_URL + id);
    }
    return shown.toString();
  }

  private Answer page(Asked asked) {
    int from = from(asked.path().replaceFirst(".*page_id=", "page_id="));
    List<JsonNode> all = events;
    int to = Math.min(all.size(), from + pageSize);
    ObjectNode page = JsonNodeFactory.instance.objectNode();
    ArrayNode items = page.putArray("items");
    all.subList(Math.min(from, to), to).forEach(items::add);
    page.put("next_page_id", to < all.size() ? (early ? file(all.get(to)) : "" + to) : null);
    return Answer.json(200, page.toString());
  }

  private int from(String query) {
    if (!query.startsWith("page_id=")) {
      return 0;
    }
    String page = query.substring("page_id=".length());
    if (!early) {
      return Integer.parseInt(page);
    }
    for (int i = 0; i < events.size(); i++) {
      if (file(events.get(i)).equals(page)) {
        return i + 1;
      }
    }
    return 0;
  }

  private static String file(JsonNode event) {
    return event.path("timestamp").asString().replaceAll("\\D", "").substring(0, 14)
        + "_"
        + event.path("kind").asString()
        + "_"
        + event.path("id").asString().replace("-", "");
  }
}
