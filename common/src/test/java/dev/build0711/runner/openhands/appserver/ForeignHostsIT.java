package dev.build0711.runner.openhands.appserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.exchange.Exchanges;
import dev.build0711.runner.exchange.ScriptedServer;
import dev.build0711.runner.openhands.Wire;
import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.port.AgentBackend.Sending;
import dev.build0711.runner.port.AgentBackend.Watched;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Message;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// An app server that names other hosts, in whatever its answers may name one, does not make the
/// runner ask them: neither with the key of a sandbox nor without one.
class ForeignHostsIT {

  private static final Instant NOW = Instant.parse("2026-11-22T06:00:00Z");
  private static final String PLAIN = Bench.ID.replace("-", "");
  private static final Conversation CONVERSATION = Bench.conversation(Bench.ID);

  private final ScriptedServer server = new ScriptedServer();
  private final Exchanges exchanges = new Exchanges();
  private final AtomicInteger asked = new AtomicInteger();
  private final ServerSocket elsewhere;

  /// Listens at every address of this machine.
  ForeignHostsIT() throws IOException {
    elsewhere = new ServerSocket(0, 50, InetAddress.ofLiteral("0.0.0.0"));
    Thread.ofVirtual().start(this::count);
  }

  private void count() {
    while (!elsewhere.isClosed()) {
      try (Socket socket = elsewhere.accept()) {
        asked.incrementAndGet();
        socket
            .getOutputStream()
            .write("HTTP/1.1 404 Not Found\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      } catch (IOException e) {
        // the client, or the test, has gone
      }
    }
  }

  @AfterEach
  void close() throws IOException {
    exchanges.close();
    server.close();
    elsewhere.close();
  }

  /// The server is known as 127.0.0.1, and these lead to this machine all the same.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.2:PORT",
        "http://0.0.0.0:PORT",
        "http://2130706433:PORT",
        "http://0x7f000001:PORT",
        "http://0177.0.0.1:PORT",
        "http://127.1:PORT",
        "http://[::ffff:127.0.0.1]:PORT",
        "http://[::ffff:7f00:2]:PORT",
        "http://user@127.0.0.1:PORT",
        "http://127.0.0.1:1@127.0.0.1:PORT",
        "http://127.0.0.1@127.0.0.2:PORT",
        "http://localhost.:PORT",
        "ftp://127.0.0.1:PORT",
        "ws://127.0.0.1:PORT",
        "//127.0.0.1:PORT",
        "http://127.0.0.1:PORT#",
        "http://127.0.0.1:PORT?x="
      })
  void noOtherNameOfThisMachineIsAsked(String url) {
    everythingIsAsked(url.replace("PORT", String.valueOf(elsewhere.getLocalPort())));

    assertThat(asked).hasValue(0);
  }

  /// Without this the other tests would show nothing.
  @ParameterizedTest
  @ValueSource(strings = {"http://127.0.0.1:PORT", "http://localhost:PORT"})
  void theServersOwnMachineIs(String url) {
    everythingIsAsked(url.replace("PORT", String.valueOf(elsewhere.getLocalPort())));

    assertThat(asked).hasPositiveValue();
  }

  /// Nothing but the server's own address goes to the wire, whatever lies behind a name.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.169.254",
        "http://metadata.google.internal",
        "http://[fd00:ec2::254]",
        "http://[fd20:ce::254]",
        "http://2852039166",
        "http://0251.0376.0251.0376",
        "http://0xa9fea9fe",
        "http://[::ffff:169.254.169.254]",
        "http://[::ffff:a9fe:a9fe]",
        "http://127.0.0.1@169.254.169.254",
        "http://169.254.169.254#@127.0.0.1",
        "http://169.254.169.254:80",
        "https://evil.example.com",
        "http://127.0.0.1.evil.example.com",
        "file:///etc",
        "gopher://127.0.0.1:11211",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:-1"
      })
  void noMetadataServiceAndNobodyElseIsAsked(String url) {
    List<String> hosts = new CopyOnWriteArrayList<>();
    String base = "http://127.0.0.1:3000";
    scripted(url);
    try (Exchanges wire =
        Wire.exchanges(request -> {
          hosts.add(request.uri().getScheme() + "://" + request.uri().getRawAuthority());
          return answer(request.method(), request.uri());
        })) {
      everything(backend(URI.create(base), wire));
    }

    assertThat(hosts).isNotEmpty().allMatch(base::equals);
  }

  @Test
  void whatTheServerTellsOfSandboxesIsNoWayEither() {
    String there = "http://127.0.0.2:" + elsewhere.getLocalPort();
    server.on(
        "GET",
        Bench.SANDBOXES,
        200,
        Bench.page(
            """
            {"id":"sb-7","status":"RUNNING","session_api_key":"k","exposed_urls":[{"name":"AGENT_SERVER","url":"%s"}]}\
            """
                .formatted(there)));
    everythingIsAsked(there);

    assertThat(asked).hasValue(0);
  }

  private void everythingIsAsked(String url) {
    scripted(url);
    everything(backend(server.base(), exchanges));
  }

  private static AppServerBackend backend(URI base, Exchanges exchanges) {
    return new AppServerBackend(
        new AppServerSettings("lisbon", base, () -> "key-of-lisbon", 9),
        exchanges,
        InstantSource.fixed(NOW),
        _ -> true);
  }

  /// All that may go into a sandbox.
  private static void everything(AgentBackend backend) {
    backend.look(List.of(new Watched(CONVERSATION, null)), Bench.LIMIT);
    backend.start(Bench.order(), true, Bench.LIMIT);
    backend.start(Bench.order(), false, Bench.LIMIT);
    backend.resume(CONVERSATION, null, Bench.LIMIT);
    backend.stop(CONVERSATION, Bench.LIMIT);
    backend.collect(Bench.order(), CONVERSATION, Bench.LIMIT);
    Message text = new Message(1, "go on", null, 0, 1, Message.State.WANTED, null);
    Message leave = new Message(1, null, true, 0, 1, Message.State.WANTED, null);
    backend.tell(CONVERSATION, text, Sending.FIRST, null, Bench.LIMIT);
    backend.tell(CONVERSATION, leave, Sending.FIRST, null, Bench.LIMIT);
  }

  private void scripted(String url) {
    String word = "\"waiting_for_confirmation\"";
    String state =
        """
        {"id":"%1$s","sandbox_id":"sb-7","sandbox_status":"RUNNING","execution_status":%2$s,\
        "conversation_url":"%3$s/api/conversations/%1$s","session_api_key":"key-of-the-sandbox"}\
        """
            .formatted(PLAIN, word, url);
    String task =
        Bench.task("READY", Bench.ID)
            .replace("\"detail\":null", "\"agent_server_url\":\"" + url + "\"");
    server
        .on(
            "GET",
            "/openapi.json",
            200,
            """
            {"info":{"version":"1.1.0"},"paths":{"%s":{},"/api/v1/events/search":{}}}\
            """
                .formatted(Bench.START))
        .on("GET", Bench.START + "?ids=", 200, "[" + state + "]")
        .on("GET", Bench.START + "/search", 200, Bench.page(state))
        .on("GET", Bench.TASKS, 200, Bench.page(task))
        .on("GET", "/api/v1/events/search", 200, Bench.page(""))
        .on("GET", Bench.SANDBOXES + "/search", 200, Bench.page(""))
        .on("POST", Bench.START, 200, task);
  }

  /// What the server of the test answers, for those that ask it without a socket.
  private Wire.Answer answer(String method, URI uri) {
    ScriptedServer.Answer answer =
        server.answer(
            method,
            uri.getRawQuery() == null
                ? uri.getRawPath()
                : uri.getRawPath() + '?' + uri.getRawQuery());
    return new Wire.Answer(
        answer.status(), answer.body().getBytes(StandardCharsets.UTF_8), Map.of());
  }
}
