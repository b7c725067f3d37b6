package dev.build0711.runner.simulator.appserver;

import dev.build0711.runner.simulator.appserver.Wire.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// Asks the simulator what a real server was asked. Where that was asked again and again until
/// something had changed, time goes on until it has changed here too.
final class Replay {

  private static final Duration MOMENT = Duration.ofMillis(20);
  private static final int MOST_MOMENTS = 5000;
  private static final String RECORDED_KEY = "test-key";

  private final Wire wire;
  private final String name;
  private final Map<String, String> names = new LinkedHashMap<>();
  private final Map<String, String> keys = new HashMap<>(Map.of(RECORDED_KEY, Wire.KEY));
  private boolean restarted;

  Replay(Release release, String name) {
    this.name = name;
    this.wire =
        new Wire(
            AppOptions.defaults()
                .withRelease(release)
                .withStartup(Duration.ofSeconds(13))
                .withEventLag(Duration.ofSeconds(30))
                .withMaxSandboxes(20)
                .withWebPages(name.equals("web-pages")));
  }

  /// The answer to the same request.
  Answer ask(JsonNode exchange) {
    JsonNode recorded = exchange.path("response").path("body");
    if (isAfterTheRestart(recorded)) {
      wire.clock.advance(Duration.ofSeconds(3));
      wire.world.restart();
      restarted = true;
    }
    Answer answer = send(exchange.path("request"));
    if (exchange.path("request").path("method").asString("").equals("GET")) {
      for (int i = 0; !hasCome(recorded, answer.body()); i++) {
        if (i == MOST_MOMENTS) {
          throw new AssertionError("never came to " + recorded + " but is " + answer.body());
        }
        wire.clock.advance(MOMENT);
        answer = send(exchange.path("request"));
      }
    }
    learn(recorded, answer.body());
    return answer;
  }

  private boolean isAfterTheRestart(JsonNode recorded) {
    return !restarted
        && name.matches("killed|terminated")
        && recorded.path(0).path("sandbox_status").asString("").equals("MISSING");
  }

  private Answer send(JsonNode request) {
    Map<String, String> headers = new HashMap<>();
    for (Map.Entry<String, JsonNode> header : request.path("headers").properties()) {
      String value = header.getValue().asString("");
      headers.put(header.getKey(), keys.getOrDefault(value, value));
    }
    JsonNode body = request.path("body");
    return wire.send(
        request.path("method").asString(""),
        ours(request.path("path").asString("")),
        body.isMissingNode() || body.isNull() ? "" : prompt(ours(text(body))),
        headers);
  }

  private static String text(JsonNode body) {
    return body.isString() ? body.asString("") : body.toString();
  }

  private String ours(String text) {
    String mine = text;
    for (Map.Entry<String, String> known : names.entrySet()) {
      mine = mine.replace(known.getKey(), known.getValue());
    }
    return mine;
  }

  /// The scripted model's failures are scenarios of the simulator, and so is what was broken on
  /// purpose for a case.
  private String prompt(String body) {
    String mine = body.replace("llm-401", "error");
    return switch (name) {
      case "start-error" ->
          mine.replace("[[scenario: text]]", "[[scenario: start-error at=WORKING detail=500]]");
      case "bad-requests" -> mine.replace("acme/widgets", "acme/no-such-widgets");
      default -> mine;
    };
  }

  /// Whether an answer tells the same state as the recorded one.
  private static boolean hasCome(JsonNode recorded, JsonNode answer) {
    JsonNode theirs = recorded.path(0);
    JsonNode ours = answer.path(0);
    return same("status", theirs, ours)
        && same("sandbox_status", theirs, ours)
        && same("execution_status", theirs, ours)
        && (!recorded.has("items")
            || recorded.path("items").isEmpty() == answer.path("items").isEmpty());
  }

  private static boolean same(String field, JsonNode theirs, JsonNode ours) {
    return !theirs.has(field) || theirs.path(field).equals(ours.path(field));
  }

  /// From now on a recorded id stands for the one that the simulator has given instead.
  private void learn(JsonNode recorded, JsonNode answer) {
    JsonNode theirs = recorded.isArray() ? recorded.path(0) : recorded;
    JsonNode ours = answer.isArray() ? answer.path(0) : answer;
    if (theirs.has("items")) {
      JsonNode newest = theirs.path("items").path(0).path("timestamp");
      if (newest.isString()) {
        names.put(encoded(newest), encoded(ours.path("items").path(0).path("timestamp")));
      }
      return;
    }
    for (String field : new String[] {"id", "app_conversation_id", "sandbox_id"}) {
      replace(theirs.path(field), ours.path(field));
    }
    replace(theirs.path("agent_server_url"), ours.path("agent_server_url"));
    if (ours.path("session_api_key").isString()) {
      keys.put(
          theirs.path("session_api_key").asString(""), ours.path("session_api_key").asString(""));
    }
  }

  private static String encoded(JsonNode text) {
    return URLEncoder.encode(text.asString(""), StandardCharsets.UTF_8);
  }

  private void replace(JsonNode theirs, JsonNode ours) {
    if (theirs.isString() && ours.isString()) {
      names.put(theirs.asString(""), ours.asString(""));
    }
  }
}
