package dev.build0711.runner.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.build0711.runner.simulator.agentserver.AgentServer;
import dev.build0711.runner.simulator.scenario.World;
import dev.build0711.runner.simulator.web.Reply;
import dev.build0711.runner.simulator.web.Request;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class WebhooksTest {

  private static final String ID = "0197a1fd-7b15-7074-ad42-5960cfc2a88e";
  private static final String EVENTS = "/hook/events/0197a1fd7b157074ad425960cfc2a88e";
  private static final String KEY = "key-of-the-server";

  private final VirtualClock clock = new VirtualClock();
  private final World world =
      new World(clock, 1, Duration.ofSeconds(2), Duration.ofSeconds(1), 9, 100);
  private final List<Pushed> pushed = new ArrayList<>();
  private boolean taken = true;
  private final Webhooks webhooks =
      new Webhooks(
          world,
          new AgentServer(world, KEY),
          KEY,
          (to, headers, body) -> {
            pushed.add(new Pushed(to.getPath(), headers, new JsonMapper().readTree(body)));
            return taken;
          });

  private record Pushed(String path, Map<String, String> headers, JsonNode body) {}

  @BeforeEach
  void set() {
    webhooks.set(
        WebhookTarget.read(
            """
            {"base_url":"http://127.0.0.1:1/hook/","headers":{"Authorization":"Bearer secret"},
             "event_buffer_size":5,"flush_delay":30,"retry_delay":5}\
            """));
  }

  @Test
  void aStartIsPushedWithTheConfiguredHeadersAndTheServersOwnKey() {
    start("go");
    webhooks.pump();
    Pushed first = pushed.getFirst();
    assertThat(first.path()).isEqualTo("/hook/conversations");
    assertThat(first.headers())
        .containsEntry("Authorization", "Bearer secret")
        .containsEntry("X-Session-API-Key", KEY);
    assertThat(first.body().path("id").asString("")).isEqualTo(ID);
    assertThat(first.body().path("execution_status").asString("")).isEqualTo("idle");
  }

  @Test
  void everyEventIsPushedOnceInOrderAndInBatchesAndAFullStateAtBothEnds() {
    start("[[scenario: finish]]");
    for (int second = 0; second < 60; second++) {
      clock.advance(Duration.ofSeconds(1));
      webhooks.pump();
    }
    List<JsonNode> batches = batches();
    assertThat(batches).allSatisfy(batch -> assertThat(batch.size()).isBetween(1, 5));
    List<String> ids = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    for (JsonNode batch : batches) {
      batch.forEach(event -> (isState(event) ? keys : ids).add(event.path("id").asString("")));
    }
    assertThat(keys).hasSize(2);
    assertThat(batches.getFirst().get(0).path("key").asString("")).isEqualTo("full_state");
    JsonNode last = batches.getLast().get(batches.getLast().size() - 1);
    assertThat(last.at("/value/execution_status").asString("")).isEqualTo("finished");
    assertThat(ids).isEqualTo(history());
  }

  @Test
  void aFewEventsWaitUntilTheDelayIsOver() {
    start("[[scenario: long steps=1 seconds=500]]");
    clock.advance(Duration.ofSeconds(1));
    webhooks.pump();
    int before = batches().size();
    clock.advance(Duration.ofSeconds(29));
    webhooks.pump();
    assertThat(batches()).hasSize(before);
    clock.advance(Duration.ofSeconds(1));
    webhooks.pump();
    assertThat(batches()).hasSize(before + 1);
  }

  @Test
  void whatIsNotTakenIsPushedAgainAfterTheDelay() {
    start("go");
    taken = false;
    webhooks.pump();
    JsonNode refused = batches().getFirst();
    taken = true;
    webhooks.pump();
    assertThat(batches()).containsExactly(refused);
    clock.advance(Duration.ofSeconds(5));
    webhooks.pump();
    assertThat(batches().get(1)).isEqualTo(refused);
  }

  @Test
  void aPauseAndADeletionArePushedAndAnEndIsNot() {
    start("[[scenario: long steps=2 seconds=4]]");
    ask("POST", "/api/conversations/" + ID + "/interrupt", "");
    ask("POST", "/api/conversations/" + ID + "/run", "");
    clock.advance(Duration.ofMinutes(1));
    ask("DELETE", "/api/conversations/" + ID, "");
    webhooks.pump();
    assertThat(pushed.stream().filter(p -> p.path().equals("/hook/conversations")))
        .extracting(p -> p.body().path("execution_status").asString(""))
        .containsExactly("idle", "paused", "deleting");
  }

  @Test
  void aReceiverThatIsTakenAwayHearsNoMore() {
    start("go");
    webhooks.clear();
    webhooks.pump();
    assertThat(pushed).isEmpty();
  }

  @Test
  void whatIsNoReceiverIsSaid() {
    assertThatThrownBy(() -> WebhookTarget.read("{}")).hasMessageContaining("base_url");
    assertThatThrownBy(() -> WebhookTarget.read("[")).hasMessageContaining("not JSON");
  }

  private List<String> history() {
    String path = "/api/conversations/" + ID + "/events/search";
    return new JsonMapper()
        .readTree(ask("GET", path, ""))
        .path("items")
        .valueStream()
        .map(event -> event.path("id").asString(""))
        .toList();
  }

  private List<JsonNode> batches() {
    return pushed.stream().filter(p -> p.path().equals(EVENTS)).map(Pushed::body).toList();
  }

  private static boolean isState(JsonNode event) {
    return event.path("key").asString("").equals("full_state");
  }

  private void start(String prompt) {
    ask(
        "POST",
        "/api/conversations",
        """
        {"conversation_id":"%s","workspace":{"kind":"LocalWorkspace","working_dir":"/w"},
         "agent_settings":{"llm":{"model":"openai/x"}},
         "initial_message":{"role":"user","content":[{"type":"text","text":"%s"}]}}\
        """
            .formatted(ID, prompt));
  }

  private String ask(String method, String path, String body) {
    var request =
        new Request(
            method,
            URI.create(path),
            Map.of("x-session-api-key", KEY),
            body.getBytes(StandardCharsets.UTF_8));
    return ((Reply.Answer) webhooks.answer(request)).body();
  }
}
