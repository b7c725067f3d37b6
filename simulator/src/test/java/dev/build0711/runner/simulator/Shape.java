package dev.build0711.runner.simulator;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeType;

/// The paths of all fields of a JSON value, such as
/// `items[].observation:TerminalObservation.is_error`. Objects that tell their kind, or which
/// action or observation they are, are told apart by it.
public final class Shape {

  private final Map<String, Set<JsonNodeType>> types = new TreeMap<>();

  public static Set<String> of(JsonNode value) {
    return types(value).keySet();
  }

  /// The same with the types of what stands there, which are none where all is null.
  public static Map<String, Set<JsonNodeType>> types(JsonNode value) {
    Shape shape = new Shape();
    shape.walk("", value);
    return shape.types;
  }

  private void walk(String path, JsonNode value) {
    if (value.isArray()) {
      value.forEach(item -> walk(path + "[]", item));
      return;
    }
    if (!value.isObject()) {
      return;
    }
    String kind = kind(value);
    String typed = kind.isEmpty() ? path : path + ":" + kind + discriminator(value);
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      add(typed + "." + field.getKey(), field.getValue().getNodeType());
      if (isFixed(field.getKey())) {
        walk(typed + "." + field.getKey(), field.getValue());
      }
    }
  }

  private void add(String path, JsonNodeType type) {
    Set<JsonNodeType> known = types.computeIfAbsent(path, _ -> EnumSet.noneOf(JsonNodeType.class));
    if (type != JsonNodeType.NULL) {
      known.add(type);
    }
  }

  private static String kind(JsonNode value) {
    return value.path("kind").asString("")
        + value.path("action").asString("")
        + value.path("observation").asString("");
  }

  private static String discriminator(JsonNode value) {
    return value.path("key").asString("") + value.path("source").asString("");
  }

  /// Whether the names below a field are the server's own: not those of a caller's tags, tools or
  /// hosts, nor those of a refusal's context.
  private static boolean isFixed(String field) {
    return !Set.of(
            "tags",
            "tool_module_qualnames",
            "agent",
            "ctx",
            "input",
            "metadata",
            "hosts",
            "runtime_hosts")
        .contains(field);
  }
}
