package dev.build0711.runner.openhands.detection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.exchange.Exchanges;
import dev.build0711.runner.exchange.ScriptedServer;
import dev.build0711.runner.exchange.ScriptedServer.Answer;
import dev.build0711.runner.openhands.Api;
import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.port.AgentBackend.Health;
import dev.build0711.runner.port.AgentBackend.Watched;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Evidence;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.OfLook;
import dev.build0711.runner.run.Evidence.StopTaken;
import dev.build0711.runner.run.Reason;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which API a server speaks, by the answers of real servers to the probes.
class DetectedBackendIT {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final ScriptedServer server = new ScriptedServer();
  private final Exchanges exchanges = new Exchanges();
  private final List<Dialect> made = new ArrayList<>();
  private Instant now = Instant.parse("2026-03-02T10:00:00Z");
  private Evidence answer = new StopTaken();
  private final DetectedBackend backend =
      new DetectedBackend(
          "berlin", new Api(server.base(), () -> "key", exchanges), this::made, () -> now);

  @AfterEach
  void close() {
    exchanges.close();
    server.close();
  }

  @Test
  void anAgentServerIsKnownByItsTitle() {
    agentServer();

    assertThat(detected()).isEqualTo(Dialect.AGENT_SERVER);
    assertThat(server.asked()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "0.62.0, /api/conversations /api/v1/app-conversations /api/v1/events/search, APP_V1",
    "1.11.0, /api/v1/app-conversations /api/v1/conversation/{conversation_id}/events/search, APP_V1",
    "0.54.0, /api/conversations /api/options/config, APP_V0"
  })
  void anAppServerIsKnownByItsPathsAndTheNewerApiIsTaken(
      String release, String paths, Dialect dialect) {
    appServer(release, paths);

    assertThat(detected()).isEqualTo(dialect);
  }

  @Test
  void aPageInPlaceOfAnAnswerIsPassedOver() {
    server.on("GET", "/", _ -> new Answer(200, "<!doctype html>", "text/html", Map.of()));
    server.on("GET", "/openapi.json", 200, openapi("1.11.0", "/api/v1/app-conversations"));

    assertThat(detected()).isEqualTo(Dialect.APP_V1);
  }

  @Test
  void whereAProxyHidesTheListOfPathsACheapCallDecides() {
    server.on("GET", "/api/v1/app-conversations/count", 200, "4");
    assertThat(detected()).isEqualTo(Dialect.APP_V1);
  }

  @Test
  void theOlderApiIsAskedWithTheKeyWhereNothingElseIsKnown() {
    server.on(
        "GET",
        "/api/options/config",
        asked ->
            "key".equals(asked.header("X-session-api-key"))
                ? Answer.json(200, "{\"APP_MODE\":\"oss\"}")
                : Answer.json(401, "{\"detail\":\"Unauthorized\"}"));

    assertThat(detected()).isEqualTo(Dialect.APP_V0);
  }

  @Test
  void aWrongKeyIsSaidWhereTheKeyHidesWhoTheServerIs() {
    server.on("GET", "/api/v1/app-conversations/count", 401, "{\"detail\":\"Unauthorized\"}");

    assertThat(backend.check(LIMIT)).isEqualTo(new Health(Reason.BACKEND_UNAUTHORIZED, null, null));
  }

  @Test
  void aLoginPageIsNoOpenHands() {
    server.on("GET", "/", _ -> new Answer(200, "<html>Sign in</html>", "text/html", Map.of()));

    assertThat(backend.check(LIMIT)).isEqualTo(new Health(Reason.BACKEND_BAD_ANSWER, null, null));
    assertThat(made).isEmpty();
  }

  @Test
  void aServerThatIsBusyWithItselfIsNotTakenForAnother() {
    server.on("GET", "/server_info", 503, "{\"detail\":\"initializing\"}");
    server.on("GET", "/openapi.json", 200, openapi("1.11.0", "/api/v1/app-conversations"));

    assertThat(backend.stop(conversation(Dialect.AGENT_SERVER), LIMIT))
        .isEqualTo(new BackendSilent(Reason.BACKEND_ERROR, null));
  }

