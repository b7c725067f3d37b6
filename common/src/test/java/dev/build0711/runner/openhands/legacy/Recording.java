package dev.build0711.runner.openhands.legacy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a real V0 server answered in one case: the conversation, and all of its events.
record Recording(List<JsonNode> exchanges) {

  static Recording of(String name) {
    String resource = "/recordings/app-v0/0.62.0/" + name + ".json";
    try (InputStream in = Recording.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalArgumentException("no recording " + resource);
      }
      return new Recording(new JsonMapper().readTree(in).path("exchanges").valueStream().toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<JsonNode> bodies(String field) {
    return exchanges.stream()
        .map(exchange -> exchange.path("body"))
        .filter(body -> body.has(field))
        .toList();
  }

  /// What the conversation said of itself.
  List<JsonNode> states() {
    return bodies("conversation_id");
  }

  /// The pages that hold the events from the first on.
  List<JsonNode> pages() {
    return bodies("events");
  }
}
