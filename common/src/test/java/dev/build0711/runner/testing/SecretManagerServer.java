package dev.build0711.runner.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;

/// Secret Manager's wire service: answers
/// [projects.secrets.versions.access](https://docs.cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/access)
/// with the newest version of what was put, and 404 for all else.
public final class SecretManagerServer implements AutoCloseable {

  private final HttpServer server;
  private final Map<String, String> newest = new ConcurrentHashMap<>();
  private final AtomicInteger readings = new AtomicInteger();

  public SecretManagerServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/v1/", this::answer);
    server.start();
  }

  /// Adds a version to `projects/P/secrets/S`.
  public void put(String secret, String value) {
    newest.put(secret, value);
  }

  public URI base() {
    return URI.create("http://localhost:" + server.getAddress().getPort());
  }

  /// How often a version was read.
  public int readings() {
    return readings.get();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String secret =
          exchange
              .getRequestURI()
              .getPath()
              .replaceFirst("^/v1/", "")
              .replaceFirst("/versions/latest:access$", "");
      String value = newest.get(secret);
      readings.incrementAndGet();
      byte[] body = value == null ? notFound() : payload(secret, value);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(value == null ? 404 : 200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static byte[] payload(String secret, String value) {
    byte[] data = value.getBytes(StandardCharsets.UTF_8);
    CRC32C checksum = new CRC32C();
    checksum.update(data);
    return """
    {"name": "%s/versions/7", "payload": {"data": "%s", "dataCrc32c": "%d"}}\
    """
        .formatted(secret, Base64.getEncoder().encodeToString(data), checksum.getValue())
        .getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] notFound() {
    return """
    {"error": {"code": 404, "message": "Secret not found", "status": "NOT_FOUND"}}\
    """
        .getBytes(StandardCharsets.UTF_8);
  }
}
