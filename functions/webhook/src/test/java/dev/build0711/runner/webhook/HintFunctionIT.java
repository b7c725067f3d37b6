package dev.build0711.runner.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.Schedule;
import dev.build0711.runner.testing.FrameworkServer;
import dev.build0711.runner.testing.InMemoryRunStore;
import dev.build0711.runner.testing.Runs;
import dev.build0711.runner.testing.WebhookFixtures;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a backend's webhooks do, over the real functions framework.
class HintFunctionIT {

  private static final String EVENTS = "/webhooks/openhands/events/" + Runs.CONVERSATION.id();
  private static final String FINISHED =
      """
      [{"kind":"ConversationStateUpdateEvent","key":"stats","value":{},"source":"environment"},
       {"kind":"ConversationStateUpdateEvent","key":"execution_status","value":"finished"}]
      """;
  private static FrameworkServer server;
  private static Wire wire;

  private final InMemoryRunStore store = new InMemoryRunStore(() -> Runs.T0.plusSeconds(30));

  @BeforeAll
  static void start() throws Exception {
    server = FrameworkServer.of(World.Function.class);
    wire = new Wire(server.base());
  }

  @AfterAll
  static void stop() throws Exception {
    server.stop();
  }

  @BeforeEach
  void aRunThatIsLookedAtInAMinute() {
    Run run = Runs.working(CompleteOn.EITHER);
    store.put(run.with(new Schedule(Runs.T0.plusSeconds(90), 7, 3)), List.of());
    World.ONE.runs.set(store);
    World.ONE.openHandsSecrets.set(List.of("old-secret", "new-secret"));
    World.ONE.woken.clear();
  }

  @Test
  void anEndIsLookedAtNow() throws Exception {
    Wire.Answer answer = post(EVENTS, "old-secret", FINISHED);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body())
        .matches(
            "\\{\"delivery_id\":\"sha256:[0-9a-f]{64}\",\"outcome\":\"applied\",\"run_id\":\"%s\"}"
                .formatted(Runs.ID));
    assertThat(World.ONE.woken).containsExactly(new Wake(Runs.ID, 8, Runs.T0.plusSeconds(30)));
  }

  @Test
  void aReplayedStormIsOneLook() throws Exception {
    for (int i = 0; i < 20; i++) {
      assertThat(post(EVENTS, "new-secret", FINISHED).status()).isEqualTo(200);
    }

    assertThat(World.ONE.woken).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/webhooks/openhands", "/webhooks/openhands/conversations"})
  void theConversationItselfIsAHint(String path) throws Exception {
    String dashed = Runs.CONVERSATION.id().replaceFirst("(.{8})(.{4})(.{4})(.{4})", "$1-$2-$3-$4-");

    assertThat(post(path, "new-secret", "{\"id\":\"" + dashed + "\"}").body())
        .contains("\"outcome\":\"applied\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "[{\"kind\":\"ConversationStateUpdateEvent\",\"key\":\"stats\"}]",
        "[{\"kind\":\"ActionEvent\",\"action\":{\"kind\":\"TerminalAction\"}},7,null]",
        "[{\"kind\":\"MessageEvent\",\"source\":\"user\"}]"
      })
  void whatABusyAgentSendsCausesNoLook(String batch) throws Exception {
    assertThat(post(EVENTS, "new-secret", batch).body())
        .contains("\"outcome\":\"ignored\",\"run_id\":null");
    assertThat(World.ONE.woken).isEmpty();
  }

  @Test
  void aConversationOfNobodyIsIgnored() throws Exception {
    for (String id : List.of("0".repeat(32), "none")) {
      assertThat(post("/webhooks/openhands/events/" + id, "new-secret", FINISHED).body())
          .contains("\"outcome\":\"ignored\"");
    }
  }

  @Test
  void whoeverLacksTheSecretIsRefusedBeforeTheBodyIsRead() throws Exception {
    for (String secret : List.of("", "newer-secret", "new-secret,old-secret")) {
      assertThat(post(EVENTS, secret, FINISHED).status()).isEqualTo(401);
      assertThat(post(EVENTS, secret, "no JSON").status()).isEqualTo(401);
    }
    assertThat(wire.announce(EVENTS, 100_000_000).status()).isEqualTo(401);
    assertThat(World.ONE.woken).isEmpty();
  }

  @Test
  void doesNotExistWithoutASecret() throws Exception {
    World.ONE.openHandsSecrets.set(List.of());

    assertThat(post(EVENTS, "", FINISHED).status()).isEqualTo(404);
  }

  @Test
  void takesOnlyTheJsonThatBelongsThere() throws Exception {
    assertThat(post(EVENTS, "new-secret", "{}").status()).isEqualTo(400);
    assertThat(post(EVENTS, "new-secret", "[").status()).isEqualTo(400);
    assertThat(post("/webhooks/openhands", "new-secret", "[]").status()).isEqualTo(400);
    assertThat(post("/webhooks/openhands/conversations", "new-secret", "").status()).isEqualTo(400);
  }

  private static Wire.Answer post(String path, String secret, String body) throws Exception {
    Map<String, List<String>> headers = new HashMap<>();
    headers.put("Content-Type", List.of("application/json"));
    headers.put("X-Session-API-Key", List.of("the server's own key"));
    headers.put("Authorization", List.of("Bearer " + secret));
    return wire.post(path, headers, WebhookFixtures.utf8(body));
  }
}
