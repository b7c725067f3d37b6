package dev.build0711.runner.simulator.agentserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.simulator.VirtualClock;
import dev.build0711.runner.simulator.scenario.World;
import dev.build0711.runner.simulator.web.Reply;
import dev.build0711.runner.simulator.web.Request;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// In what 1.49.1 and the newest differ, and what both tell when a cue asks for oddities.
class EditionTest {

  private static final String ID = "0197a1fd-7b15-7074-ad42-5960cfc2a88e";
  private static final String PATH = "/api/conversations/" + ID;
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final VirtualClock clock = new VirtualClock();
  private final World world =
      new World(clock, 1, Duration.ofSeconds(2), Duration.ofSeconds(1), 1, 100);

  @ParameterizedTest
  @CsvSource({"1.58.0, 201 200 200, 1", "1.49.1, 201 201 201, 3"})
  void startsOfOneIdAtTheSameTime(String version, String statuses, int messages) {
    AgentServer server = server(version);
    List<String> answered = List.of(start(server, "go"), start(server, "go"), start(server, "go"));
    assertThat(String.join(" ", answered)).isEqualTo(statuses);
    clock.advance(MINUTE);
    assertThat(count(server, "?source=user")).isEqualTo(messages);
  }

  @Test
  void startsOneAfterTheOtherAreOneInBoth() {
    AgentServer server = server("1.49.1");
    start(server, "go");
    clock.advance(Duration.ofMillis(50));
    assertThat(start(server, "go")).isEqualTo("200");
    clock.advance(MINUTE);
    assertThat(count(server, "?source=user")).isOne();
  }

  @ParameterizedTest
  @CsvSource({"1.58.0, true", "1.49.1, false"})
  void onlyTheNewerSaysThatStartsAtOnceAreSafe(String version, boolean safe) {
    JsonNode info = body(ask(server(version), "GET", "/server_info", ""));
    assertThat(info.path("version").asString("")).isEqualTo(version);
    assertThat(info.path("sdk_version").asString("")).isEqualTo(version);
    assertThat(info.path("capabilities").toString().contains("idempotent_conversation_create_v1"))
        .isEqualTo(safe);
  }

