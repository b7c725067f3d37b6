package dev.build0711.runner.openhands.agentserver;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a real agent-server answered in one case: the conversation's states and its events, in the
/// order in which they were asked for.
record Recording(List<JsonNode> exchanges) {

  static Recording of(String version, String name) {
    String resource = "/recordings/agent-server/" + version + "/" + name + ".json";
    try (InputStream in = Recording.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalArgumentException("no recording " + resource);
      }
      return new Recording(new JsonMapper().readTree(in).path("exchanges").valueStream().toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  UUID id() {
    String path = exchanges.getFirst().path("path").asString();
    int begin = "/api/conversations/".length();
    return UUID.fromString(path.substring(begin, begin + 36));
  }

  /// The states of the conversation.
  List<JsonNode> states() {
    return exchanges.stream()
        .map(exchange -> exchange.path("body"))
        .filter(body -> body.has("execution_status"))
        .toList();
  }

  /// The states of the conversation that say `status`.
  List<JsonNode> states(String status) {
    return states().stream()
        .filter(body -> body.path("execution_status").asString().equals(status))
        .toList();
  }

  /// The events as they were when they were read for the `number`th time, from 0.
  List<JsonNode> events(int number) {
    return exchanges.stream()
        .map(exchange -> exchange.path("body").path("items"))
        .filter(JsonNode::isArray)
        .toList()
        .get(number)
        .valueStream()
        .toList();
  }
}
