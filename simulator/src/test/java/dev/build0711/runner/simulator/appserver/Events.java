package dev.build0711.runner.simulator.appserver;

import dev.build0711.runner.simulator.Shape;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeType;

/// All fields of all events that were recorded of a release, since the simulator's agents do other
/// things in between than the recorded ones.
final class Events {

  private static final List<String> CASES =
      List.of("finish", "text", "stuck", "llm-401", "max-iterations", "agent-pause");
  private static final List<String> EARLY_CASES = List.of("finish", "llm-401", "sandbox-pause");

  private Events() {}

  static Map<String, Set<JsonNodeType>> of(Release release) {
    Map<String, Set<JsonNodeType>> all = new TreeMap<>();
    for (String name : release == Release.V1_11 ? CASES : EARLY_CASES) {
      for (JsonNode exchange : Recording.of(release, name).exchanges()) {
        String path = exchange.path("request").path("path").asString("");
        if (path.startsWith("/api/v1/") && path.contains("/events/search")) {
          Shape.types(exchange.path("response").path("body")).forEach(all::putIfAbsent);
        }
      }
    }
    return all;
  }
}