  @ParameterizedTest
  @CsvSource({"1.58.0, 429", "1.49.1, 201"})
  void onlyTheNewerIsEverFull(String version, int status) {
    AgentServer server = server(version);
    start(server, "go");
    clock.advance(Duration.ofSeconds(1));
    Reply.Answer second =
        ask(server, "POST", "/api/conversations", opening("go").replace("0197", "0198"));
    assertThat(second.status()).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({
    "1.58.0, POST, /pause, 404",
    "1.49.1, POST, /pause, 400",
    "1.49.1, POST, /interrupt, 400",
    "1.49.1, POST, /run, 404",
    "1.58.0, DELETE, '', 404",
    "1.49.1, DELETE, '', 400",
    "1.58.0, PATCH, '', 404",
    "1.49.1, PATCH, '', 200"
  })
  void whatIsSaidOfAnUnknownConversation(String version, String method, String call, int status) {
    assertThat(ask(server(version), method, PATH + call, "{}").status()).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({"1.58.0, 422", "1.49.1, 500"})
  void aHundredIdsAreTooMany(String version, int status) {
    String ids = ("ids=" + ID + "&").repeat(100);
    assertThat(ask(server(version), "GET", "/api/conversations?" + ids, "").status())
        .isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({"1.58.0, 1, 404", "1.49.1, 0, 500"})
  void kindsWithoutAModuleAndEventsThatAreNotThere(String version, int bare, int unknown) {
    AgentServer server = server(version);
    start(server, "[[scenario: error]]");
    clock.advance(MINUTE);
    assertThat(count(server, "?kind=ConversationErrorEvent")).isEqualTo(bare);
    assertThat(count(server, "?kind=openhands.sdk.event.conversation_error.ConversationErrorEvent"))
        .isOne();
    assertThat(ask(server, "GET", PATH + "/events/" + ID, "").status()).isEqualTo(unknown);
  }

  @Test
  void aPageOfMoreThanAHundredWasAnErrorOnce() {
    Edition old =
        new Edition("1.34.0", _ -> true, event -> event, info -> info, information -> information);
    AgentServer server = new AgentServer(world, null, old);
    start(server, "go");
    assertThat(ask(server, "GET", PATH + "/events/search?limit=100", "").status()).isEqualTo(200);
    assertThat(ask(server, "GET", PATH + "/events/search?limit=101", "").status()).isEqualTo(500);
    assertThat(ask(server("1.58.0"), "GET", PATH + "/events/search?limit=101", "").status())
        .isEqualTo(422);
  }

  @ParameterizedTest
  @CsvSource({"1.58.0, true", "1.49.1, false"})
  void onlyTheNewerTellsTimesInOrder(String version, boolean ordered) {
    AgentServer server = server(version);
    start(server, "go");
    clock.advance(MINUTE);
    List<String> times = texts(server, "timestamp");
    assertThat(times.stream().sorted().toList().equals(times)).isEqualTo(ordered);
  }

  @Test
  void eventsAreFoundByIdAndByTime() {
    AgentServer server = server("1.58.0");
    start(server, "go");
    clock.advance(MINUTE);
    String id = texts(server, "id").get(4);
    String time = texts(server, "timestamp").get(8);
    assertThat(body(ask(server, "GET", PATH + "/events/" + id, "")).path("id").asString(""))
        .isEqualTo(id);
    int before = count(server, "?timestamp__lt=" + time);
    int after = count(server, "?timestamp__gte=" + time);
    assertThat(before).isPositive();
    assertThat(after).isPositive();
    assertThat(before + after).isEqualTo(count(server, ""));
  }

  @Test
  void oddFieldsKindsAndValuesAreToldOnlyWhenAsked() {
    AgentServer server = server("1.58.0");
    start(server, "[[scenario: finish odd=all]]");
    clock.advance(Duration.ofSeconds(5));
    assertThat(body(ask(server, "GET", PATH, "")).path("execution_status").asString(""))
        .isEqualTo("pondering");
    String told = ask(server, "GET", PATH + "/events/search", "").body();
    assertThat(told).contains("ForesightEvent", "\"mood\"", "under_review", "pondering");
    world.reset();
    start(server, "[[scenario: finish]]");
    clock.advance(Duration.ofSeconds(5));
    assertThat(ask(server, "GET", PATH + "/events/search", "").body())
        .doesNotContain("ForesightEvent", "\"mood\"", "under_review", "pondering");
  }

  @ParameterizedTest
  @ValueSource(strings = {"401", "403", "429", "quota", "502", "503", "no-key", "timeout"})
  void theModelsFailureIsToldAsTheRealServerClassifiesIt(String llm) {
    AgentServer server = server("1.58.0");
    start(server, "[[scenario: error llm=" + llm + "]]");
    clock.advance(MINUTE);
    JsonNode error =
        body(ask(server, "GET", PATH + "/events/search?kind=ConversationErrorEvent", ""))
            .at("/items/0");
    String expected =
        switch (llm) {
          case "401" -> "LLMAuthenticationError auth false";
          case "403" -> "APIError transient true";
          case "429", "quota" -> "LLMRateLimitError rate_limit true";
          case "502" -> "BadGatewayError transient true";
          case "timeout" -> "LLMTimeoutError transient true";
          default -> "LLMServiceUnavailableError transient true";
        };
    assertThat(
            error.path("code").asString("")
                + " "
                + error.at("/classification/kind").asString("")
                + " "
                + error.at("/classification/retryable"))
        .isEqualTo(expected);
  }

  @Test
  void afterSoManyFailuresAnOrderToGoOnSucceeds() {
    AgentServer server = server("1.58.0");
    start(server, "[[scenario: error times=2]]");
    clock.advance(MINUTE);
    ask(server, "POST", PATH + "/run", "");
    clock.advance(MINUTE);
    assertThat(count(server, "?kind=ConversationErrorEvent")).isEqualTo(2);
    ask(server, "POST", PATH + "/run", "");
    clock.advance(MINUTE);
    assertThat(status(server)).isEqualTo("finished");
  }

  @Test
  void aPauseMayBeIgnored() {
    AgentServer server = server("1.58.0");
    start(server, "[[scenario: long steps=3 seconds=5 pause=ignored]]");
    clock.advance(Duration.ofSeconds(1));
    assertThat(ask(server, "POST", PATH + "/pause", "").status()).isEqualTo(200);
    clock.advance(MINUTE);
    assertThat(status(server)).isEqualTo("finished");
  }

  @Test
  void aSecretIsHiddenInWhatItsCommandPrints() {
    AgentServer server = server("1.58.0");
    start(server, "[[scenario: secret name=DEMO_TOKEN]]");
    clock.advance(MINUTE);
    assertThat(ask(server, "GET", PATH + "/events/search", "").body())
        .contains("$DEMO_TOKEN", "token is <secret-hidden>");
  }

  private AgentServer server(String version) {
    return new AgentServer(world, null, Edition.of(version).orElseThrow());
  }

  private String status(AgentServer server) {
    return body(ask(server, "GET", PATH, "")).path("execution_status").asString("");
  }

  private static String start(AgentServer server, String prompt) {
    return String.valueOf(ask(server, "POST", "/api/conversations", opening(prompt)).status());
  }

  private static int count(AgentServer server, String query) {
    return body(ask(server, "GET", PATH + "/events/count" + query, "")).asInt(-1);
  }

  private static List<String> texts(AgentServer server, String field) {
    return body(ask(server, "GET", PATH + "/events/search", ""))
        .path("items")
        .valueStream()
        .map(event -> event.path(field).asString(""))
        .toList();
  }

  private static Reply.Answer ask(AgentServer server, String method, String path, String body) {
    return (Reply.Answer)
        server.answer(
            new Request(method, URI.create(path), Map.of(), body.getBytes(StandardCharsets.UTF_8)));
  }

  private static JsonNode body(Reply.Answer answer) {
    return new JsonMapper().readTree(answer.body());
  }

  private static String opening(String prompt) {
    return """
    {"conversation_id":"%s","workspace":{"kind":"LocalWorkspace","working_dir":"/runs/7"},
     "agent_settings":{"llm":{"model":"openai/x"}},
     "initial_message":{"role":"user","content":[{"type":"text","text":"%s"}]}}\
    """
        .formatted(ID, prompt);
  }
}
