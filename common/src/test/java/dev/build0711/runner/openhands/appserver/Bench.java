package dev.build0711.runner.openhands.appserver;

import dev.build0711.runner.exchange.Exchanges;
import dev.build0711.runner.exchange.ScriptedServer;
import dev.build0711.runner.exchange.ScriptedServer.Answer;
import dev.build0711.runner.exchange.ScriptedServer.Asked;
import dev.build0711.runner.openhands.SessionKey;
import dev.build0711.runner.port.AgentBackend.Order;
import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.GitProvider;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.run.RunId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;

/// A scripted app server and a backend that talks to it, with a clock that the test moves.
final class Bench implements AutoCloseable {

  static final Duration LIMIT = Duration.ofSeconds(10);
  static final RunId RUN = RunId.parse("run_01jxt21q00f9k8z8zhwrb15266");
  static final String ID = RUN.value().toString();
  static final String TASK = "5e7d1b2c9a30446fb1c8d2e3f4a5b6c7";
  static final String START = "/api/v1/app-conversations";
  static final String TASKS = START + "/start-tasks";
  static final String SANDBOXES = "/api/v1/sandboxes";
  static final Repository WIDGETS =
      new Repository(GitProvider.GITHUB, "git.example.com", "acme/widgets", null);

  private static final String MODERN = "/api/v1/conversation/{conversation_id}/events/search";
  private static final String EARLY = "/api/v1/events/search";

  final ScriptedServer server = new ScriptedServer();
  private final Exchanges exchanges = new Exchanges();
  private volatile Instant now = Instant.parse("2026-11-22T06:00:00Z");
  private final InstantSource clock = () -> now;

  Bench() {
    is("1.11.0");
    server
        .on("GET", START + "?ids=", asked -> Answer.json(200, unknown(asked)))
        .on("GET", TASKS + "?ids=", asked -> Answer.json(200, unknown(asked)))
        .on("GET", TASKS + "/search", 200, page(""))
        .on("GET", START + "/search", 200, page(""))
        .on("GET", SANDBOXES + "/search", 200, page(""));
  }

  /// A null for every id that is asked for.
  private static String unknown(Asked asked) {
    int ids = asked.path().split("ids=", -1).length - 1;
    return Collections.nCopies(ids, "null").toString();
  }

  static String page(String items) {
    return "{\"items\":[" + items + "],\"next_page_id\":null}";
  }

  /// What the server says of itself from now on.
  void is(String version) {
    boolean first =
        version.startsWith("0.") || version.startsWith("1.1.") || version.startsWith("1.0");
    boolean seventh = version.equals("1.11.0");
    server.on(
        "GET",
        "/openapi.json",
        200,
        """
        {"info":{"title":"OpenHands","version":"%s"},"paths":{"%s":{},"%s":{}%s}}\
        """
            .formatted(
                version,
                START,
                first ? EARLY : MODERN,
                seventh ? ",\"" + START + "/{conversation_id}/send-message\":{}" : ""));
  }

  void pass(Duration time) {
    now = now.plus(time);
  }

  AppServerBackend backend() {
    return backend(() -> "key-of-lisbon");
  }

  AppServerBackend backend(SessionKey key) {
    return new AppServerBackend(
        new AppServerSettings("lisbon", server.base(), key, 2),
        exchanges,
        clock,
        time -> {
          pass(time);
          return true;
        });
  }

  static Order order(AgentOptions options, int attempt) {
    return new Order(RUN, "Paint the shed. " + RUN, WIDGETS, "main", options, attempt);
  }

  static Order order() {
    return order(AgentOptions.NONE, 1);
  }

  static Conversation conversation(String id) {
    return new Conversation("lisbon", Dialect.APP_V1, "1.11.0", id);
  }

  static String task(String status, String conversation) {
    return """
    {"id":"%s","status":"%s","detail":null,"app_conversation_id":%s,"sandbox_id":"sb-7",
     "request":{"conversation_id":"%s","initial_message":{"role":"user","content":
     [{"type":"text","text":"Paint the shed. %s"}]}},"created_at":"2026-11-22T06:00:01.25"}\
    """
        .formatted(
            TASK,
            status,
            status.equals("READY") ? '"' + conversation + '"' : "null",
            conversation.replace("-", ""),
            RUN);
  }

  @Override
  public void close() {
    exchanges.close();
    server.close();
  }
}
