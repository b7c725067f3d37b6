package dev.build0711.runner.secretmanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import dev.build0711.runner.port.Secrets.SecretUnavailable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SecretManagerSecretsIT {

  private static final String NAME = "projects/oaks/secrets/key/versions/latest";
  private static final byte[] VALUE = "geheim-ä".getBytes(StandardCharsets.UTF_8);

  private final List<String> asked = new ArrayList<>();
  private final Deque<Answer> answers = new ArrayDeque<>();
  private final HttpServer server = server();
  private final SecretManagerSecrets secrets =
      SecretManagerSecrets.open(URI.create("http://localhost:" + server.getAddress().getPort()));

  @BeforeEach
  void start() {
    server.start();
  }

  @AfterEach
  void stop() {
    secrets.close();
    server.stop(0);
  }

  @Test
  void aVersionIsReadOverHttpJson() {
    answers.add(new Answer(200, payload(VALUE, checksum(VALUE))));

    assertThat(secrets.read(NAME)).isEqualTo("geheim-ä");
    assertThat(asked).singleElement().asString().isEqualTo("GET /v1/" + NAME + ":access");
  }

  @Test
  void whatWasDamagedOnTheWayIsNotUsed() {
    answers.add(new Answer(200, payload(VALUE, checksum(VALUE) + 1)));

    assertThatExceptionOfType(SecretUnavailable.class)
        .isThrownBy(() -> secrets.read(NAME))
        .withMessage(NAME + " was damaged on the way");
  }

  @Test
  void aServerThatStumblesIsAskedAgain() {
    answers.add(new Answer(503, "{}"));
    answers.add(new Answer(200, payload(VALUE, checksum(VALUE))));

    assertThat(secrets.read(NAME)).isEqualTo("geheim-ä");
    assertThat(asked).hasSize(2);
  }

  @Test
  void aRefusalIsToldWithoutTheBodyOfTheAnswer() {
    answers.add(new Answer(403, "{\"error\":{\"message\":\"kanarienvogel\"}}"));

    assertThatExceptionOfType(SecretUnavailable.class)
        .isThrownBy(() -> secrets.read(NAME))
        .withMessage("Secret Manager answered PERMISSION_DENIED for " + NAME);
    assertThat(asked).hasSize(1);
  }

  private HttpServer server() {
    try {
      HttpServer http =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      http.createContext(
          "/",
          exchange -> {
            try (exchange) {
              asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath());
              Answer answer = answers.remove();
              byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
              exchange.getResponseHeaders().set("Content-Type", "application/json");
              exchange.sendResponseHeaders(answer.status(), body.length);
              exchange.getResponseBody().write(body);
            }
          });
      return http;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String payload(byte[] data, long checksum) {
    return """
    {"name": "projects/1/secrets/key/versions/3",
     "payload": {"data": "%s", "dataCrc32c": "%d"}}\
    """
        .formatted(Base64.getEncoder().encodeToString(data), checksum);
  }

  private static long checksum(byte[] data) {
    CRC32C checksum = new CRC32C();
    checksum.update(data);
    return checksum.getValue();
  }

  private record Answer(int status, String body) {}
}
