package dev.build0711.runner.openhands.appserver;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a real app server answered in one case: the states of tasks and of the conversation, and
/// its events, in the order in which they were asked for.
record Recording(String version, List<JsonNode> exchanges) {

  static Recording of(String version, String name) {
    String resource = "/recordings/app-v1/" + version + "/" + name + ".json";
    try (InputStream in = Recording.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalArgumentException("no recording " + resource);
      }
      return new Recording(
          version, new JsonMapper().readTree(in).path("exchanges").valueStream().toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<JsonNode> bodies(String path) {
    return exchanges.stream()
        .filter(exchange -> exchange.path("path").asString().contains(path))
        .map(exchange -> exchange.path("body"))
        .toList();
  }

  /// The states of the task that started the conversation.
  List<JsonNode> tasks() {
    return bodies("/start-tasks?").stream().map(body -> body.path(0)).toList();
  }

  /// The states of the conversation.
  List<JsonNode> states() {
    return bodies("/app-conversations?").stream().map(body -> body.path(0)).toList();
  }

  /// The states of the conversation that say `status`.
  List<JsonNode> states(String status) {
    return states().stream()
        .filter(body -> body.path("execution_status").asString("null").equals(status))
        .toList();
  }

  /// The events as they were when they were first read, late ones missing.
  List<JsonNode> early() {
    return bodies("/events/search").getFirst().path("items").valueStream().toList();
  }

  /// The events when all had come.
  List<JsonNode> events() {
    return bodies("/events/search").getLast().path("items").valueStream().toList();
  }
}
