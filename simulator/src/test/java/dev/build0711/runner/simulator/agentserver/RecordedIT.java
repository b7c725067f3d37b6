package dev.build0711.runner.simulator.agentserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.simulator.Shape;
import dev.build0711.runner.simulator.agentserver.Wire.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The simulator beside the real agent-server: the same requests, the same statuses and fields, the
/// same order of events.
class RecordedIT {

  private static final String ID = "/api/conversations/0c2835ca-f583-41b3-bff1-5dcb951a71d1";

  private final Wire wire = newWire();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "server",
        "bash",
        "wrong-key",
        "unknown-id",
        "events",
        "finish",
        "text",
        "ask",
        "stuck",
        "llm-401",
        "max-iterations"
      })
  void everyAnswerHasTheRecordedStatusAndFields(String name) throws Exception {
    for (JsonNode exchange : Recording.of(name).exchanges()) {
      JsonNode request = exchange.path("request");
      String path = request.path("path").asString("");
      if (asksForARecordedEvent(path)) {
        continue;
      }
      Answer answer = replay(request);
      wire.clock.advance(Duration.ofMinutes(1));
      JsonNode recorded = exchange.path("response");
      assertThat(answer.status()).as(path).isEqualTo(recorded.path("status").asInt(0));
      assertThat(Shape.of(answer.body()))
          .as(path)
          .isSubsetOf(Shape.of(union(name, recorded.path("body"))))
          .containsAll(required(answer.body(), recorded.path("body")));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "text, event_order",
    "stuck, event_order",
    "llm-401, event_order",
    "max-iterations, event_order",
    "ask, events_at_question",
    "pause, events_after_pause",
    "interrupt, events_after_interrupt",
    "confirmation, events_while_waiting",
    "restart-in-command, events_after_restart"
  })
  void eventsComeInTheRecordedOrder(String name, String observed) throws Exception {
    Recording recording = Recording.of(name);
    start(recording);
    wire.clock.advance(Duration.ofSeconds(1));
    switch (name) {
      case "pause" -> wire.post(ID + "/pause", "");
      case "interrupt" -> wire.post(ID + "/interrupt", "");
      case "restart-in-command" -> wire.post("/_simulator/restart", "");
      default -> wire.clock.advance(Duration.ofMinutes(1));
    }
    List<String> order = Recording.order(wire.get(ID + "/events/search").body());
    List<String> expected = recording.order(observed);
    assertThat(order.subList(0, Math.min(order.size(), expected.size()))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"ask", "interrupt", "restart-in-command"})
  void goingOnAddsTheRecordedEvents(String name) throws Exception {
    Recording recording = Recording.of(name);
    start(recording);
    wire.clock.advance(Duration.ofSeconds(1));
    switch (name) {
      case "ask" ->
          wire.post(
              ID + "/events",
              """
              {"role":"user","content":[{"type":"text","text":"answer.txt"}],"run":true}\
              """);
      case "interrupt" -> {
        wire.post(ID + "/interrupt", "");
        wire.post(ID + "/run", "");
      }
      default -> {
        wire.post("/_simulator/restart", "");
        wire.post(ID + "/run", "");
      }
    }
    wire.clock.advance(Duration.ofMinutes(1));
    assertThat(Recording.order(wire.get(ID + "/events/search").body()))
        .isEqualTo(
            recording.order(name.startsWith("restart") ? "events_after_run" : "event_order"));
  }

  @Test
  void aFinishBeginsAndEndsAsRecorded() throws Exception {
    Recording recording = Recording.of("finish");
    start(recording);
    wire.clock.advance(Duration.ofMinutes(1));
    List<String> order = Recording.order(wire.get(ID + "/events/search").body());
    List<String> recorded = recording.order("event_order");
    assertThat(order).startsWith(recorded.subList(0, 6).toArray(String[]::new));
    assertThat(order)
        .endsWith(recorded.subList(recorded.size() - 3, recorded.size()).toArray(String[]::new));
    assertThat(order).hasSameElementsAs(recorded);
  }

  @AfterEach
  void close() {
    wire.close();
  }

  private void start(Recording recording) throws IOException, InterruptedException {
    JsonNode body = recording.exchanges().getFirst().path("request").path("body").deepCopy();
    ((ObjectNode) body).put("conversation_id", ID.substring(ID.lastIndexOf('/') + 1));
    assertThat(wire.post("/api/conversations", simulated(body)).status()).isEqualTo(201);
  }

  private Answer replay(JsonNode request) throws IOException, InterruptedException {
    Map<String, String> headers = new HashMap<>();
    request
        .path("headers")
        .properties()
        .forEach(h -> headers.put(h.getKey(), h.getValue().asString("")));
    JsonNode body = request.path("body");
    return wire.send(
        request.path("method").asString(""),
        request.path("path").asString(""),
        body.isNull() || body.isMissingNode() ? "" : simulated(body),
        headers);
  }

  /// The scripted model's failures are one scenario of the simulator.
  private static String simulated(JsonNode body) {
    return body.toString().replace("[[scenario: llm-401]]", "[[scenario: error]]");
  }

  private static boolean asksForARecordedEvent(String path) {
    return path.matches(".*/events/[0-9a-f-]{36}");
  }

  /// What may be there: the fields of this answer, and those of any event of the case, since the
  /// simulator's agents do other things in between.
  private static JsonNode union(String name, JsonNode body) {
    if (!body.has("items")) {
      return body;
    }
    JsonNode all = body.deepCopy();
    for (String other : List.of(name, "finish", "text", "stuck")) {
      for (JsonNode exchange : Recording.of(other).exchanges()) {
        all.withArray("items")
            .addAll(Recording.list(exchange.path("response").path("body").path("items")));
      }
    }
    return all;
  }

  /// What must be there: all recorded fields of what the answer has at all.
  private static List<String> required(JsonNode answer, JsonNode recorded) {
    return Shape.of(recorded).stream()
        .filter(path -> !path.contains("[]") || Shape.of(answer).stream().anyMatch(sibling(path)))
        .toList();
  }

  private static Predicate<String> sibling(String path) {
    String parent = path.substring(0, path.lastIndexOf('.') + 1);
    return other -> other.startsWith(parent);
  }

  private static Wire newWire() {
    try {
      return new Wire();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
