package dev.build0711.runner.simulator.appserver;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a real V1 server was asked and answered in one case.
record Recording(JsonNode observed, List<JsonNode> exchanges) {

  static Recording of(Release release, String name) {
    String file = "recordings/" + release.version() + "/" + name + ".json";
    try (InputStream in = Recording.class.getResourceAsStream(file)) {
      JsonNode root = new JsonMapper().readTree(in);
      return new Recording(root.path("observed"), root.path("exchanges").valueStream().toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The order of events under one of the names in `observed`, without what the usage was: those
  /// come a little earlier or later each time.
  List<String> order(String name) {
    return observed
        .path(name)
        .valueStream()
        .map(label -> label.asString(""))
        .filter(label -> !label.endsWith(" stats"))
        .toList();
  }

  /// The same, of a page of events.
  static List<String> order(JsonNode page) {
    return page.path("items")
        .valueStream()
        .map(Recording::label)
        .filter(label -> !label.endsWith(" stats"))
        .toList();
  }

  private static String label(JsonNode event) {
    String kind = event.path("kind").asString("");
    String more =
        switch (kind) {
          case "MessageEvent", "SystemPromptEvent", "StreamingDeltaEvent", "PauseEvent" ->
              event.path("source").asString("");
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
