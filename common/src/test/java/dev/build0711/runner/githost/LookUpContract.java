package dev.build0711.runner.githost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.exchange.Exchanges;
import dev.build0711.runner.exchange.RawServer;
import dev.build0711.runner.exchange.ScriptedServer;
import dev.build0711.runner.exchange.ScriptedServer.Asked;
import dev.build0711.runner.port.GitEvent.Shown;
import dev.build0711.runner.port.PullRequestLookUp;
import dev.build0711.runner.port.PullRequestLookUp.Question;
import dev.build0711.runner.port.Secrets.SecretUnavailable;
import dev.build0711.runner.run.GitProvider;
import dev.build0711.runner.run.Repository;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What holds for every git host that is asked, over a real socket.
public abstract class LookUpContract {

  protected static final String TOKEN = "token-of-the-host";
  protected static final String BRANCH = "openhands/run_01jxt21q00f9k8z8zhwrb15266";
  protected static final Duration LONG = Duration.ofSeconds(20);

  /// Stands in every odd answer, and nowhere else.
  private static final String MARK = "Xyzzy";

  protected final ScriptedServer server = new ScriptedServer();
  protected final Exchanges exchanges = new Exchanges();
  private final List<String> log = new ArrayList<>();
  private Instant now = Instant.parse("2026-11-25T10:00:00Z");
  protected PullRequestLookUp host;

  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord record) {
          log.add(record.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  /// The look-up at a host of this kind.
  protected abstract PullRequestLookUp host(
      URI url, Supplier<@Nullable String> token, InstantSource clock);

  protected abstract GitProvider provider();

  /// One whole pull request of [#BRANCH], as the host shows it.
  protected abstract String shown();

  @BeforeEach
  final void listen() {
    host = host(server.base(), () -> TOKEN, () -> now);
    Logger.getLogger(HostApi.class.getName()).addHandler(handler);
  }

  @AfterEach
  final void stop() {
    Logger.getLogger(HostApi.class.getName()).removeHandler(handler);
    exchanges.close();
    server.close();
  }

  protected final Repository widgets(@Nullable Long id) {
    String authority = server.base().getRawAuthority();
    return new Repository(provider(), authority, "acme/widgets", id);
  }

  protected final List<Shown> ask() {
    return ask(List.of(BRANCH), List.of());
  }

  protected final List<Shown> ask(List<String> branches, List<Long> numbers) {
    return host.find(new Question(widgets(null), branches, numbers), LONG);
  }

  protected final void answer(int status, String body, Map<String, String> headers) {
    server.on(
        "GET", "/", _ -> new ScriptedServer.Answer(status, body, "application/json", headers));
  }

  @Test
  void onlyRepositoriesOfThisHostAreItsOwn() {
    assertThat(host.covers(widgets(7L))).isTrue();
    assertThat(host.covers(new Repository(provider(), "127.0.0.1", "acme/widgets", 7L))).isFalse();
    for (GitProvider other : GitProvider.values()) {
      Repository there = new Repository(other, server.base().getRawAuthority(), "a/b", null);
      assertThat(host.covers(there)).isEqualTo(other == provider());
    }
  }

  @Test
  void nothingFoundIsAnAnswer() {
    answer(200, "[]", Map.of());

    assertThat(ask()).isEmpty();
    assertThat(log).isEmpty();
  }

  @Test
  void theTokenIsShownToTheHostAlone() {
    try (ScriptedServer elsewhere = new ScriptedServer()) {
      for (int status : List.of(301, 302, 303, 307, 308)) {
        answer(status, "{}", Map.of("Location", elsewhere.base() + "/repos"));
        assertThat(ask()).isEmpty();
      }
      assertThat(elsewhere.asked()).isEmpty();
      assertThat(server.asked())
          .allSatisfy(it -> assertThat(it.header("Authorization")).isEqualTo("Bearer " + TOKEN));
    }
  }

  @Test
  void atMostThreeRequestsAreMade() {
    answer(200, "[]", Map.of());

    ask(List.of("a", "b", "c", "d"), List.of(1L, 2L, 3L, 4L));

    assertThat(server.asked()).hasSize(3);
  }

  @ParameterizedTest
  @MethodSource("oddAnswers")
  void whateverElseIsAnsweredShowsNothingAndIsNoted(ScriptedServer.Answer odd) {
    server.on("GET", "/", _ -> odd);

    assertThat(ask()).isEmpty();

    assertThat(log)
        .singleElement()
        .satisfies(line -> assertThat(line).doesNotContain(MARK, TOKEN, "acme"));
  }

  static Stream<ScriptedServer.Answer> oddAnswers() {
    Stream<ScriptedServer.Answer> bodies =
        Stream.of(
                "",
                " ",
                "null",
                "7",
                "NaN",
                "true",
                "\"" + MARK + "\"",
                "<!doctype html><title>Sign in: " + MARK + "</title>",
                "{\"message\":\"" + MARK,
                "[{}",
                "[]]",
                "{}{}",
                "[".repeat(5_000),
                "{\"a\":".repeat(300) + "1" + "}".repeat(300),
                "[\"" + MARK.repeat(300_000) + "\"]",
                "\u001f\u008b\u0008\u0000")
            .map(body -> json(200, body));
    Stream<ScriptedServer.Answer> statuses =
        Stream.of(
                201, 202, 203, 204, 206, 301, 302, 307, 400, 401, 403, 404, 405, 406, 409, 410, 415,
                418, 422, 429, 451, 500, 501, 502, 503, 504, 520, 599)
            .map(status -> json(status, status == 204 ? "" : "{\"message\":\"" + MARK + "\"}"));
    return Stream.concat(bodies, statuses);
  }

  private static ScriptedServer.Answer json(int status, String body) {
    return new ScriptedServer.Answer(
        status, body, "application/json", Map.of("X-Odd", MARK, "Retry-After", MARK));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[null]",
        "[7]",
        "[[]]",
        "[{}]",
        "[{\"number\":\"7\",\"iid\":\"7\",\"html_url\":7,\"web_url\":7}]",
        "[{\"number\":7,\"iid\":7,\"updated_at\":\"2026-03-02T09:30:00Z\"}]",
        "[{\"head\":[],\"base\":7,\"state\":{},\"body\":[]}]"
      })
  void whatIsNotToldWholeIsPassedOver(String body) {
    answer(200, body, Map.of());

    assertThat(ask()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "+999999999-12-31T23:59:59Z",
        "-0001-01-01T00:00:00Z",
        "99999999999999999",
        "soon"
      })
  void timesThatNobodyCanKeepAreNone(String time) {
    answer(200, "[" + shown().replaceAll("2026-03-02T[0-9:.]+Z", time) + "]", Map.of());

    assertThat(ask()).isEmpty();
  }

  @Test
  void aHostSpeaksOnlyOfItself() {
    String elsewhere = shown().replace(server.base().toString(), "https://elsewhere.example.com");
    answer(200, "[" + elsewhere + "," + shown() + "]", Map.of());

    assertThat(ask())
        .singleElement()
        .satisfies(it -> assertThat(it.pullRequest().url()).startsWith(server.base().toString()));
  }

  @Test
  void whatOneRequestShowsIsKeptThoughAnotherFails() {
    answer(404, "{}", Map.of());
    server.on("GET", "/", asked -> asked.path().contains("openhands") ? found() : none());

    List<Shown> answer = ask(List.of(BRANCH), List.of(7L));

    assertThat(answer).hasSize(1);
  }

  private ScriptedServer.Answer found() {
    return ScriptedServer.Answer.json(200, "[" + shown() + "]");
  }

  private static ScriptedServer.Answer none() {
    return ScriptedServer.Answer.json(404, "{}");
  }

  @Test
  void aHostThatAsksForItIsLeftAloneForSoLong() {
    answer(429, "{}", Map.of("Retry-After", "600"));
    assertThat(ask(List.of("a", "b"), List.of())).isEmpty();
    assertThat(server.asked()).hasSize(1);
    answer(200, "[]", Map.of());
    now = now.plusSeconds(599);

    assertThat(ask()).isEmpty();
    assertThat(server.asked()).hasSize(1);
    now = now.plusSeconds(1);

    assertThat(ask()).isEmpty();
    assertThat(server.asked()).hasSize(2);
    assertThat(log).as("being left alone is no news").hasSize(1);
  }

  @Test
  void aLimitOnBurstsEndsAfterAMinuteAtTheEarliest() {
    answer(403, "{\"message\":\"You have exceeded a secondary rate limit.\"}", Map.of());
    ask();
    now = now.plusSeconds(59);
    ask();

    assertThat(server.asked()).hasSize(1);
    now = now.plusSeconds(1);
    ask();
    assertThat(server.asked()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {403, 404})
  void whatIsAboutOneRepositoryLeavesTheOthersAlone(int status) {
    answer(status, "{\"message\":\"no\"}", Map.of());
    ask();
    answer(200, "[" + shown() + "]", Map.of());

    assertThat(ask()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 500, 502, 503})
  void aHostInTroubleIsNotAskedForEveryRun(int status) {
    answer(status, "{}", Map.of());
    ask();
    ask();

    assertThat(server.asked()).hasSize(1);
    now = now.plusSeconds(60);
    ask();
    assertThat(server.asked()).hasSize(2);
  }

  @Test
  void aUsedUpLimitIsKeptThoughTheAnswerWasGood() throws IOException {
    try (RawServer raw =
        new RawServer((socket, _) -> {
          RawServer.readHead(socket);
          RawServer.write(
              socket,
              String.join(
                  "\r\n",
                  "HTTP/1.1 200 OK",
                  "Date: Wed, 25 Nov 2026 10:00:00 GMT",
                  "Content-Length: 2",
                  "Connection: close",
                  "X-RateLimit-Remaining: 0",
                  "X-RateLimit-Reset: 1795601400",
                  "",
                  "[]"));
        })) {
      host = host(raw.base(), () -> TOKEN, () -> now);
      ask();
      now = now.plusSeconds(599);
      ask();

      assertThat(raw.connections()).isOne();
      now = now.plusSeconds(1);
      ask();
      assertThat(raw.connections()).isEqualTo(2);
    }
  }

  @Test
  void silenceEndsWithTheTimeThatIsGiven() throws IOException {
    try (RawServer silent =
        new RawServer((socket, _) -> {
          RawServer.readHead(socket);
          Thread.sleep(LONG);
        })) {
      host = host(silent.base(), () -> TOKEN, InstantSource.system());

      List<Shown> answer =
          host.find(
              new Question(widgets(null), List.of("a", "b"), List.of()), Duration.ofMillis(300));

      assertThat(answer).isEmpty();
      assertThat(log).singleElement().asString().contains("no answer in time");
    }
  }

  @Test
  void aTokenThatCannotBeReadAsksNobody() {
    host =
        host(
            server.base(),
            () -> {
              throw new SecretUnavailable("no", new IllegalStateException());
            },
            () -> now);

    assertThat(ask()).isEmpty();
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void oddNamesStayInsideTheirPlace() {
    answer(200, "[]", Map.of());
    Repository odd =
        new Repository(provider(), server.base().getRawAuthority(), "ac me/../x?y#z&a=b", null);

    host.find(new Question(odd, List.of("a&state=open#x/../.. %"), List.of()), LONG);

    assertThat(server.asked())
        .extracting(Asked::path)
        .singleElement()
        .asString()
        .doesNotContain("#", " ", "&a=b", "&state=open")
        .contains("state=all");
  }
}
