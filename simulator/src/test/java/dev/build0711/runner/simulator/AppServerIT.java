package dev.build0711.runner.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.simulator.appserver.AppOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A simulated V1 app server on a socket, and after its process has been started anew.
class AppServerIT {

  private static final String KEY = "key-of-lisbon";
  private static final String START = "/api/v1/app-conversations";
  private static final String ID = "0197a1fd7b157074ad425960cfc2a88e";

  @TempDir private Path folder;

  private final VirtualClock clock = new VirtualClock();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @AfterEach
  void close() {
    client.close();
  }

  @Test
  void theAddressOfAConversationLeadsToItsAgent() throws Exception {
    try (Simulator simulator = start()) {
      begin(simulator, ID, "[[scenario: long steps=3 seconds=9]]");
      clock.advance(Duration.ofSeconds(2));
      JsonNode conversation = conversation(simulator, ID);
      String url = conversation.path("conversation_url").asString("");
      assertThat(url).startsWith(simulator.uri() + "/sandboxes/");
      assertThat(
              send("POST", URI.create(url + "/interrupt"), session(conversation), "").statusCode())
          .isEqualTo(200);
      assertThat(conversation(simulator, ID).path("execution_status").asString(""))
          .isEqualTo("paused");
    }
  }

  @Test
  void theTrajectoryComesThroughByteByByte() throws Exception {
    try (Simulator simulator = start()) {
      begin(simulator, ID, "[[scenario: text]] für alle");
      clock.advance(Duration.ofMinutes(1));
      HttpRequest request =
          HttpRequest.newBuilder(simulator.uri().resolve(START + "/" + ID + "/download"))
              .header("X-Session-API-Key", KEY)
              .build();
      byte[] zip = client.send(request, BodyHandlers.ofByteArray()).body();
      try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
        in.getNextEntry();
        assertThat(new JsonMapper().readTree(in.readAllBytes()).path("key").asString(""))
            .isEqualTo("full_state");
      }
    }
  }

  @Test
  void aRestartByTheControlCallLeavesTheConversationWithoutItsSandbox() throws Exception {
    try (Simulator simulator = start()) {
      begin(simulator, ID, "[[scenario: long]]");
      clock.advance(Duration.ofSeconds(2));
      send("POST", simulator.uri().resolve("/_simulator/restart"), "", "");
      assertThat(conversation(simulator, ID).path("sandbox_status").asString(""))
          .isEqualTo("MISSING");
    }
  }

  @Test
  void aProcessThatIsStartedAnewHasItsSandboxesAndHasLostTheStartsThatWereUnderWay()
      throws Exception {
    String other = ID.replace("0197", "0198");
    JsonNode before;
    try (Simulator first = start()) {
      send("POST", first.uri().resolve(START), "key-of-porto", opening(other, "nobody asks"));
      begin(first, ID, "[[scenario: long steps=9 seconds=60]]");
      clock.advance(Duration.ofSeconds(5));
      JsonNode running = conversation(first, ID);
      String url = running.path("conversation_url").asString("");
      send("POST", URI.create(url + "/interrupt"), session(running), "");
      before = conversation(first, ID);
      begin(first, other, "[[scenario: long]] too late");
      clock.advance(Duration.ofMillis(300));
    }
    try (Simulator second = start()) {
      clock.advance(Duration.ofMinutes(1));
      JsonNode after = conversation(second, ID);
      assertThat(after.path("execution_status").asString("")).isEqualTo("paused");
      assertThat(after.path("session_api_key")).isEqualTo(before.path("session_api_key"));
      assertThat(conversation(second, other).isNull()).isTrue();
      assertThat(second.prompts("")).isOne();
      begin(second, other.replace("0198", "0199"), "[[scenario: text]]");
      clock.advance(Duration.ofSeconds(1));
      assertThat(second.conversations()).isEqualTo(2);
    }
  }

  @Test
  void theKeyOfTheModelIsNotKept() throws Exception {
    try (Simulator simulator = start()) {
      send(
          "POST",
          simulator.uri().resolve("/api/v1/settings"),
          KEY,
          "{\"agent_settings_diff\":{\"llm\":{\"api_key\":\"sk-canary\"}},\"llm_api_key\":\"sk-canary\"}");
    }
    assertThat(Files.readString(folder.resolve("journal")))
        .contains("agent_settings_diff")
        .doesNotContain("canary");
  }

  private Simulator start() throws IOException {
    return Simulator.start(
        Options.defaults()
            .withKey(KEY)
            .withClock(clock, clock::advance)
            .withJournal(folder.resolve("journal"))
            .asApp(AppOptions.defaults()));
  }

  private void begin(Simulator simulator, String id, String prompt) throws Exception {
    assertThat(send("POST", simulator.uri().resolve(START), KEY, opening(id, prompt)).statusCode())
        .isEqualTo(200);
  }

  private static String opening(String id, String prompt) {
    return """
    {"conversation_id":"%s",
     "initial_message":{"role":"user","content":[{"type":"text","text":"%s"}],"run":true}}\
    """
        .formatted(id, prompt);
  }

  private JsonNode conversation(Simulator simulator, String id) throws Exception {
    URI uri = simulator.uri().resolve(START + "?ids=" + id);
    return new JsonMapper().readTree(send("GET", uri, KEY, "").body()).path(0);
  }

  private static String session(JsonNode conversation) {
    return conversation.path("session_api_key").asString("");
  }

  private HttpResponse<String> send(String method, URI uri, String key, String body)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .timeout(Duration.ofSeconds(20))
            .header("X-Session-API-Key", key.isEmpty() ? "none" : key)
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build();
    return client.send(request, BodyHandlers.ofString());
  }
}
