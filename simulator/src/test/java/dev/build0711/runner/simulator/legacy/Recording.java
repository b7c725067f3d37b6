package dev.build0711.runner.simulator.legacy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a real V0 server was asked and answered in one case.
record Recording(JsonNode observed, List<JsonNode> exchanges) {

  static Recording of(String name) {
    try (InputStream in = Recording.class.getResourceAsStream("recordings/" + name + ".json")) {
      JsonNode root = new JsonMapper().readTree(in);
      return new Recording(root.path("observed"), list(root.path("exchanges")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The order of events under one of the names in `observed`.
  List<String> order(String name) {
    return list(observed.path(name)).stream().map(label -> label.asString("")).toList();
  }

  /// The same, of a page of events.
  static List<String> order(JsonNode page) {
    return list(page.path("events")).stream().map(Recording::label).toList();
  }

  static List<JsonNode> list(JsonNode array) {
    return new ArrayList<>(StreamSupport.stream(array.spliterator(), false).toList());
  }

  private static String label(JsonNode event) {
    boolean action = event.has("action");
    String state = event.path(action ? "args" : "extras").path("agent_state").asString("");
    return String.join(
            " ",
            event.path("id").toString(),
            event.path("source").asString(""),
            action ? "action" : "observation",
            event.path(action ? "action" : "observation").asString(""),
            state)
        .strip();
  }
}
