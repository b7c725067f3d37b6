package dev.build0711.runner.simulator.web;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The body of a request as a JSON object, read with the server's own complaints.
public final class Body {

  private static final JsonMapper JSON = new JsonMapper();

  private final ObjectNode root;

  private Body(ObjectNode root) {
    this.root = root;
  }

  /// Reads the body of a request.
  ///
  /// @throws Refusal if it is no JSON object
  public static Body of(Request request) {
    JsonNode empty = JsonNodeFactory.instance.objectNode();
    try {
      if (JSON.readTree(request.body(StandardCharsets.UTF_8)) instanceof ObjectNode root) {
        return new Body(root);
      }
    } catch (JacksonException e) {
      throw Refusal.invalid(
          "json_invalid",
          "body." + Math.max(0, e.getLocation().getCharOffset()),
          "JSON decode error",
          empty,
          Refusal.object().put("error", "Expecting value"));
    }
    throw Refusal.invalid("model_attributes_type", "body", "Input should be an object", empty);
  }

  /// What stands there, a missing node where nothing does.
  public JsonNode at(String field) {
    return root.path(field);
  }

  /// All of it.
  public ObjectNode root() {
    return root;
  }

  /// Whether there is anything but null.
  public boolean has(String field) {
    return root.hasNonNull(field);
  }

  /// A text that must be there.
  public String text(String field) {
    if (!root.path(field).isString()) {
      throw Refusal.missing("body." + field);
    }
    return root.path(field).stringValue();
  }

  /// A number, or `otherwise` where there is none.
  public int number(String field, int otherwise) {
    return root.path(field).isInt() ? root.path(field).intValue() : otherwise;
  }

  /// Whether it is true.
  public boolean flag(String field) {
    return root.path(field).isBoolean() && root.path(field).booleanValue();
  }

  /// The text parts of a message at `message`.
  public static String textOf(JsonNode message) {
    List<String> parts = new ArrayList<>();
    message.path("content").forEach(part -> parts.add(part.path("text").asString("")));
    return String.join("\n", parts);
  }
}
