package dev.build0711.runner.simulator.agentserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.build0711.runner.simulator.Options;
import dev.build0711.runner.simulator.agentserver.Wire.Answer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class AgentServerIT {

  private static final String ID = "0197a1fd-7b15-7074-ad42-5960cfc2a88e";
  private static final String PATH = "/api/conversations/" + ID;

  private Wire wire;

  @BeforeEach
  void start() throws IOException {
    wire = new Wire(Options.defaults().withMaxRuns(2));
  }

  @AfterEach
  void close() {
    wire.close();
  }

  @Test
  void fourStartsOfOneIdAtOnceMakeOneConversationWithOneMessage() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Integer> start = () -> wire.post("/api/conversations", opening("go")).status();
      List<Integer> statuses = new ArrayList<>();
      for (Future<Integer> status : threads.invokeAll(List.of(start, start, start, start))) {
        statuses.add(status.get());
      }
      assertThat(statuses).containsExactlyInAnyOrder(201, 200, 200, 200);
    }
    assertThat(count("?source=user")).isOne();
  }

  @Test
  void aPageBeginsWithTheEventThatItsIdNames() throws Exception {
    wire.post("/api/conversations", opening("go"));
    wire.clock.advance(Duration.ofMinutes(1));
    List<String> paged = new ArrayList<>();
    JsonNode page = wire.get(PATH + "/events/search?limit=7").body();
    ids(page, paged);
    while (!page.path("next_page_id").isNull()) {
      String next = page.path("next_page_id").asString("");
      page = wire.get(PATH + "/events/search?limit=7&page_id=" + next).body();
      assertThat(page.path("items").path(0).path("id").asString("")).isEqualTo(next);
      ids(page, paged);
    }
    List<String> whole = new ArrayList<>();
    ids(wire.get(PATH + "/events/search").body(), whole);
    assertThat(paged).isEqualTo(whole).doesNotHaveDuplicates().hasSize(count(""));
  }

  @Test
  void anUnknownPageIsTheFirst() throws Exception {
    wire.post("/api/conversations", opening("go"));
    assertThat(wire.get(PATH + "/events/search?limit=1&page_id=" + ID))
        .isEqualTo(wire.get(PATH + "/events/search?limit=1"));
  }

  @Test
  void aKindMayBeGivenWithItsModule() throws Exception {
    wire.post("/api/conversations", opening("[[scenario: error]]"));
    wire.clock.advance(Duration.ofMinutes(1));
    assertThat(count("?kind=openhands.sdk.event.conversation_error.ConversationErrorEvent"))
        .isEqualTo(count("?kind=ConversationErrorEvent"))
        .isOne();
  }

  @Test
  void aFullServerAnswers429AndCreatesNothingUnlessItIsAMessage() throws Exception {
    wire.post("/api/conversations", opening("[[scenario: text]]"));
    wire.clock.advance(Duration.ofMinutes(1));
    for (int i = 1; i <= 2; i++) {
      wire.post(
          "/api/conversations",
          opening("go").replace(ID, "00000000-0000-4000-8000-00000000000" + i));
    }
    Answer refused = wire.post("/api/conversations", opening("go").replace("0197", "0198"));
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.body().path("detail").asString(""))
        .isEqualTo("Conversation run limit reached. Retry the request later.");
    assertThat(wire.get(PATH.replace("0197", "0198")).status()).isEqualTo(404);
    Answer saved = wire.post(PATH + "/events", message("go on"));
    assertThat(saved.status()).isEqualTo(429);
    assertThat(saved.body().path("detail").asString("")).startsWith("Message saved, but");
    assertThat(count("?body=go%20on")).isOne();
  }

  @Test
  void runningWhatRunsIsAConflict() throws Exception {
    wire.post("/api/conversations", opening("go"));
    assertThat(wire.post(PATH + "/run", "").status()).isEqualTo(409);
  }

  @Test
  void whatIsWrongWithAStartIsSaidWhereItIs() throws Exception {
    assertInvalid(opening("go").replace("\"workspace\"", "\"work\""), "workspace", "missing");
    assertInvalid(opening("go").replace("\"agent\"", "\"a\""), "body", "value_error");
    assertInvalid(opening("go").replace(ID, "run-42"), "conversation_id", "uuid_parsing");
    assertInvalid(opening("go").replace(":500", ":0"), "max_iterations", "greater_than_equal");
    assertInvalid(opening("go").replace("\"runid\"", "\"Run-Id\""), "tags", "value_error");
    assertInvalid(opening("go").replace("\"model\"", "\"m\""), "llm", "value_error");
    assertThat(wire.post("/api/conversations", "{").body().at("/detail/0/type").asString(""))
        .isEqualTo("json_invalid");
  }

  @Test
  void anUnknownToolIsA500ThatLeavesAnIdleConversation() throws Exception {
    Answer failed =
        wire.post("/api/conversations", opening("go").replace("\"terminal\"", "\"teleport\""));
    assertThat(failed.status()).isEqualTo(500);
    assertThat(wire.get(PATH).body().path("execution_status").asString("")).isEqualTo("idle");
    assertThat(wire.get(PATH).body().path("last_user_message_id").isNull()).isTrue();
  }

  @Test
  void aPauseIsAnsweredWhenTheStepIsOver() throws Exception {
    wire.post("/api/conversations", opening("[[scenario: long seconds=40]]"));
    Instant before = wire.clock.instant();
    assertThat(wire.post(PATH + "/pause", "").status()).isEqualTo(200);
    assertThat(Duration.between(before, wire.clock.instant())).isEqualTo(Duration.ofSeconds(40));
    assertThat(status()).isEqualTo("paused");
  }

  @Test
  void aSlowConversationIsAnsweredLate() throws Exception {
    wire.post("/api/conversations", opening("[[scenario: slow answer_ms=700]]"));
    Instant before = wire.clock.instant();
    wire.get(PATH);
    assertThat(Duration.between(before, wire.clock.instant())).isEqualTo(Duration.ofMillis(700));
    wire.get("/server_info");
    assertThat(Duration.between(before, wire.clock.instant())).isEqualTo(Duration.ofMillis(700));
  }

  @Test
  void aServerThatIsAwayClosesTheConnectionAndComesBack() throws Exception {
    wire.post("/api/conversations", opening("[[scenario: down seconds=30]]"));
    wire.clock.advance(Duration.ofSeconds(5));
    assertThatThrownBy(() -> wire.get("/alive")).isInstanceOf(IOException.class);
    assertThat(wire.get("/_simulator/stats").status()).isEqualTo(200);
    wire.clock.advance(Duration.ofSeconds(30));
    assertThat(status()).isEqualTo("finished");
  }

  @Test
  void aCloneTakesAMomentAndItsOutcomeIsReadLater() throws Exception {
    JsonNode command =
        wire.post(
                "/api/bash/start_bash_command",
                """
                {"command":"git clone https://git.example/acme/tool.git /runs/7","cwd":"/"}\
                """)
            .body();
    String outcomes =
        "/api/bash/bash_events/search?command_id__eq=" + command.path("id").asString("");
    assertThat(wire.get(outcomes).body().path("items")).isEmpty();
    wire.clock.advance(Duration.ofSeconds(1));
    JsonNode outcome = wire.get(outcomes).body().path("items").path(0);
    assertThat(outcome.path("kind").asString("")).isEqualTo("BashOutput");
    assertThat(outcome.path("exit_code").asInt(-7)).isZero();
  }

  @Test
  void aCloneOfNothingFails() throws Exception {
    JsonNode outcome =
        wire.post(
                "/api/bash/execute_bash_command",
                """
                {"command":"git clone https://git.example/acme/no-such-tool.git /runs/8"}\
                """)
            .body();
    assertThat(outcome.path("exit_code").asInt(0)).isEqualTo(128);
  }

  @Test
  void anUploadTellsHowLongTheFileIs() throws Exception {
    String body = "--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nsecret\r\n--b--\r\n";
    Answer answer =
        wire.send(
            "POST",
            "/api/file/upload?path=/runs/8/askpass",
            body,
            Map.of(
                "X-Session-API-Key", Wire.KEY, "Content-Type", "multipart/form-data; boundary=b"));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body().path("file_size").asInt(0)).isEqualTo(6);
  }

  @Test
  void theStatsCountConversationsMessagesAndRequests() throws Exception {
    wire.post("/api/conversations", opening("[[scenario: text]] for run_42"));
    wire.post("/api/conversations", opening("[[scenario: text]] for run_42"));
    wire.get(PATH);
    JsonNode stats = wire.get("/_simulator/stats?contains=run_42").body();
    assertThat(stats.path("conversations").asInt(0)).isOne();
    assertThat(stats.path("prompts").asInt(0)).isOne();
    assertThat(stats.path("requests").path("POST /api/conversations").asInt(0)).isEqualTo(2);
    assertThat(stats.path("requests").path("GET /api/conversations/{id}").asInt(0)).isOne();
    assertThat(wire.send("DELETE", "/_simulator", "").status()).isEqualTo(200);
    assertThat(wire.simulator.conversations()).isZero();
  }

  private void assertInvalid(String body, String where, String type) throws Exception {
    Answer answer = wire.post("/api/conversations", body);
    JsonNode problem = answer.body().path("detail").path(0);
    assertThat(answer.status()).as(body).isEqualTo(422);
    assertThat(problem.path("type").asString("")).isEqualTo(type);
    assertThat(problem.path("loc").toString()).endsWith("\"" + where + "\"]");
  }

  private String status() throws Exception {
    return wire.get(PATH).body().path("execution_status").asString("");
  }

  private int count(String query) throws Exception {
    return wire.get(PATH + "/events/count" + query).body().asInt(-1);
  }

  private static void ids(JsonNode page, List<String> into) {
    page.path("items").forEach(event -> into.add(event.path("id").asString("")));
  }

  private static String message(String text) {
    return "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\""
        + text
        + "\"}],\"run\":true}";
  }

  private static String opening(String prompt) {
    return """
    {"conversation_id":"%s","workspace":{"kind":"LocalWorkspace","working_dir":"/runs/7"},
     "agent":{"kind":"Agent","llm":{"model":"openai/x","api_key":"sk-fake","usage_id":"agent"},
       "tools":[{"name":"terminal"},{"name":"task_tracker"}]},
     "initial_message":{"role":"user","content":[{"type":"text","text":"%s"}],"run":true},
     "max_iterations":500,"tags":{"runid":"42"},"autotitle":false}\
    """
        .formatted(ID, prompt);
  }
}
