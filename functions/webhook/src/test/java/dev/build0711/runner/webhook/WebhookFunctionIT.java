package dev.build0711.runner.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.port.DeliveryStore;
import dev.build0711.runner.port.DeliveryStore.Delivery;
import dev.build0711.runner.port.StorageUnavailable;
import dev.build0711.runner.testing.FrameworkServer;
import dev.build0711.runner.testing.MemoryDeliveries;
import dev.build0711.runner.testing.WebhookFixtures;
import dev.build0711.runner.testing.WebhookFixtures.Vector;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.mockito.Mockito;

/// What the webhooks answer, over the real functions framework.
class WebhookFunctionIT {

  private static final String OPENED = "github/pull_request.opened.json";
  private static FrameworkServer server;
  private static Wire wire;

  private final MemoryDeliveries store = new MemoryDeliveries();

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
  void reset() {
    WebhookFixtures.runs().forEach(store::add);
    World.ONE.reset(store);
  }

  @Test
  void tellsWhatBecameOfADelivery() throws Exception {
    Wire.Answer answer = wire.post("/webhooks/github", headers(OPENED), body(OPENED));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body())
        .isEqualTo(
            "{\"delivery_id\":\"%s\",\"outcome\":\"applied\",\"run_id\":\"%s\"}",
            WebhookFixtures.posted(OPENED).only("X-GitHub-Delivery").orElseThrow(),
            "run_01jxt21q00f9k8z8zhwrb15266");
  }

  @Test
  void refusesWhatIsNotAuthenticAndStoresNothing() throws Exception {
    byte[] body = body(OPENED);
    body[body.length - 2] ^= 1;

    Wire.Answer answer = wire.post("/webhooks/github", headers(OPENED), body);

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.body()).contains("\"code\":\"not_authentic\"");
    assertThat(store.deliveries()).isEmpty();
  }

  @Test
  void doesNotExistWithoutASecret() throws Exception {
    World.ONE.gitHubSecrets.set(List.of());
    World.ONE.signingTokens.set(List.of());
    World.ONE.secretTokens.set(List.of());

    assertThat(wire.post("/webhooks/github", headers(OPENED), body(OPENED)).status())
        .isEqualTo(404);
    assertThat(wire.post("/webhooks/gitlab", Map.of(), body(OPENED)).status()).isEqualTo(404);
  }

  @Test
  void answers503WhereTheDeliveryCouldNotBeStored() throws Exception {
    DeliveryStore broken =
        Mockito.mock(
            DeliveryStore.class,
            _ -> {
              throw new StorageUnavailable("the database is away", new IllegalStateException());
            });
    World.ONE.store.set(broken);

    assertThat(wire.post("/webhooks/github", headers(OPENED), body(OPENED)).status())
        .isEqualTo(503);
  }

  @Test
  void refusesAFormOnlyOnceItsSignatureIsRight() throws Exception {
    String[] request =
        new String(WebhookFixtures.raw("form-encoded.txt"), StandardCharsets.UTF_8)
            .split("\n\n", 2);
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (String line : request[0].split("\n", -1)) {
      String[] header = line.split(": ", 2);
      if (header.length == 2 && !header[0].matches("Host|Content-Length")) {
        headers.put(header[0], List.of(header[1]));
      }
    }
    byte[] body = WebhookFixtures.utf8(request[1]);

    Wire.Answer answer = wire.post("/webhooks/github", headers, body);
    headers.put("X-Hub-Signature-256", List.of("sha256=" + "0".repeat(64)));
    Wire.Answer forged = wire.post("/webhooks/github", headers, body);

    assertThat(answer.status()).isEqualTo(415);
    assertThat(answer.body()).contains("content type to application/json");
    assertThat(forged.status()).isEqualTo(401);
    assertThat(store.deliveries()).isEmpty();
  }

  @Test
  void takesNothingThatIsNoJsonObject() throws Exception {
    for (String body : List.of("", "[]", "{\"a\":" + "[".repeat(9_000) + "]".repeat(9_000) + "}")) {
      Map<String, List<String>> headers = Map.of("X-Gitlab-Token", World.ONE.secretTokens.get());
      assertThat(wire.post("/webhooks/gitlab", headers, WebhookFixtures.utf8(body)).status())
          .isEqualTo(400);
    }
    assertThat(store.deliveries()).isEmpty();
  }

  @Test
  void takesNothingBeyond25Mebibytes() throws Exception {
    Map<String, List<String>> headers = Map.of("X-Gitlab-Token", World.ONE.secretTokens.get());
    byte[] body = WebhookFixtures.utf8("{}" + " ".repeat(25 * 1024 * 1024 - 2));

    assertThat(wire.post("/webhooks/gitlab", headers, body).status()).isEqualTo(200);
    assertThat(wire.announce("/webhooks/gitlab", body.length + 1).status()).isEqualTo(413);
  }

  @Test
  void keepsWhatAnInnocentHostSendsThoughNoDatabaseWouldTakeIt() throws Exception {
    String body =
        "{\"object_kind\":\"push\",\"ref\":\"refs/heads/a\\u0000\\ud800\",\"after\":\""
            + "1".repeat(40)
            + "\",\"project\":{\"id\":70000001,\"path_with_namespace\":\"acme/widgets\","
            + "\"web_url\":\"https://gitlab.example.com/acme/widgets\"}}";
    Map<String, List<String>> headers = Map.of("X-Gitlab-Token", World.ONE.secretTokens.get());

    Wire.Answer answer = wire.post("/webhooks/gitlab", headers, WebhookFixtures.utf8(body));

    assertThat(answer.body()).contains("\"outcome\":\"unlinked\"");
    assertThat(store.deliveries().getFirst().facts().toString()).contains("a\uFFFD\uFFFD");
  }

  @TestFactory
  Stream<DynamicTest> everyGitHubSignatureIsDecidedOnTheWire() {
    return vectors("github")
        .map(vector ->
            DynamicTest.dynamicTest(
                vector.name(),
                () -> {
                  World.ONE.gitHubSecrets.set(vector.secrets());
                  check(vector, "/webhooks/github");
                }));
  }

  @TestFactory
  Stream<DynamicTest> everyGitLabSignatureIsDecidedOnTheWire() {
    return vectors("gitlab")
        .map(vector ->
            DynamicTest.dynamicTest(
                vector.name(),
                () -> {
                  World.ONE.signingTokens.set(vector.secrets());
                  World.ONE.secretTokens.set(vector.tokens());
                  World.ONE.now.set(vector.now());
                  check(vector, "/webhooks/gitlab");
                }));
  }

  private void check(Vector vector, String path) throws Exception {
    List<Delivery> before = store.deliveries();
    Map<String, List<String>> headers = new LinkedHashMap<>(vector.headers());
    headers.put("Content-Type", List.of(vector.contentType()));

    int status = wire.post(path, headers, vector.posted().body()).status();

    if (vector.accepted()) {
      assertThat(status).isIn(200, 400, 415);
    } else {
      assertThat(status).isIn(401, 404);
      assertThat(store.deliveries()).isEqualTo(before);
    }
  }

  private static Stream<Vector> vectors(String host) {
    return WebhookFixtures.vectors(host).stream().filter(Vector::wire);
  }

  private static Map<String, List<String>> headers(String file) {
    return WebhookFixtures.headers(file);
  }

  private static byte[] body(String file) {
    return WebhookFixtures.posted(file).body();
  }
}
