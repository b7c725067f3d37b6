package dev.build0711.runner.simulator.appserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.simulator.Shape;
import dev.build0711.runner.simulator.appserver.Wire.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeType;

/// The simulator beside the real V1 servers: the same requests, the same statuses and fields, the
/// same order of events.
class RecordedTest {

  @ParameterizedTest
  @CsvSource({
    "V1_11, server",
    "V1_11, web-pages",
    "V1_11, wrong-key",
    "V1_11, bad-requests",
    "V1_11, batch",
    "V1_11, finish",
    "V1_11, text",
    "V1_11, llm-401",
    "V1_11, stuck",
    "V1_11, max-iterations",
    "V1_11, send-message",
    "V1_11, agent-pause",
    "V1_11, sandbox-pause",
    "V1_11, chosen-id",
    "V1_11, same-sandbox",
    "V1_11, delete",
    "V1_11, killed",
    "V1_11, terminated",
    "V1_11, settings-missing",
    "V1_11, start-error",
    "V1_11, stream-start",
    "V0_62, server",
    "V0_62, wrong-key",
    "V0_62, bad-requests",
    "V0_62, finish",
    "V0_62, llm-401",
    "V0_62, sandbox-pause"
  })
  void everyAnswerHasTheRecordedStatusFieldsAndTypes(Release release, String name) {
    Replay replay = new Replay(release, name);
    for (JsonNode exchange : Recording.of(release, name).exchanges()) {
      Answer answer = replay.ask(exchange);
      JsonNode recorded = exchange.path("response");
      String about = exchange.path("request").toString();
      assertThat(answer.status()).as(about).isEqualTo(recorded.path("status").asInt(0));
      assertThat(answer.mediaType()).as(about).isEqualTo(recorded.path("type").asString(""));
      if (!answer.mediaType().equals("application/zip")) {
        assertSameShape(release, about, answer.body(), recorded.path("body"));
      }
    }
  }

  private static void assertSameShape(
      Release release, String about, JsonNode answer, JsonNode recorded) {
    Map<String, Set<JsonNodeType>> ours = Shape.types(answer);
    Map<String, Set<JsonNodeType>> theirs = Shape.types(recorded);
    Map<String, Set<JsonNodeType>> known = new TreeMap<>(theirs);
    if (recorded.has("items")) {
      Events.of(release).forEach(known::putIfAbsent);
    }
    assertThat(answer.getNodeType()).as(about).isEqualTo(recorded.getNodeType());
    assertThat(ours.keySet().stream().filter(path -> !isCut(path)))
        .as(about)
        .isSubsetOf(known.keySet());
    assertThat(theirs.keySet().stream().filter(path -> !isCut(path) && isDue(path, ours.keySet())))
        .as(about)
        .isSubsetOf(ours.keySet());
    ours.forEach((path, types) -> {
      Set<JsonNodeType> expected = known.getOrDefault(path, Set.of());
      if (!types.isEmpty() && !expected.isEmpty()) {
        assertThat(types).as(about + " " + path).isSubsetOf(expected);
      }
    });
  }

  /// What was cut out of the recordings.
  private static boolean isCut(String path) {
    return path.endsWith(".elided")
        || path.contains("SystemPromptEvent")
        || path.contains("usage_to_metrics.")
        || path.contains("agent_settings.")
        || path.contains("[].value.agent.");
  }

  /// A field of what lies in a list must be there only if the list has such a thing.
  private static boolean isDue(String path, Set<String> ours) {
    String parent = path.substring(0, path.lastIndexOf('.') + 1);
    return !path.contains("[]") || ours.stream().anyMatch(other -> other.startsWith(parent));
  }

  @ParameterizedTest
  @CsvSource({"V1_11", "V0_62"})
  void theDescriptionNamesTheRecordedPathsAndRelease(Release release) {
    JsonNode observed = Recording.of(release, "server").observed();
    JsonNode answer = new Wire(options(release)).get("/openapi.json").body();
    assertThat(answer.path("info")).isEqualTo(observed.path("openapi_info"));
    assertThat(answer.path("paths").propertyNames())
        .containsExactlyInAnyOrderElementsOf(
            observed.path("openapi_paths").valueStream().map(p -> p.asString("")).toList());
  }

  @ParameterizedTest
  @CsvSource({
    "V1_11, text, text, event_order",
    "V1_11, llm-401, error, event_order",
    "V1_11, stuck, stuck, event_order",
    "V1_11, agent-pause, long steps=4 seconds=3, event_order",
    "V0_62, llm-401, error, event_order"
  })
  void eventsComeInTheRecordedOrder(Release release, String name, String scenario, String key) {
    Wire wire = new Wire(options(release));
    String id = wire.start("[[scenario: " + scenario + "]]");
    if (name.equals("agent-pause")) {
      JsonNode conversation = wire.get(Wire.START + "?ids=" + id).body().path(0);
      Map<String, String> session =
          Map.of("X-Session-API-Key", conversation.path("session_api_key").asString(""));
      String url = conversation.path("conversation_url").asString("");
      wire.send("POST", url + "/pause", "", session);
    }
    wire.clock.advance(Duration.ofMinutes(1));
    List<String> recorded = Recording.of(release, name).order(key);
    List<String> order = Recording.order(wire.get(events(release, id)).body());
    switch (release) {
      case V1_11 -> assertThat(recorded).startsWith(order.toArray(String[]::new));
      // Those of one second and one kind come in the order of their ids.
      case V0_62 -> assertThat(order).containsExactlyInAnyOrderElementsOf(recorded);
    }
    assertThat(order).hasSizeGreaterThan(4);
  }

  @Test
  void aFinishBeginsAndEndsAsRecorded() {
    Wire wire = new Wire(options(Release.V1_11));
    String id = wire.start("go");
    wire.clock.advance(Duration.ofMinutes(1));
    List<String> order = Recording.order(wire.get(events(Release.V1_11, id)).body());
    List<String> recorded = Recording.of(Release.V1_11, "finish").order("event_order");
    assertThat(order).startsWith(recorded.subList(0, 8).toArray(String[]::new));
    int end = recorded.size();
    assertThat(order.subList(0, order.size() - 1))
        .endsWith(recorded.subList(end - 4, end).toArray(String[]::new));
    assertThat(order).hasSameElementsAs(recorded);
  }

  private static String events(Release release, String id) {
    return switch (release) {
      case V1_11 -> "/api/v1/conversation/" + id + "/events/search";
      case V0_62 -> "/api/v1/events/search?conversation_id__eq=" + id;
    };
  }

  private static AppOptions options(Release release) {
    return AppOptions.defaults().withRelease(release);
  }
}
