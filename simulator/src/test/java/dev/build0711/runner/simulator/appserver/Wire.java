package dev.build0711.runner.simulator.appserver;

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
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.StringNode;

/// A V1 server without a socket, by a clock that stands still: an answer that is held back moves it
/// on.
final class Wire {

  static final String KEY = "key-of-lisbon";
  static final String HOST = "lisbon.example";
  static final String START = "/api/v1/app-conversations";

  final VirtualClock clock = new VirtualClock();
  final World world =
      new World(clock, 1, Duration.ofSeconds(2), Duration.ofSeconds(1), 100_000, 100_000);
  private final AppServer server;

  Wire(AppOptions options) {
    this(options, KEY);
  }

  Wire(AppOptions options, @Nullable String key) {
    server = new AppServer(world, key, options);
  }

  /// @param body as JSON, or a text where it is none
  record Answer(int status, String mediaType, JsonNode body, Map<String, String> headers) {

    String text(String field) {
      return body.path(field).asString("");
    }

    String detail() {
      return text("detail");
    }
  }

  Answer get(String path) {
    return send("GET", path, "");
  }

  Answer post(String path, String body) {
    return send("POST", path, body);
  }

  Answer send(String method, String path, String body) {
    return send(method, path, body, Map.of("X-Session-API-Key", KEY));
  }

  Answer send(String method, String path, String body, Map<String, String> headers) {
    return reply(method, path, body, headers)
        .map(this::read)
        .orElseThrow(() -> new AssertionError("hung up on " + path));
  }

  boolean hangsUp(String method, String path) {
    return reply(method, path, "", Map.of("X-Session-API-Key", KEY)).isEmpty();
  }

  private Optional<Reply.Answer> reply(
      String method, String path, String body, Map<String, String> headers) {
    Map<String, String> lower = new HashMap<>(Map.of("host", HOST));
    headers.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    URI target = URI.create(path.replaceFirst("^http://" + HOST, ""));
    return switch (server.answer(new Request(method, target, lower, bytes))) {
      case Reply.Answer answer -> Optional.of(answer);
      case Reply.HangUp(), Reply.Cut _, Reply.Trickle _ -> Optional.empty();
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
    return new Answer(answer.status(), answer.mediaType(), body, answer.headers());
  }
}
