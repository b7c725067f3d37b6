package dev.build0711.runner.simulator;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Where an agent-server pushes to, with the real one's defaults.
///
/// @param base what `/conversations` and `/events/<id>` are put behind
/// @param headers what is sent beside the server's own key
/// @param bufferSize so many events of a conversation are sent as soon as they are there
/// @param flushDelay after so long fewer are sent too
/// @param retryDelay after so long what was not taken is sent again
/// @param queueSize how many events of a conversation are kept at most until they are taken
record WebhookTarget(
    URI base,
    Map<String, String> headers,
    int bufferSize,
    Duration flushDelay,
    Duration retryDelay,
    int queueSize) {

  private static final JsonMapper JSON = new JsonMapper();

  WebhookTarget {
    headers = Map.copyOf(headers);
  }

  /// Reads `{"base_url": …, "headers": {…}, "event_buffer_size": 5, "flush_delay": 30,
  /// "retry_delay": 5, "max_queue_size": 1000}`.
  ///
  /// @throws IllegalArgumentException if it is nothing of the kind
  static WebhookTarget read(String text) {
    JsonNode json = parsed(text);
    Map<String, String> headers = new HashMap<>();
    json.path("headers")
        .properties()
        .forEach(header -> headers.put(header.getKey(), header.getValue().asString("")));
    String base = json.path("base_url").asString("");
    if (!base.startsWith("http://") && !base.startsWith("https://")) {
      throw new IllegalArgumentException("no \"base_url\"");
    }
    return new WebhookTarget(
        URI.create(base.replaceFirst("/+$", "")),
        headers,
        Math.max(1, json.path("event_buffer_size").asInt(5)),
        seconds(json, "flush_delay", 30),
        seconds(json, "retry_delay", 5),
        Math.max(1, json.path("max_queue_size").asInt(1000)));
  }

  private static JsonNode parsed(String text) {
    try {
      return JSON.readTree(text);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("not JSON", e);
    }
  }

  private static Duration seconds(JsonNode json, String field, double otherwise) {
    double seconds = Math.clamp(json.path(field).asDouble(otherwise), 0, 86_400);
    return Duration.ofMillis(Math.round(seconds * 1000));
  }
}
