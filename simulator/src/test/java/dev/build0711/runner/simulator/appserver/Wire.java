package dev.build0711.runner.simulator.appserver;

import dev.build0711.runner.simulator.VirtualClock;
import dev.build0711.runner.simulator.scenario.World;
import dev.build0711.runner.simulator.web.Reply;
import dev.build0711.runner.simulator.web.Request;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
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

  /// The body that starts a conversation.
  ///
  /// @param more further fields of it, empty for none
  static String opening(String prompt, String more) {
    return """
    {"initial_message":{"role":"user","content":[{"type":"text","text":"%s"}],"run":true}%s}\
    """
        .formatted(prompt, more.isEmpty() ? "" : "," + more);
  }

  /// Begins to start a conversation, and tells the id of its start task.
  String begin(String prompt) {
    return post(START, opening(prompt, "")).text("id");
  }

  JsonNode task(String id) {
    return get(START + "/start-tasks?ids=" + id).body().path(0);
  }

  /// Waits for a start, and tells the id of its conversation.
  String ready(String task) {
    clock.advance(Duration.ofSeconds(1));
    return task(task).path("app_conversation_id").asString("");
  }

  /// Starts a conversation, and tells its id.
  String start(String prompt) {
    return ready(begin(prompt));
  }

  JsonNode conversation(String id) {
    return get(START + "?ids=" + id).body().path(0);
  }

  boolean hangsUp(String method, String path) {
    return reply(method, path, "", Map.of("X-Session-API-Key", KEY)).isEmpty();
  }

  /// Of ten requests without a wait, whether each was held back for `time`.
  List<Boolean> heldBack(String path, Duration time) {
    return IntStream.range(0, 10)
        .mapToObj(_ -> reply("GET", path, "", Map.of()).orElseThrow())
        .map(answer -> answer.notBefore().equals(Optional.of(clock.instant().plus(time))))
        .toList();
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
