package dev.build0711.runner.simulator.legacy;

import dev.build0711.runner.simulator.VirtualClock;
import dev.build0711.runner.simulator.scenario.World;
import dev.build0711.runner.simulator.web.Reply;
import dev.build0711.runner.simulator.web.Request;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.StringNode;

/// A V0 server without a socket, by a clock that stands still: an answer that is held back moves it
/// on.
final class Wire {

  static final String KEY = "test-key";

  final VirtualClock clock = new VirtualClock();
  final World world =
      new World(clock, 1, Duration.ofSeconds(2), Duration.ofSeconds(1), 10, 100_000);
  private final LegacyServer server;

  Wire(LegacyOptions options) {
    this(options, KEY);
  }

  Wire(LegacyOptions options, @Nullable String key) {
    server = new LegacyServer(world, key, options);
  }

  /// @param body as JSON, or a text where it is none
  record Answer(int status, JsonNode body, Map<String, String> headers) {

    String text(String field) {
      return body.path(field).asString("");
    }
  }

  Answer get(String path) {
    return send("GET", path, "", Map.of("X-Session-API-Key", KEY));
  }

  Answer post(String path, String body) {
    return send("POST", path, body, Map.of("X-Session-API-Key", KEY));
  }

  Answer send(String method, String path, String body) {
    return send(method, path, body, Map.of("X-Session-API-Key", KEY));
  }

  Answer send(String method, String path, String body, Map<String, String> headers) {
    Map<String, String> lower = new HashMap<>();
    headers.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return switch (server.answer(new Request(method, URI.create(path), lower, bytes))) {
      case Reply.Answer answer -> read(answer);
      case Reply.HangUp(), Reply.Cut _, Reply.Trickle _ ->
          throw new AssertionError("hung up on " + path);
    };
  }

  private Answer read(Reply.Answer answer) {
    answer
        .notBefore()
        .map(at -> Duration.between(clock.instant(), at))
        .filter(Duration::isPositive)
        .ifPresent(clock::advance);
    JsonNode body =
        answer.mediaType().equals("application/json")
            ? new JsonMapper().readTree(answer.body())
            : StringNode.valueOf(answer.body());
    return new Answer(answer.status(), body, answer.headers());
  }
}