  @Test
  void whatWasFoundOutIsNotAskedForAgainWhileItsAnswersFit() {
    agentServer();
    for (int look = 0; look < 5; look++) {
      assertThat(backend.stop(conversation(Dialect.AGENT_SERVER), LIMIT))
          .isEqualTo(new StopTaken());
      now = now.plus(Duration.ofHours(1));
    }

    assertThat(server.asked("GET", "/server_info")).hasSize(1);
    assertThat(made).containsExactly(Dialect.AGENT_SERVER);
  }

  @Test
  void whenItsAnswersStopFittingTheServerIsAskedAnewAndItsChangeIsSaid() {
    agentServer();
    backend.stop(conversation(Dialect.AGENT_SERVER), LIMIT);
    server.on("GET", "/server_info", 200, "{\"uptime\":3.0}");
    server.on("GET", "/openapi.json", 200, openapi("1.11.0", "/api/v1/app-conversations"));
    answer = new ConversationMissing();
    now = now.plusSeconds(11);
    backend.stop(conversation(Dialect.AGENT_SERVER), LIMIT);

    assertThat(backend.stop(conversation(Dialect.AGENT_SERVER), LIMIT))
        .isEqualTo(new BackendSilent(Reason.BACKEND_CHANGED, null));
    assertThat(looks(Dialect.AGENT_SERVER, Dialect.APP_V1))
        .containsExactly(
            new BackendSilent(Reason.BACKEND_CHANGED, null), new ConversationMissing());
  }

  @Test
  void aServerIsNotAskedWhoItIsAtEveryAnswerThatDoesNotFit() {
    agentServer();
    answer = new BackendSilent(Reason.BACKEND_BAD_ANSWER, null);
    for (int look = 0; look < 20; look++) {
      backend.stop(conversation(Dialect.AGENT_SERVER), LIMIT);
      now = now.plusSeconds(1);
    }

    assertThat(server.asked("GET", "/server_info")).hasSizeBetween(2, 3);
  }

  private void agentServer() {
    server.on(
        "GET",
        "/server_info",
        200,
        "{\"title\":\"OpenHands Agent Server\",\"version\":\"1.58.0\",\"uptime\":3.0}");
  }

  private void appServer(String release, String paths) {
    server.on("GET", "/server_info", 200, "{\"uptime\":3.0,\"idle_time\":1.0,\"resources\":{}}");
    server.on("GET", "/openapi.json", 200, openapi(release, paths));
  }

  private static String openapi(String release, String paths) {
    StringBuilder body = new StringBuilder();
    for (String path : paths.split(" ", -1)) {
      body.append(body.isEmpty() ? "" : ",").append('"').append(path).append("\":{}");
    }
    return "{\"info\":{\"title\":\"OpenHands\",\"version\":\"%s\"},\"paths\":{%s}}"
        .formatted(release, body);
  }

  private Dialect detected() {
    backend.check(LIMIT);
    return made.getLast();
  }

  private List<OfLook> looks(Dialect... dialects) {
    List<Watched> watched = new ArrayList<>();
    for (Dialect dialect : dialects) {
      watched.add(new Watched(conversation(dialect), null));
    }
    return backend.look(watched, LIMIT);
  }

  private static Conversation conversation(Dialect dialect) {
    return new Conversation("berlin", dialect, null, "b8d7ffd04b7e7c798c5518f83057f265");
  }

  /// A backend that answers everything with what the test has laid ready.
  private AgentBackend made(Dialect dialect) {
    made.add(dialect);
    return (AgentBackend)
        Proxy.newProxyInstance(
            AgentBackend.class.getClassLoader(),
            new Class<?>[] {AgentBackend.class},
            (_, method, arguments) ->
                switch (method.getName()) {
                  case "look" -> ((List<?>) arguments[0]).stream().map(_ -> answer).toList();
                  case "check" -> Health.good(dialect, null);
                  default -> answer;
                });
  }
}
