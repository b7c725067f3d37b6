package dev.build0711.runner.simulator.appserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.simulator.appserver.Wire.Answer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class AppServerTest {

  private final Wire wire = new Wire(AppOptions.defaults());

  @Test
  void aMessageToAWorkingAgentIsAnsweredWhenItsStepIsOver() {
    String id = wire.start("[[scenario: long steps=3 seconds=20]]");
    wire.clock.advance(Duration.ofSeconds(5));
    Instant before = wire.clock.instant();
    Answer answer = send(id, "and mind the gap");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text("sandbox_status")).isEqualTo("RUNNING");
    assertThat(Duration.between(before, wire.clock.instant())).isEqualTo(Duration.ofSeconds(15));
    wire.clock.advance(Duration.ofSeconds(1));
    assertThat(wire.world.prompts("mind the gap")).isOne();
  }

  @Test
  void aMessageSetsAFinishedAgentGoing() {
    String id = wire.start("[[scenario: text]]");
    wire.clock.advance(Duration.ofMinutes(1));
    send(id, "[[scenario: long]]");
    assertThat(wire.conversation(id).path("execution_status").asString("")).isEqualTo("running");
  }

  @Test
  void aQueuedMessageIsNeverTakenUp() {
    String id = wire.start("[[scenario: text]]");
    Answer queued =
        wire.post(
            "/api/v1/conversations/" + id + "/pending-messages",
            "{\"content\":[{\"type\":\"text\",\"text\":\"read me\"}]}");
    assertThat(queued.status()).isEqualTo(201);
    wire.clock.advance(Duration.ofHours(1));
    assertThat(wire.world.prompts("read me")).isZero();
  }

  @Test
  void settingsHoldForWhatIsStartedAfterThem() {
    wire.post(
        "/api/v1/settings",
        """
        {"agent_settings_diff":{"llm":{"model":"openai/tiny","api_key":"sk-canary"}},
         "conversation_settings_diff":{"max_iterations":3,"confirmation_mode":false}}\
        """);
    String id = wire.start("[[scenario: max-iterations]]");
    wire.clock.advance(Duration.ofMinutes(1));
    assertThat(wire.conversation(id).path("llm_model").asString("")).isEqualTo("openai/tiny");
    assertThat(wire.conversation(id).path("execution_status").asString("")).isEqualTo("error");
    assertThat(wire.get("/api/v1/settings").body().toString()).doesNotContain("canary");
  }

  @Test
  void flatSettingsAreTakenAndIgnored() {
    Answer stored = wire.post("/api/v1/settings", "{\"llm_model\":\"openai/tiny\"}");
    assertThat(stored.text("message")).isEqualTo("Settings stored");
    assertThat(wire.conversation(wire.start("go")).path("llm_model").asString(""))
        .isEqualTo("gpt-5.5");
  }

  @Test
  void confirmationModeMakesTheAgentAskForEachCommand() {
    wire.post("/api/v1/settings", "{\"conversation_settings_diff\":{\"confirmation_mode\":true}}");
    String id = wire.start("[[scenario: long]]");
    wire.clock.advance(Duration.ofMinutes(1));
    assertThat(wire.conversation(id).path("execution_status").asString(""))
        .isEqualTo("waiting_for_confirmation");
  }

  @Test
  void theFirstReleaseAsksForAKeyOnlyOutsideOfV1() {
    Wire wire = new Wire(AppOptions.defaults().withRelease(Release.V0_62));
    assertThat(wire.send("POST", Wire.START, Wire.opening("go", ""), Map.of()).status())
        .isEqualTo(200);
    assertThat(wire.send("GET", "/api/options/config", "", Map.of()).status()).isEqualTo(401);
    assertThat(wire.send("POST", "/api/settings", "{}", Map.of()).status()).isEqualTo(401);
    assertThat(wire.get("/api/options/config").text("APP_MODE")).isEqualTo("oss");
  }

  @Test
  void theFirstReleaseHasNoCallForMessagesOrDeleting() {
    Wire wire = new Wire(AppOptions.defaults().withRelease(Release.V0_62));
    String id = wire.start("go");
    assertThat(wire.post(Wire.START + "/" + id + "/send-message", "{}").status()).isEqualTo(404);
    assertThat(wire.send("DELETE", Wire.START + "/" + id, "").status()).isEqualTo(404);
  }

  @Test
  void ofFortyRequestsAtOnceTenAreQuickTenLateAndTwentyRefused() {
    Wire wire = new Wire(AppOptions.defaults().withRateLimited(true));
    Instant begin = wire.clock.instant();
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      answers.add(wire.get("/alive"));
    }
    assertThat(wire.clock.instant()).isEqualTo(begin);
    assertThat(answers).allMatch(answer -> answer.status() == 200);
    assertThat(wire.heldBack("/alive", Duration.ofSeconds(1))).hasSize(10).containsOnly(true);
    Answer refused = wire.get("/alive");
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.headers()).containsEntry("Retry-After", "1");
    assertThat(refused.text("message")).isEqualTo("Too many requests");
    wire.clock.advance(Duration.ofSeconds(2));
    assertThat(wire.get("/alive").status()).isEqualTo(200);
  }

  @Test
  void theTrajectoryIsAZipOfAllEvents() throws Exception {
    String id = wire.start("[[scenario: text]]");
    wire.clock.advance(Duration.ofMinutes(1));
    Answer download = wire.get(Wire.START + "/" + id + "/download");
    int events = wire.get("/api/v1/conversation/" + id + "/events/count").body().asInt(0);
    assertThat(download.mediaType()).isEqualTo("application/zip");
    assertThat(names(download.body().stringValue())).hasSize(events + 1).contains("meta.json");
  }

  @Test
  void whatAnAgentHasChangedIsThereOnceItHasRunACommand() {
    String id = wire.start("[[scenario: long steps=2 seconds=5]]");
    String base = Wire.START + "/" + id + "/git/";
    assertThat(wire.get(base + "changes?path=.").body().toString()).doesNotContain("hello.txt");
    wire.clock.advance(Duration.ofSeconds(6));
    assertThat(wire.get(base + "changes?path=.").body().toString()).contains("hello.txt");
    assertThat(wire.get(base + "diff?path=hello.txt").text("modified")).isNotEmpty();
    assertThat(wire.get(base + "diff?path=other.txt").status()).isEqualTo(502);
  }

  @Test
  void thePullRequestIsOfTheRepositoryThatWasAskedFor() {
    String task =
        wire.post(
                Wire.START,
                Wire.opening(
                    "go", "\"selected_repository\":\"acme/shed\",\"git_provider\":\"gitlab\""))
            .text("id");
    String id = wire.ready(task);
    wire.clock.advance(Duration.ofMinutes(1));
    assertThat(wire.get("/api/v1/conversation/" + id + "/events/search").body().toString())
        .contains("https://gitlab.com/acme/shed/-/merge_requests/");
  }

  @Test
  void aSlowConversationIsAnsweredLateAlone() {
    String slow = wire.start("[[scenario: slow answer_ms=700]]");
    String quick = wire.start("go");
    Instant before = wire.clock.instant();
    wire.conversation(quick);
    assertThat(wire.clock.instant()).isEqualTo(before);
    wire.get(Wire.START + "?ids=" + quick + "&ids=" + slow);
    assertThat(Duration.between(before, wire.clock.instant())).isEqualTo(Duration.ofMillis(700));
  }

  @Test
  void batchesOfManyConversationsHaveEveryOneOfThem() {
    Wire wire = new Wire(AppOptions.defaults().withMaxSandboxes(5_000));
    List<String> tasks = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      tasks.add(wire.begin("[[scenario: long steps=9 seconds=60]]"));
    }
    wire.clock.advance(Duration.ofSeconds(90));
    List<String> ids = tasks.stream().map(wire::task).map(AppServerTest::conversation).toList();
    for (int i = 0; i < ids.size(); i += 99) {
      List<String> some = ids.subList(i, Math.min(i + 99, ids.size()));
      assertThat(wire.get(Wire.START + "?ids=" + String.join("&ids=", some)).body())
          .hasSize(some.size())
          .noneMatch(JsonNode::isNull);
    }
    assertThat(wire.get(Wire.START + "/count").body().asInt(0)).isEqualTo(3_000);
  }

  private static String conversation(JsonNode task) {
    return task.path("app_conversation_id").asString("");
  }

  @Test
  void aResetForgetsEverything() {
    String task = wire.begin("go");
    wire.clock.advance(Duration.ofSeconds(1));
    wire.world.reset();
    assertThat(wire.task(task).isNull()).isTrue();
    assertThat(wire.get(Wire.START + "/count").body().asInt(-1)).isZero();
  }

  private Answer send(String id, String text) {
    return wire.post(
        Wire.START + "/" + id + "/send-message",
        "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"" + text + "\"}]}");
  }

  private static List<String> names(String zip) throws IOException {
    List<String> names = new ArrayList<>();
    byte[] bytes = zip.getBytes(StandardCharsets.ISO_8859_1);
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(bytes))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        names.add(entry.getName());
      }
    }
    return names;
  }
}
