package dev.build0711.runner.exchange;

import static dev.build0711.runner.run.Reason.BACKEND_BAD_ANSWER;
import static dev.build0711.runner.run.Reason.BACKEND_ERROR;
import static dev.build0711.runner.run.Reason.BACKEND_UNAUTHORIZED;
import static dev.build0711.runner.run.Reason.BACKEND_UNREACHABLE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.exchange.Reply.Answer;
import dev.build0711.runner.exchange.Reply.Broken;
import dev.build0711.runner.exchange.Reply.Content;
import dev.build0711.runner.exchange.Reply.NotJson;
import dev.build0711.runner.exchange.Reply.NotSent;
import dev.build0711.runner.exchange.Reply.TimedOut;
import dev.build0711.runner.exchange.Reply.TooLarge;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Reason;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExchangesIT {

  private static final Duration LONG = Duration.ofSeconds(10);
  private static final Duration SHORT = Duration.ofMillis(400);

  private final Exchanges exchanges = new Exchanges();

  @AfterEach
  void end() {
    exchanges.close();
  }

  private Reply get(URI base, Duration limit) {
    return exchanges.send(exchange("GET", base, true), limit);
  }

  private static Exchange exchange(String method, URI base, boolean repeatable) {
    return new Exchange(method, base.resolve("/x"), Map.of(), null, repeatable, 1000);
  }

  @Test
  void aRefusedConnectionSentNothing() throws IOException {
    RawServer gone = new RawServer((_, _) -> {});
    gone.close();

    Reply reply = get(gone.base(), LONG);

    assertThat(reply).isEqualTo(new NotSent());
    assertThat(reply.silence()).isEqualTo(new BackendSilent(BACKEND_UNREACHABLE, null));
  }

  @Test
  void aNameThatDoesNotResolveSentNothing() {
    assertThat(get(URI.create("http://agent.invalid"), LONG)).isEqualTo(new NotSent());
  }

  @Test
  void anExchangeWithoutTimeLeftIsNotSent() {
    try (ScriptedServer server = new ScriptedServer()) {
      assertThat(get(server.base(), Duration.ZERO)).isEqualTo(new NotSent());
      assertThat(server.asked()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aBrokenConnectionIsTriedOnceMoreWhereRepeatingIsSafe(boolean repeatable) throws IOException {
    try (RawServer server =
        new RawServer((socket, _) -> {
          RawServer.readHead(socket);
          RawServer.reset(socket);
        })) {
      Reply reply = exchanges.send(exchange("POST", server.base(), repeatable), LONG);

      assertThat(reply).isEqualTo(new Broken());
      assertThat(server.connections()).isEqualTo(repeatable ? 2 : 1);
    }
  }

  @Test
  void theSecondTryOnANewConnectionCanSucceed() throws IOException {
    try (RawServer server =
        new RawServer((socket, number) -> {
          RawServer.readHead(socket);
          if (number > 1) {
            RawServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
          }
        })) {
      assertThat(get(server.base(), LONG).is(200)).isTrue();
    }
  }

  @Test
  void aKeptConnectionThatClosesAfterA500IsReplaced() throws IOException {
    try (RawServer server =
        new RawServer((socket, number) -> {
          RawServer.readHead(socket);
          String status = number == 1 ? "500 Internal Server Error" : "200 OK";
          RawServer.write(socket, "HTTP/1.1 " + status + "\r\nContent-Length: 2\r\n\r\n{}");
        })) {
      assertThat(get(server.base(), LONG).is(500)).isTrue();
      assertThat(get(server.base(), LONG).is(200)).isTrue();
    }
  }

  @Test
  void silenceAndATricklingBodyEndAtTheLimit() throws IOException {
    try (RawServer silent =
            new RawServer((socket, _) -> {
              RawServer.readHead(socket);
              Thread.sleep(LONG);
            });
        RawServer trickling =
            new RawServer((socket, _) -> {
              RawServer.readHead(socket);
              RawServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n");
              for (int i = 0; i < 500; i++) {
                RawServer.write(socket, " ");
                Thread.sleep(50);
              }
            })) {
      assertThat(get(silent.base(), SHORT)).isEqualTo(new TimedOut());
      assertThat(get(trickling.base(), SHORT)).isEqualTo(new TimedOut());
    }
  }

  @Test
  void anEndlessBodyIsReadNoFurtherThanTheCap() throws IOException {
    try (RawServer server =
        new RawServer((socket, _) -> {
          RawServer.readHead(socket);
          RawServer.write(socket, "HTTP/1.1 200 OK\r\n\r\n");
          while (true) {
            RawServer.write(socket, "[".repeat(400));
          }
        })) {
      Reply reply = get(server.base(), LONG);

      assertThat(reply).isEqualTo(new TooLarge(200));
      assertThat(reply.silence().why()).isEqualTo(BACKEND_BAD_ANSWER);
    }
  }

  @Test
  void ofAFileAsMuchIsKeptAsWasAskedFor() throws IOException {
    try (RawServer server =
        new RawServer((socket, _) -> {
          RawServer.readHead(socket);
          RawServer.write(
              socket, "HTTP/1.1 200 OK\r\nContent-Length: 1400\r\n\r\n" + "PK".repeat(700));
        })) {
      assertThat(exchanges.fetch(exchange("GET", server.base(), true), LONG))
          .isInstanceOfSatisfying(
              Content.class,
              content -> {
                assertThat(content.bytes()).asString().isEqualTo("PK".repeat(500));
                assertThat(content.truncated()).isTrue();
              });
    }
  }

  @Test
  void aFileThatIsNotThereIsAnAnswerLikeAnyOther() {
    try (ScriptedServer server = new ScriptedServer()) {
      assertThat(exchanges.fetch(exchange("GET", server.base(), true), LONG).is(404)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "<html>Log in</html>", "{\"status\":\"run", "{} {}", "{'a':1}", "not json"})
  void whateverIsNotOneJsonTextIsABadAnswer(String body) {
    try (ScriptedServer server = new ScriptedServer().on("GET", "/", 200, body)) {
      Reply reply = get(server.base(), LONG);

      assertThat(reply).isEqualTo(new NotJson(200, null));
      assertThat(reply.silence()).isEqualTo(new BackendSilent(BACKEND_BAD_ANSWER, null));
    }
  }

  @Test
  void jsonThatNestsTooDeepIsABadAnswer() {
    try (ScriptedServer server =
        new ScriptedServer().on("GET", "/", 200, "[".repeat(300) + "]".repeat(300))) {
      assertThat(get(server.base(), LONG)).isEqualTo(new NotJson(200, null));
    }
  }

  @Test
  void doubledKeysAndNumbersThatAreNoneAreRead() {
    try (ScriptedServer server =
        new ScriptedServer().on("GET", "/", 200, "{\"a\":1,\"a\":2,\"b\":NaN,\"c\":1e999}")) {
      assertThat(get(server.base(), LONG))
          .isInstanceOfSatisfying(
              Answer.class, answer -> assertThat(answer.body().path("a").asInt()).isEqualTo(2));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "301, BACKEND_BAD_ANSWER", "302, BACKEND_BAD_ANSWER", "307, BACKEND_BAD_ANSWER",
    "400, BACKEND_BAD_ANSWER", "401, BACKEND_UNAUTHORIZED", "403, BACKEND_UNAUTHORIZED",
    "404, BACKEND_BAD_ANSWER", "408, BACKEND_ERROR", "429, BACKEND_ERROR",
    "500, BACKEND_ERROR", "502, BACKEND_ERROR", "503, BACKEND_ERROR"
  })
  void theStatusTellsWhyABackendIsSilent(int status, Reason reason) {
    try (ScriptedServer server =
        new ScriptedServer()
            .on(
                "GET",
                "/x",
                _ -> ScriptedServer.Answer.json(status, "{}").with("Location", "/elsewhere"))) {
      assertThat(get(server.base(), LONG).silence().why()).isEqualTo(reason);
      assertThat(server.asked("GET", "/elsewhere")).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "7 | PT7S",
        "86400 | PT15M",
        "Wed, 25 Nov 2026 10:02:00 GMT | PT2M",
        "Wed, 25 Nov 2026 09:00:00 GMT |",
        "soon |",
        "-4 |"
      })
  void retryAfterIsTakenUpToAQuarterOfAnHour(String header, Duration expected) throws IOException {
    String head =
        "HTTP/1.1 503 Busy\r\nDate: Wed, 25 Nov 2026 10:00:00 GMT\r\nContent-Length: 2\r\n"
            + ("Retry-After: " + header + "\r\n\r\n{}");
    try (RawServer server =
        new RawServer((socket, _) -> {
          RawServer.readHead(socket);
          RawServer.write(socket, head);
        })) {
      assertThat(get(server.base(), LONG).silence())
          .isEqualTo(new BackendSilent(BACKEND_ERROR, expected));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "X-RateLimit-Remaining: 0 | X-RateLimit-Reset: 1795601400 | PT10M",
        "RateLimit-Remaining: 0 | RateLimit-Reset: 1795601400 | PT10M",
        "X-RateLimit-Remaining: 0 | X-RateLimit-Reset: 1795699999 | PT1H",
        "X-RateLimit-Remaining: 0 | X-RateLimit-Reset: 1795600000 |",
        "X-RateLimit-Remaining: 0 | X-RateLimit-Reset: soon |",
        "X-RateLimit-Remaining: 7 | X-RateLimit-Reset: 1795601400 |"
      })
  void aUsedUpRateLimitAsksToWaitForItsReset(
      String remaining, String reset, @Nullable Duration expected) throws IOException {
    String head =
        "HTTP/1.1 403 Forbidden\r\nDate: Wed, 25 Nov 2026 10:00:00 GMT\r\nContent-Length: 2\r\n"
            + (remaining + "\r\n" + reset + "\r\n\r\n{}");
    try (RawServer server =
        new RawServer((socket, _) -> {
          RawServer.readHead(socket);
          RawServer.write(socket, head);
        })) {
      assertThat(get(server.base(), LONG))
          .isInstanceOfSatisfying(
              Answer.class, answer -> assertThat(answer.retryAfter()).isEqualTo(expected));
    }
  }

  @Test
  void aKeyThatNoHeaderCanCarryIsNotSent() {
    try (ScriptedServer server = new ScriptedServer()) {
      Exchange exchange =
          new Exchange(
              "GET", server.base(), Map.of("X-Session-API-Key", "two\nlines"), null, true, 1000);

      assertThat(exchanges.send(exchange, LONG)).isEqualTo(new NotSent());
      assertThat(exchange.toString()).doesNotContain("lines");
    }
  }

  @Test
  void theUnauthorizedAreToldApart() {
    assertThat(new NotJson(401, null).silence().why()).isEqualTo(BACKEND_UNAUTHORIZED);
  }
}
