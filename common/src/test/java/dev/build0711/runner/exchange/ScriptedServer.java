package dev.build0711.runner.exchange;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// An HTTP server on a real socket that answers as a test tells it and remembers what it was asked.
public final class ScriptedServer implements AutoCloseable {

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final List<Rule> rules = new CopyOnWriteArrayList<>();

  public ScriptedServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /// One request as it arrived; `path` with its query.
  public record Asked(String method, String path, String body, Map<String, List<String>> headers) {

    public @Nullable String header(String name) {
      List<String> values = headers.get(name);
      return values == null ? null : values.getFirst();
    }

    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  /// One answer; its body is written in `charset`.
  public record Answer(
      int status, String body, String type, Map<String, String> headers, Charset charset) {

    public Answer(int status, String body, String type, Map<String, String> headers) {
      this(status, body, type, headers, StandardCharsets.UTF_8);
    }

    public static Answer json(int status, String body) {
      return new Answer(status, body, "application/json", Map.of());
    }

    public Answer with(String name, String value) {
      return new Answer(status, body, type, Map.of(name, value), charset);
    }
  }

  private record Rule(String method, String path, Function<Asked, @Nullable Answer> answer) {}

  /// From now on answers requests whose path begins with `path` so; a null answer drops the
  /// connection. Newer rules go first.
  public ScriptedServer on(String method, String path, Function<Asked, @Nullable Answer> answer) {
    rules.addFirst(new Rule(method, path, answer));
    return this;
  }

  public ScriptedServer on(String method, String path, int status, String json) {
    return on(method, path, _ -> Answer.json(status, json));
  }

  public URI base() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  public List<Asked> asked() {
    return List.copyOf(asked);
  }

  public List<Asked> asked(String method, String path) {
    return asked.stream()
        .filter(one -> one.method().equals(method) && one.path().startsWith(path))
        .toList();
  }

  public void forget() {
    asked.clear();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Asked request =
          new Asked(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              body,
              Map.copyOf(exchange.getRequestHeaders()));
      asked.add(request);
      Answer answer = answer(request);
      if (answer == null) {
        return;
      }
      byte[] bytes = answer.body().getBytes(answer.charset());
      exchange.getResponseHeaders().set("Content-Type", answer.type());
      answer.headers().forEach(exchange.getResponseHeaders()::set);
      exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  /// What a request would be answered that need not be heard.
  public Answer answer(String method, String path) {
    return Objects.requireNonNull(answer(new Asked(method, path, "", Map.of())));
  }

  private @Nullable Answer answer(Asked request) {
    return rules.stream()
        .filter(rule -> rule.method().equals(request.method()))
        .filter(rule -> request.path().startsWith(rule.path()))
        .findFirst()
        .map(rule -> rule.answer())
        .orElse(_ -> Answer.json(404, "{\"detail\":\"Not Found\"}"))
        .apply(request);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
