package dev.build0711.runner.openhands.agentserver;

import dev.build0711.runner.exchange.Exchanges;
import dev.build0711.runner.exchange.ScriptedServer;
import dev.build0711.runner.openhands.SessionKey;
import dev.build0711.runner.openhands.agentserver.AgentServerSettings.Llm;
import dev.build0711.runner.port.AgentBackend.Order;
import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.GitProvider;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.run.RunId;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A scripted server and a backend that talks to it, with a clock that the test moves.
final class Bench implements AutoCloseable {

  static final Duration LIMIT = Duration.ofSeconds(10);
  static final RunId RUN = RunId.parse("run_01jxt21q00f9k8z8zhwrb15266");
  static final String ID = RUN.value().toString();
  static final Conversation CONVERSATION =
      new Conversation("berlin", Dialect.AGENT_SERVER, "1.58.0", ID);
  static final String TOKEN = "ghp_7fQxNotForAnyLog";
  static final Llm ROVER = new Llm("openai/rover", "http://llm.example.com", () -> "sk-rover");
  static final Repository WIDGETS =
      new Repository(GitProvider.GITHUB, "git.example.com", "acme/widgets", null);

  final ScriptedServer server = new ScriptedServer();
  private final Exchanges exchanges = new Exchanges();
  private volatile Instant now = Instant.parse("2026-11-22T06:00:00Z");
  private final InstantSource clock = () -> now;

  Bench() {
    is("1.58.0", "idempotent_conversation_create_v1", 3600);
  }

  /// What the server says of itself from now on.
  void is(String version, String capability, int uptimeSeconds) {
    server.on(
        "GET",
        "/server_info",
        200,
        "{\"uptime\":%d.0,\"version\":\"%s\",\"capabilities\":[\"other_v1\",\"%s\"]}"
            .formatted(uptimeSeconds, version, capability));
  }

  void pass(Duration time) {
    now = now.plus(time);
  }

  AgentServerBackend backend() {
    return backend(null, ROVER, null);
  }

  AgentServerBackend backend(SessionKey key) {
    return backend(key, null, ROVER, null);
  }

  AgentServerBackend backend(@Nullable String profile, Llm llm, @Nullable String token) {
    return backend(() -> "key-of-berlin", profile, llm, token);
  }

  private AgentServerBackend backend(
      SessionKey key, @Nullable String profile, Llm llm, @Nullable String token) {
    return new AgentServerBackend(
        new AgentServerSettings(
            "berlin",
            URI.create(server.base() + "/"),
            key,
            "/workspace/runs/",
            profile,
            llm,
            _ -> new GitAccess.Remote(URI.create("https://git.example.com"), token)),
        exchanges,
        clock);
  }

  static Order order(AgentOptions options) {
    return new Order(RUN, "Paint the shed blue", null, null, options, 1);
  }

  static Order cloning(@Nullable String branch) {
    return new Order(RUN, "Paint the shed blue", WIDGETS, branch, AgentOptions.NONE, 1);
  }

  static Conversation conversation(UUID id) {
    return new Conversation("berlin", Dialect.AGENT_SERVER, "1.58.0", id.toString());
  }

  @Override
  public void close() {
    server.close();
    exchanges.close();
  }
}
