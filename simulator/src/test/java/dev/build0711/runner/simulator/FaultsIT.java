package dev.build0711.runner.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/// What faults look like on a connection.
class FaultsIT {

  private static final String ID = "0c2835ca-f583-41b3-bff1-5dcb951a71d1";
  private static final String START =
      """
      {"conversation_id":"%s","workspace":{"kind":"LocalWorkspace","working_dir":"/w"},
       "agent_settings":{"llm":{"model":"openai/fake"}},
       "initial_message":{"role":"user","content":[{"type":"text","text":"go"}]}}\
      """
          .formatted(ID);

  private final VirtualClock clock = new VirtualClock();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private Simulator simulator;
  private boolean killedMeanwhile;

  @BeforeEach
  void start() throws IOException {
    simulator = Simulator.start(Options.defaults().withClock(clock, this::await));
  }

  private void await(Duration time) {
    clock.advance(time);
    if (killedMeanwhile) {
      simulator.restart();
    }
  }

  @AfterEach
  void close() {
    client.close();
    simulator.close();
  }

  @ParameterizedTest
  @CsvSource({"false, 0", "true, 1"})
  void aHangUpComesBeforeOrAfterTheEffect(boolean effect, int conversations) throws Exception {
    set("[{\"do\":\"hang_up\",\"method\":\"POST\",\"effect\":" + effect + "}]");
    assertThatThrownBy(() -> send("POST", "/api/conversations", START))
        .isInstanceOf(IOException.class);
    assertThat(simulator.conversations()).isEqualTo(conversations);
  }

  @Test
  void aKilledServerDoesNotAnswerWhatItWasWorkingOn() throws Exception {
    String path = "/api/conversations/" + ID;
    send(
        "POST", "/api/conversations", START.replace("go", "[[scenario: long steps=9 seconds=20]]"));
    clock.advance(Duration.ofSeconds(1));
    killedMeanwhile = true;

    assertThatThrownBy(() -> send("POST", path + "/pause", "")).isInstanceOf(IOException.class);
  }

  @Test
  void aTruncatedAnswerBreaksOff() throws Exception {
    set("[{\"do\":\"truncate\",\"bytes\":9,\"times\":1}]");
    assertThatThrownBy(() -> send("GET", "/server_info", "")).isInstanceOf(IOException.class);
    assertThat(send("GET", "/server_info", "").statusCode()).isEqualTo(200);
  }

  @Test
  void aTrickleTakesItsTimeAndIsWhole() throws Exception {
    String whole = send("GET", "/api/agent-profiles", "").body();
    set("[{\"do\":\"trickle\",\"seconds\":40}]");
    Instant before = clock.instant();
    assertThat(send("GET", "/api/agent-profiles", "").body()).isEqualTo(whole);
    assertThat(Duration.between(before, clock.instant())).isEqualTo(Duration.ofSeconds(40));
  }

  @Test
  void garbageSaysThatItIsJson() throws Exception {
    set("[{\"do\":\"garbage\"}]");
    HttpResponse<String> answer = send("GET", "/server_info", "");
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    assertThatThrownBy(() -> new JsonMapper().readTree(answer.body())).isNotNull();
  }

  @Test
  void aDeafServerSays500ClosesAndAnswersLateFromThenOn() throws Exception {
    set("[{\"do\":\"deaf\",\"seconds\":5,\"times\":1}]");
    HttpResponse<String> failed = send("GET", "/server_info", "");
    assertThat(failed.statusCode()).isEqualTo(500);
    assertThat(failed.headers().firstValue("Connection")).contains("close");
    Instant before = clock.instant();
    assertThat(send("GET", "/alive", "").statusCode()).isEqualTo(200);
    assertThat(Duration.between(before, clock.instant())).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void aRefusalTellsWhenToComeAgain() throws Exception {
    set("[{\"do\":\"answer\",\"status\":429,\"headers\":{\"Retry-After\":\"7\"}}]");
    HttpResponse<String> refused = send("GET", "/server_info", "");
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValue("Retry-After")).contains("7");
  }

  @Test
  void theStatsTellHowOftenARuleFiredAndDeletingThemEndsIt() throws Exception {
    set("[{\"name\":\"flap\",\"do\":\"answer\"}]");
    assertThat(send("GET", "/alive", "").statusCode()).isEqualTo(500);
    assertThat(send("GET", "/_simulator/stats", "").body()).contains("\"faults\":{\"flap\":1}");
    assertThat(send("GET", "/_simulator/faults", "").body()).contains("\"fired\":1");
    assertThat(send("DELETE", "/_simulator/faults", "").statusCode()).isEqualTo(200);
    assertThat(send("GET", "/alive", "").statusCode()).isEqualTo(200);
  }

  @Test
  void rulesThatAreNotUnderstoodAreRefused() throws Exception {
    HttpResponse<String> answer = send("POST", "/_simulator/faults", "[{\"do\":\"explode\"}]");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("rule 1");
  }

  private void set(String rules) throws Exception {
    assertThat(send("POST", "/_simulator/faults", rules).statusCode()).isEqualTo(200);
  }

  private HttpResponse<String> send(String method, String path, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(simulator.uri().resolve(path))
            .timeout(Duration.ofSeconds(20))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build();
    return client.send(request, BodyHandlers.ofString());
  }
}
