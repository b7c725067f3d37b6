package dev.build0711.runner.simulator.legacy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.simulator.Shape;
import dev.build0711.runner.simulator.legacy.LegacyOptions.Release;
import dev.build0711.runner.simulator.legacy.LegacyOptions.Trait;
import dev.build0711.runner.simulator.legacy.Wire.Answer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The simulator beside the real V0 servers: the same requests, the same statuses and fields, the
/// same order of events.
class RecordedTest {

  private static final List<String> WITH_EVENTS =
      List.of("finish", "ask", "confirmation", "pause", "stop", "killed", "set-id", "stuck");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "server",
        "server-1.6.0",
        "web-pages",
        "web-pages-1.6.0",
        "wrong-key",
        "wrong-key-1.6.0",
        "open",
        "bad-requests",
        "unknown-id",
        "settings-missing",
        "list",
        "finish",
        "text",
        "ask",
        "llm-401",
        "llm-429",
        "llm-500",
        "stuck",
        "max-iterations",
        "confirmation",
        "pause",
        "stop",
        "delete",
        "set-id",
        "set-id-at-once"
      })
  void everyAnswerHasTheRecordedStatusAndFields(String name) {
    Wire wire = new Wire(options(name), name.equals("open") ? null : Wire.KEY);
    Map<String, String> ids = new HashMap<>();
    for (JsonNode exchange : Recording.of(name).exchanges()) {
      JsonNode request = exchange.path("request");
      JsonNode recorded = exchange.path("response");
      if (isAFileReadWhileWritten(request, recorded)) {
        continue;
      }
      Answer answer = replay(wire, request, ids);
      remember(ids, recorded.path("body"), answer.body());
      wire.clock.advance(Duration.ofMinutes(1));
      String path = request.path("method").asString("") + " " + request.path("path").asString("");
      assertThat(answer.status()).as(path).isEqualTo(recorded.path("status").asInt(0));
      assertThat(Shape.of(comparable(answer.body())))
          .as(path)
          .isSubsetOf(allowed(recorded.path("body")))
          .containsAll(required(answer.body(), recorded.path("body")));
      assertThat(answer.body().getNodeType())
          .as(path)
          .isEqualTo(recorded.path("body").getNodeType());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "server, 0.62.0",
    "server-1.6.0, 1.6.0",
  })
  void theDescriptionNamesTheRecordedPathsAndRelease(String name, String version) {
    JsonNode observed = Recording.of(name).observed();
    JsonNode answer = new Wire(options(name)).get("/openapi.json").body();
    assertThat(answer.path("paths").propertyNames())
        .containsExactlyInAnyOrderElementsOf(Recording.of(name).order("openapi_paths"));
    assertThat(answer.path("info")).isEqualTo(observed.path("openapi_info"));
    assertThat(answer.path("info").path("version").asString("")).isEqualTo(version);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "llm-401", "llm-429", "stuck"})
  void eventsComeInTheRecordedOrder(String name) {
    Wire wire = new Wire(options(name));
    String base = start(wire, "[[scenario: " + name + "]]");
    wire.clock.advance(Duration.ofMinutes(1));
    assertThat(order(wire, base)).isEqualTo(Recording.of(name).order("event_order"));
    assertThat(states(wire, base)).isEqualTo(Recording.of(name).order("event_order_states"));
  }

  @Test
  void anAnswerAndAFurtherMessageAddTheRecordedEvents() {
    Wire wire = new Wire(LegacyOptions.defaults());
    String base = start(wire, "[[scenario: ask]]");
    wire.clock.advance(Duration.ofMinutes(1));
    wire.post(base + "/message", "{\"message\":\"answer.txt, please\"}");
    wire.clock.advance(Duration.ofMinutes(1));
    wire.post(base + "/message", "{\"message\":\"And once more [[scenario: text]]\"}");
    wire.clock.advance(Duration.ofMinutes(1));
    assertThat(order(wire, base)).isEqualTo(Recording.of("ask").order("event_order"));
  }

  @Test
  void aMessageAfterTheLastIterationGivesAsManyAgain() {
    Wire wire = new Wire(LegacyOptions.defaults());
    wire.post("/api/settings", "{\"max_iterations\":5,\"llm_api_key\":\"sk-fake\"}");
    String base = start(wire, "[[scenario: max-iterations]]");
    wire.clock.advance(Duration.ofMinutes(1));
    wire.post(base + "/message", "{\"message\":\"go on\"}");
    wire.clock.advance(Duration.ofMinutes(1));
    Recording recording = Recording.of("max-iterations");
    assertThat(order(wire, base)).isEqualTo(recording.order("event_order"));
    assertThat(states(wire, base)).isEqualTo(recording.order("event_order_states"));
  }

  @Test
  void consentAndItsRefusalAddTheRecordedEvents() {
    Wire wire = new Wire(LegacyOptions.defaults());
    wire.post("/api/settings", "{\"confirmation_mode\":true,\"llm_api_key\":\"sk-fake\"}");
    String base = start(wire, "[[scenario: long steps=2 seconds=1]]");
    wire.clock.advance(Duration.ofMinutes(1));
    order(wire, base, "user_confirmed");
    wire.clock.advance(Duration.ofMinutes(1));
    order(wire, base, "user_rejected");
    assertThat(order(wire, base)).isEqualTo(Recording.of("confirmation").order("event_order"));
  }

  @Test
  void aPauseTakesEffectAtOnceAndTheCommandUnderWayComesToItsEnd() {
    Wire wire = new Wire(LegacyOptions.defaults());
    String base = start(wire, "[[scenario: long steps=4 seconds=2]]");
    wire.clock.advance(Duration.ofSeconds(4));
    for (String state : List.of("paused", "running", "stopped")) {
      order(wire, base, state);
      wire.clock.advance(Duration.ofSeconds(3));
    }
    assertThat(order(wire, base)).isEqualTo(Recording.of("pause").order("event_order"));
  }

  @Test
  void aStopAndANewStartAddTheRecordedEvents() {
    Wire wire = new Wire(LegacyOptions.defaults());
    Recording recording = Recording.of("stop");
    String base = start(wire, "[[scenario: long steps=8 seconds=3]]");
    wire.clock.advance(Duration.ofSeconds(7));
    wire.post(base + "/stop", "");
    assertThat(order(wire, base)).isEqualTo(recording.order("events_after_stop"));
    wire.post(base + "/start", "{\"providers_set\":[]}");
    wire.clock.advance(Duration.ofMinutes(1));
    assertThat(order(wire, base)).isEqualTo(recording.order("events_after_start"));
    wire.post(base + "/message", "{\"message\":\"Write it [[scenario: text]]\"}");
    wire.clock.advance(Duration.ofMinutes(1));
    assertThat(order(wire, base)).isEqualTo(recording.order("events_at_the_end"));
  }

  @Test
  void aKillLeavesTheRecordedEventsAndAMessageGoesOn() {
    Wire wire = new Wire(LegacyOptions.defaults());
    Recording recording = Recording.of("killed");
    String base = start(wire, "[[scenario: long steps=10 seconds=2]]");
    wire.clock.advance(Duration.ofSeconds(6));
    wire.world.restart();
    assertThat(order(wire, base)).isEqualTo(recording.order("events_after"));
    wire.post(base + "/start", "{\"providers_set\":[]}");
    wire.clock.advance(Duration.ofMinutes(1));
    assertThat(order(wire, base)).isEqualTo(recording.order("events_after_start"));
    wire.post(base + "/message", "{\"message\":\"Say something [[scenario: text]]\"}");
    wire.clock.advance(Duration.ofMinutes(1));
    assertThat(order(wire, base)).isEqualTo(recording.order("events_at_the_end"));
  }

  @Test
  void theRepeatOfAStoppedStartDoesTheTaskAgain() {
    Wire wire = new Wire(LegacyOptions.defaults().with(Trait.CHOSEN_IDS));
    String body =
        """
        {"conversation_id":"c0ffee","initial_user_msg":"[[scenario: long steps=2 seconds=2]]"}\
        """;
    String base = "/api/conversations/c0ffee";
    wire.post("/api/conversations", body);
    wire.clock.advance(Duration.ofSeconds(1));
    assertThat(wire.post("/api/conversations", body).text("conversation_status"))
        .isEqualTo("STARTING");
    wire.clock.advance(Duration.ofMinutes(1));
    assertThat(wire.post("/api/conversations", body).text("conversation_status"))
        .isEqualTo("RUNNING");
    wire.post(base + "/stop", "");
    wire.post("/api/conversations", body);
    wire.clock.advance(Duration.ofMinutes(1));
    assertThat(order(wire, base)).isEqualTo(Recording.of("set-id").order("event_order"));
  }

  @Test
  void aFinishBeginsAndEndsAsRecorded() {
    Wire wire = new Wire(LegacyOptions.defaults());
    String base = start(wire, "[[scenario: finish]]");
    wire.clock.advance(Duration.ofMinutes(1));
    List<String> order = withoutNumbers(order(wire, base));
    List<String> recorded = withoutNumbers(Recording.of("finish").order("event_order"));
    assertThat(order).startsWith(recorded.subList(0, 9).toArray(String[]::new));
    assertThat(order)
        .endsWith(recorded.subList(recorded.size() - 3, recorded.size()).toArray(String[]::new));
    assertThat(order).hasSameElementsAs(recorded);
  }

  private static String start(Wire wire, String prompt) {
    String simulated =
        prompt
            .replace("llm-401", "error")
            .replace("llm-429", "error code=LLMRateLimitError")
            .replace("llm-500", "error code=LLMServiceUnavailableError");
    Answer answer = wire.post("/api/conversations", "{\"initial_user_msg\":\"" + simulated + "\"}");
    return "/api/conversations/" + answer.text("conversation_id");
  }

  private static void order(Wire wire, String base, String state) {
    String body =
        "{\"action\":\"change_agent_state\",\"args\":{\"agent_state\":\"" + state + "\"}}";
    assertThat(wire.post(base + "/events", body).status()).isEqualTo(200);
  }

  private static List<String> order(Wire wire, String base) {
    return Recording.order(wire.get(base + "/events?limit=100").body());
  }

  private static List<String> states(Wire wire, String base) {
    return Recording.list(wire.get(base + "/events?limit=100").body().path("events")).stream()
        .filter(event -> event.path("observation").asString("").equals("agent_state_changed"))
        .map(RecordedTest::state)
        .toList();
  }

  private static String state(JsonNode event) {
    String reason = event.path("extras").path("reason").asString("");
    return event.path("id")
        + " "
        + event.path("extras").path("agent_state").asString("")
        + (reason.isEmpty() ? "" : ": " + reason);
  }

  private static List<String> withoutNumbers(List<String> labels) {
    return labels.stream().map(label -> label.substring(label.indexOf(' ') + 1)).toList();
  }

  private static LegacyOptions options(String name) {
    LegacyOptions options =
        LegacyOptions.defaults().withRelease(name.endsWith("1.6.0") ? Release.V1_6 : Release.V0_62);
    return switch (name) {
      case "web-pages", "web-pages-1.6.0" -> options.with(Trait.WEB_PAGES);
      case "set-id", "set-id-at-once" -> options.with(Trait.CHOSEN_IDS);
      case "bad-requests" -> options.with(Trait.NO_GIT_TOKEN);
      case "settings-missing", "open" -> options.with(Trait.NO_SETTINGS);
      default -> options;
    };
  }

  private static Answer replay(Wire wire, JsonNode request, Map<String, String> ids) {
    Map<String, String> headers = new HashMap<>();
    request
        .path("headers")
        .properties()
        .forEach(h -> headers.put(h.getKey(), h.getValue().asString("")));
    JsonNode body = request.path("body");
    String path = request.path("path").asString("");
    for (Map.Entry<String, String> id : ids.entrySet()) {
      path = path.replace(id.getKey(), id.getValue());
    }
    return wire.send(
        request.path("method").asString(""),
        path,
        body.isMissingNode() ? "" : body.isString() ? body.asString("") : simulated(body),
        headers);
  }

  /// The scripted model's failures are one scenario of the simulator, and its file has another
  /// name.
  private static String simulated(JsonNode body) {
    return body.toString().replace("[[scenario: llm-401]]", "[[scenario: error]]");
  }

  private static void remember(Map<String, String> ids, JsonNode recorded, JsonNode answered) {
    if (recorded.path("conversation_id").isString()
        && answered.path("conversation_id").isString()) {
      ids.put(
          recorded.path("conversation_id").asString(""),
          answered.path("conversation_id").asString(""));
    }
  }

  /// The real server now and then fails for a moment, which the simulator does when it is told.
  private static boolean isAFileReadWhileWritten(JsonNode request, JsonNode response) {
    return request.path("path").asString("").matches("/api/conversations/[0-9a-f]{32}")
        && response.path("status").asInt(0) == 500;
  }

  /// What may be there: the recorded fields, and those of any recorded event, since the simulator's
  /// agents do other things in between.
  private static Set<String> allowed(JsonNode body) {
    Set<String> all = new TreeSet<>(Shape.of(body));
    if (body.has("events")) {
      for (String name : WITH_EVENTS) {
        for (JsonNode exchange : Recording.of(name).exchanges()) {
          JsonNode other = exchange.path("response").path("body");
          if (other.has("events")) {
            all.addAll(Shape.of(other));
          }
        }
      }
    }
    return all;
  }

  /// What must be there: all recorded fields of what the answer has at all.
  private static List<String> required(JsonNode answer, JsonNode recorded) {
    Set<String> there = Shape.of(answer);
    return Shape.of(comparable(recorded)).stream()
        .filter(path -> !path.contains("[]") || there.stream().anyMatch(sibling(path)))
        .toList();
  }

  private static Predicate<String> sibling(String path) {
    String parent = path.substring(0, path.lastIndexOf('.') + 1);
    return other -> other.startsWith(parent);
  }

  /// Without the system prompt, which was cut out of the recordings.
  private static JsonNode comparable(JsonNode body) {
    if (!body.has("events")) {
      return body;
    }
    ObjectNode without = ((ObjectNode) body).deepCopy();
    ArrayNode events = without.putArray("events");
    Recording.list(body.path("events")).stream()
        .filter(event -> !event.path("action").asString("").equals("system"))
        .forEach(events::add);
    return without;
  }
}
