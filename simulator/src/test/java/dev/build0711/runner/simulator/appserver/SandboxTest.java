package dev.build0711.runner.simulator.appserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.simulator.appserver.Wire.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class SandboxTest {

  private static final String HI =
      "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hello\"}],\"run\":true}";

  private final Wire wire = new Wire(AppOptions.defaults().withMaxSandboxes(2));

  @Test
  void aPausedSandboxStopsTheAgentsTimeAndAResumeLetsItGoOn() {
    String id = wire.start("[[scenario: long steps=4 seconds=10]]");
    wire.clock.advance(Duration.ofSeconds(15));
    String url = wire.conversation(id).path("conversation_url").asString("");
    assertThat(pause(id).status()).isEqualTo(200);
    wire.clock.advance(Duration.ofHours(1));
    assertState(id, "PAUSED/null");
    assertThat(wire.conversation(id).path("conversation_url").isNull()).isTrue();
    assertThat(wire.hangsUp("GET", url)).isTrue();
    assertThat(events(id, "ObservationEvent")).isOne();
    Answer message = wire.post(Wire.START + "/" + id + "/send-message", HI);
    assertThat(message.status()).isEqualTo(409);
    assertThat(message.detail()).startsWith("Sandbox is PAUSED. Use POST /api/v1/sandboxes/");

    resume(id);
    assertState(id, "RUNNING/running");
    wire.clock.advance(Duration.ofSeconds(24));
    assertState(id, "RUNNING/running");
    wire.clock.advance(Duration.ofSeconds(2));
    assertState(id, "RUNNING/finished");
  }

  @Test
  void oneSandboxMoreThanThereMayBePausesTheOldest() {
    String oldest = wire.start("[[scenario: long steps=9 seconds=60]]");
    String second = wire.start("[[scenario: long steps=9 seconds=60]]");
    String third = wire.start("[[scenario: long steps=9 seconds=60]]");
    assertState(oldest, "PAUSED/null");
    assertState(second, "RUNNING/running");
    assertState(third, "RUNNING/running");
    resume(oldest);
    assertState(oldest, "RUNNING/running");
    assertState(second, "PAUSED/null");
  }

  @Test
  void aConversationIsOutOfReachAfterItsStartAndAfterEachResume() {
    String id = wire.start("[[scenario: null-phase seconds=60]]");
    assertState(id, "RUNNING/null");
    assertThat(wire.post(Wire.START + "/" + id + "/send-message", HI).status()).isEqualTo(502);
    wire.clock.advance(Duration.ofSeconds(60));
    assertState(id, "RUNNING/finished");
    pause(id);
    resume(id);
    assertState(id, "RUNNING/null");
    wire.clock.advance(Duration.ofSeconds(60));
    assertState(id, "RUNNING/finished");
  }

  @ParameterizedTest
  @CsvSource({"STARTING, 409", "ERROR, 503", "MISSING, 410"})
  void aSandboxIsTakenForSomethingElseAndComesBack(String status, int answered) {
    String id = wire.start("[[scenario: null-phase after=2 seconds=3 sandbox=" + status + "]]");
    assertState(id, "RUNNING/running");
    wire.clock.advance(Duration.ofSeconds(3));
    assertState(id, status + "/null");
    assertThat(wire.post(Wire.START + "/" + id + "/send-message", HI).status()).isEqualTo(answered);
    wire.clock.advance(Duration.ofSeconds(3));
    assertState(id, "RUNNING/running");
  }

  @Test
  void aDeletedSandboxTakesItsAgentWithItAndLeavesTheEvents() {
    String id = wire.start("[[scenario: long steps=9 seconds=2]]");
    wire.clock.advance(Duration.ofSeconds(5));
    int events = events(id, "ActionEvent");
    String path = "/api/v1/sandboxes/" + sandbox(id);
    assertThat(wire.send("DELETE", path, "").status()).isEqualTo(422);
    assertThat(wire.send("DELETE", path + "?sandbox_id=" + sandbox(id), "").status())
        .isEqualTo(200);
    wire.clock.advance(Duration.ofHours(1));
    assertState(id, "MISSING/null");
    assertThat(events(id, "ActionEvent")).isEqualTo(events).isPositive();
    Answer message = wire.post(Wire.START + "/" + id + "/send-message", HI);
    assertThat(message.status()).isEqualTo(404);
    assertThat(message.detail()).startsWith("Sandbox not found for conversation ");
    assertThat(wire.post(path + "/resume", "").status()).isEqualTo(404);
  }

  @Test
  void aDeletedConversationTakesItsTaskAndItsSandboxWithIt() {
    String task = wire.begin("[[scenario: long steps=9 seconds=2]]");
    wire.clock.advance(Duration.ofSeconds(5));
    String id = wire.task(task).path("app_conversation_id").asString("");
    String sandbox = sandbox(id);
    assertThat(wire.send("DELETE", Wire.START + "/" + id, "").status()).isEqualTo(200);
    assertThat(wire.conversation(id).isNull()).isTrue();
    assertThat(wire.task(task).isNull()).isTrue();
    assertThat(wire.get("/api/v1/sandboxes?id=" + sandbox).body().path(0).isNull()).isTrue();
    assertThat(events(id, "ActionEvent")).isPositive();
  }

  @Test
  void aSharedSandboxLivesUntilItsLastConversationIsDeleted() {
    String first = wire.start("[[scenario: text]]");
    String second =
        wire.ready(
            wire.post(
                    Wire.START,
                    Wire.opening("[[scenario: text]]", "\"sandbox_id\":\"" + sandbox(first) + "\""))
                .text("id"));
    assertThat(sandbox(second)).isEqualTo(sandbox(first));
    wire.send("DELETE", Wire.START + "/" + first, "");
    wire.clock.advance(Duration.ofSeconds(1));
    assertState(second, "RUNNING/finished");
  }

  @Test
  void aRestartForgetsTheSandboxesAndFreezesTheStartsButTheAgentsGoOn() {
    String id = wire.start("[[scenario: long steps=2 seconds=9]]");
    JsonNode before = wire.conversation(id);
    String task = wire.begin("run_42");
    wire.clock.advance(Duration.ofMillis(500));
    JsonNode frozen = wire.task(task);
    wire.world.restart();
    wire.clock.advance(Duration.ofHours(1));
    assertState(id, "MISSING/null");
    assertThat(wire.get("/api/v1/sandboxes/search").body().path("items")).isEmpty();
    assertThat(wire.task(task)).isEqualTo(frozen);
    assertThat(wire.world.prompts("run_42")).isZero();
    Answer agent =
        wire.send("GET", before.path("conversation_url").asString(""), "", session(before));
    assertThat(agent.text("execution_status")).isEqualTo("finished");
    assertThat(wire.get("/api/v1/conversation/" + id + "/events/search").body().toString())
        .doesNotContain("FinishAction");
  }

  @Test
  void theAgentServerOfASandboxHasItsOwnKeyAndItsOwnConversations() {
    JsonNode mine = wire.conversation(wire.start("[[scenario: text]]"));
    JsonNode other = wire.conversation(wire.start("[[scenario: text]]"));
    String url = mine.path("conversation_url").asString("");
    assertThat(wire.get(url).status()).isEqualTo(401);
    assertThat(wire.send("GET", url, "", session(other)).status()).isEqualTo(401);
    assertThat(wire.send("GET", url, "", session(mine)).status()).isEqualTo(200);
    String root = url.substring(0, url.indexOf("/api/"));
    assertThat(wire.send("GET", root + "/server_info", "", Map.of()).text("version"))
        .isEqualTo("1.34.0");
    String foreign = root + "/api/conversations/" + other.path("id").asString("");
    assertThat(wire.send("GET", foreign, "", session(mine)).status()).isEqualTo(404);
    assertThat(wire.send("GET", root + "/api/conversations/search", "", session(mine)).status())
        .isEqualTo(404);
  }

  @Test
  void anAgentIsPausedAtItsAddressAndCannotBeRunAgainAtOnce() {
    JsonNode before = wire.conversation(wire.start("[[scenario: long steps=3 seconds=4]]"));
    String id = before.path("id").asString("");
    String url = before.path("conversation_url").asString("");
    Instant asked = wire.clock.instant();
    wire.send("POST", url + "/pause", "", session(before));
    assertThat(Duration.between(asked, wire.clock.instant())).isEqualTo(Duration.ofSeconds(4));
    assertState(id, "RUNNING/paused");
    assertThat(wire.send("POST", url + "/run", "", session(before)).status()).isEqualTo(409);
    assertState(id, "RUNNING/paused");
    wire.clock.advance(Duration.ofSeconds(2));
    assertThat(wire.send("POST", url + "/run", "", session(before)).status()).isEqualTo(200);
    assertState(id, "RUNNING/running");
    wire.send("POST", url + "/interrupt", "", session(before));
    assertState(id, "RUNNING/paused");
  }

  @Test
  void consentIsGivenAtTheAgentsAddress() {
    JsonNode before = wire.conversation(wire.start("[[scenario: confirm]]"));
    String id = before.path("id").asString("");
    wire.clock.advance(Duration.ofSeconds(5));
    assertState(id, "RUNNING/waiting_for_confirmation");
    wire.send(
        "POST",
        before.path("conversation_url").asString("") + "/events/respond_to_confirmation",
        "{\"accept\":true}",
        session(before));
    wire.clock.advance(Duration.ofSeconds(5));
    assertState(id, "RUNNING/finished");
  }

  @Test
  void namesAndKeysAreTheSameInEveryRunOfASeed() {
    Wire other = new Wire(AppOptions.defaults());
    assertThat(other.conversation(other.start("go")))
        .isEqualTo(wire.conversation(wire.start("go")));
  }

  /// As `sandbox_status/execution_status`.
  private void assertState(String id, String state) {
    JsonNode conversation = wire.conversation(id);
    assertThat(
            conversation.path("sandbox_status").asString("")
                + "/"
                + conversation.path("execution_status").asString("null"))
        .isEqualTo(state);
  }

  private Answer pause(String id) {
    return wire.post("/api/v1/sandboxes/" + sandbox(id) + "/pause", "");
  }

  private void resume(String id) {
    assertThat(wire.post("/api/v1/sandboxes/" + sandbox(id) + "/resume", "").status())
        .isEqualTo(200);
  }

  private String sandbox(String id) {
    return wire.conversation(id).path("sandbox_id").asString("");
  }

  private int events(String id, String kind) {
    List<JsonNode> events =
        wire.get("/api/v1/conversation/" + id + "/events/search?kind__eq=" + kind)
            .body()
            .path("items")
            .valueStream()
            .toList();
    return events.size();
  }

  private static Map<String, String> session(JsonNode conversation) {
    return Map.of("X-Session-API-Key", conversation.path("session_api_key").asString(""));
  }
}
