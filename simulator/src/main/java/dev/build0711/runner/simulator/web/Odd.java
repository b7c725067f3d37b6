package dev.build0711.runner.simulator.web;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a server from the future would tell: fields, kinds of events and values that nobody knows
/// yet.
///
/// @param what `fields`, `kinds`, `values`, `all`, or empty for nothing
public record Odd(String what) {

  private static final List<String> TASK_LISTS =
      List.of(
          "/observation/task_list", "/action/task_list", "/args/task_list", "/extras/task_list");

  /// An event as it is told. Those about usage, or what was recalled, are of a kind that nobody
  /// knows.
  public ObjectNode event(ObjectNode event) {
    if (has("kinds") && event.path("key").asString("").equals("stats")) {
      event.put("kind", "ForesightEvent").put("horizon", 3).remove("key");
    }
    if (has("kinds") && event.path("observation").asString("").equals("recall")) {
      event.put("observation", "foresight");
    }
    if (has("values")) {
      ponder(event, "value");
      ponder(event.path("extras"), "agent_state");
      TASK_LISTS.forEach(list ->
          event.at(list).forEach(task -> replace(task, "status", "in_progress", "under_review")));
    }
    return fields(event);
  }

  /// A conversation as it is told.
  public ObjectNode conversation(ObjectNode info) {
    if (has("values")) {
      ponder(info, "execution_status");
    }
    return fields(info);
  }

  private ObjectNode fields(ObjectNode object) {
    if (has("fields")) {
      object.put("mood", "cheerful").putObject("provenance").put("depth", 7).putArray("trail");
    }
    return object;
  }

  /// Who runs ponders.
  private static void ponder(JsonNode in, String field) {
    replace(in, field, "running", "pondering");
  }

  private static void replace(JsonNode in, String field, String known, String unknown) {
    if (in instanceof ObjectNode object && object.path(field).asString("").equals(known)) {
      object.put(field, unknown);
    }
  }

  private boolean has(String kind) {
    return what.equals(kind) || what.equals("all");
  }
}
