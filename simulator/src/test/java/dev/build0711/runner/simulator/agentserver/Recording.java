package dev.build0711.runner.simulator.agentserver;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the real agent-server 1.58.0 was asked and answered in one case.
record Recording(JsonNode observed, List<JsonNode> exchanges) {

  static Recording of(String name) {
    String file = "/dev/build0711/runner/simulator/recordings/" + name + ".json";
    try (InputStream in = Recording.class.getResourceAsStream(file)) {
      JsonNode root = new JsonMapper().readTree(in);
      return new Recording(root.path("observed"), list(root.path("exchanges")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The order of events under one of the names in `observed`, without what the usage was: those
  /// come a little earlier or later each time.
  List<String> order(String name) {
    return list(observed.path(name)).stream()
        .map(label -> label.asString(""))
        .filter(label -> !label.endsWith(" stats"))
        .toList();
  }

  /// The same, of a page of events.
  static List<String> order(JsonNode page) {
    return list(page.path("items")).stream()
        .map(Recording::label)
        .filter(label -> !label.endsWith(" stats"))
        .toList();
  }

  static List<JsonNode> list(JsonNode array) {
    return new ArrayList<>(StreamSupport.stream(array.spliterator(), false).toList());
  }

  private static String label(JsonNode event) {
    String kind = event.path("kind").asString("");
    String more =
        switch (kind) {
          case "MessageEvent" -> event.path("source").asString("");
          case "ConversationStateUpdateEvent" -> update(event);
          case "ConversationErrorEvent" -> event.path("code").asString("");
          default -> event.path("tool_name").asString("");
        };
    return (kind + " " + more).strip();
  }

  private static String update(JsonNode event) {
    String key = event.path("key").asString("");
    return key.equals("execution_status") ? key + "=" + event.path("value").asString("") : key;
  }
}
