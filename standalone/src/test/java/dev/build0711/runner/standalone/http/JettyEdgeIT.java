package dev.build0711.runner.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.testing.EdgeContract;
import dev.build0711.runner.testing.EdgeFixture;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JettyEdgeIT extends EdgeContract {

  private HttpServer server;

  @BeforeAll
  void start() {
    EdgeFixture fixture = new EdgeFixture();
    server = HttpServer.start("localhost", 0, fixture, fixture::refuse);
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @Override
  protected URI base() {
    return server.uri();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/runs//cancel", "/runs/a%2Fb", "/runs/%zz"})
  void anAddressThatCannotBeReadIsAProblemLikeAnyOther(String path) throws IOException {
    String answer =
        raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assertThat(answer)
        .startsWith("HTTP/1.1 400 ")
        .contains("application/problem+json", "X-Request-Id: ", "\"code\":\"malformed_request\"");
  }

  @ParameterizedTest
  @ValueSource(ints = {20_000, 70_000})
  void aHeaderThatIsTooLongIsAProblemLikeAnyOther(int length) throws IOException {
    String answer =
        raw(
            "GET /runs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Long: "
                + "x".repeat(length)
                + "\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 400 ").contains("too long", "malformed_request");
  }

  private String raw(String request) throws IOException {
    try (Socket socket = new Socket("localhost", server.uri().getPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
