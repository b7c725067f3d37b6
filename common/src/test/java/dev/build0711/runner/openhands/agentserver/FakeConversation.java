package dev.build0711.runner.openhands.agentserver;

import dev.build0711.runner.exchange.ScriptedServer;
import dev.build0711.runner.exchange.ScriptedServer.Answer;
import dev.build0711.runner.exchange.ScriptedServer.Asked;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// One conversation of an agent-server: answers for its state, and pages its events as the real one
/// does: from a given event on, that one included, or from the beginning where it does not know it.
final class FakeConversation {

  private final UUID id;
  private volatile JsonNode state;
  private volatile List<JsonNode> events;

  FakeConversation(ScriptedServer server, UUID id, JsonNode state, List<JsonNode> events) {
    this.id = id;
    this.state = state;
    this.events = events;
    server.on("GET", "/api/conversations/" + id, _ -> Answer.json(200, this.state.toString()));
    server.on("GET", "/api/conversations/" + id + "/events/search", this::page);
  }

  UUID id() {
    return id;
  }

  JsonNode state() {
    return state;
  }

  void now(JsonNode nextState, List<JsonNode> nextEvents) {
    state = nextState;
    events = nextEvents;
  }

  private Answer page(Asked asked) {
    int limit = Integer.parseInt(parameter(asked, "limit"));
    String from = parameter(asked, "page_id");
    List<JsonNode> matching = matching(asked);
    List<String> ids = matching.stream().map(event -> event.path("id").asString()).toList();
    int first = Math.max(0, ids.indexOf(from));
    int end = Math.min(matching.size(), first + limit);
    ObjectNode page = JsonNodeFactory.instance.objectNode();
    page.putArray("items").addAll(matching.subList(first, end));
    page.put("next_page_id", end < matching.size() ? ids.get(end) : null);
    return Answer.json(200, page.toString());
  }

  /// The events that a search is for, in the order that it wants.
  private List<JsonNode> matching(Asked asked) {
    String source = parameter(asked, "source");
    String kind = parameter(asked, "kind");
    List<JsonNode> matching =
        events.stream()
            .filter(
                event -> source.isEmpty() || source.equals(event.path("source").stringValue("")))
            .filter(
                event -> kind.isEmpty() || kind.endsWith("." + event.path("kind").stringValue("")))
            .toList();
    return parameter(asked, "sort_order").equals("TIMESTAMP_DESC") ? matching.reversed() : matching;
  }

  private static String parameter(Asked asked, String name) {
    Matcher matcher = Pattern.compile("[?&]" + name + "=([^&]*)").matcher(asked.path());
    return matcher.find() ? matcher.group(1) : "";
  }
}
