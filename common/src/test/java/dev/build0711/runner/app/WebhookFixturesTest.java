package dev.build0711.runner.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.app.ReceiveWebhook.Receipt;
import dev.build0711.runner.githost.github.GitHub;
import dev.build0711.runner.githost.gitlab.GitLab;
import dev.build0711.runner.port.DeliveryStore.Delivery;
import dev.build0711.runner.port.DeliveryStore.Outcome;
import dev.build0711.runner.port.GitDelivery;
import dev.build0711.runner.port.GitHost;
import dev.build0711.runner.port.Posted;
import dev.build0711.runner.run.LinkedPullRequest;
import dev.build0711.runner.run.Marker;
import dev.build0711.runner.run.PullRequest;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunStatus;
import dev.build0711.runner.testing.MemoryDeliveries;
import dev.build0711.runner.testing.WebhookFixtures;
import dev.build0711.runner.testing.WebhookFixtures.Expected;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/// Every delivery of the fixtures, from the signed bytes to the effect, each in a world of its own.
class WebhookFixturesTest {

  private static final Instant NOW = Instant.parse("2026-03-02T16:00:00Z");

  @TestFactory
  Stream<DynamicTest> everyDeliveryHasItsEffectAndARepetitionHasNone() {
    return WebhookFixtures.all().stream()
        .map(expected -> DynamicTest.dynamicTest(expected.file(), () -> replay(expected)));
  }

  private static void replay(Expected expected) {
    var world = new World();
    expected.after().forEach(file -> world.post(file, timeOf(file)));
    List<Run> before = world.store.runs();

    Receipt receipt = world.post(expected.file(), timeOf(expected.file()));

    assertThat(receipt.effect()).isEqualTo(expected.effect());
    assertThat(receipt.outcome()).isEqualTo(outcome(expected.effect()));
    assertThat(receipt.runId()).isEqualTo(expected.run().orElse(null));
    checkRow(expected, world);
    checkRuns(expected, before, world.store.runs());

    List<Run> after = world.store.runs();
    Receipt repeated = world.post(expected.file(), timeOf(expected.file()));
    assertThat(repeated)
        .isEqualTo(new Receipt(receipt.deliveryId(), Outcome.DUPLICATE, "repeat", receipt.runId()));
    assertThat(world.store.runs()).isEqualTo(after);
  }

  private static Outcome outcome(String effect) {
    return switch (effect) {
      case "pong", "ignored" -> Outcome.IGNORED;
      case "unlinked" -> Outcome.UNLINKED;
      case "repeat" -> Outcome.DUPLICATE;
      default -> Outcome.APPLIED;
    };
  }

  private static void checkRow(Expected expected, World world) {
    if (expected.effect().equals("repeat")) {
      return;
    }
    Delivery row = world.store.deliveries().getLast();
    assertThat(row.effect()).isEqualTo(expected.effect());
    assertThat(row.runId()).isEqualTo(expected.run().orElse(null));
    if (expected.rule().isPresent() && !expected.rule().get().equals("attached")) {
      assertThat(row.rule())
          .hasToString(expected.rule().get().replace("conversation_url", "conversation_link"));
    }
    assertThat(row.facts().toString()).doesNotContain("The cart accepted");
  }

  private static void checkRuns(Expected expected, List<Run> before, List<Run> after) {
    for (int i = 0; i < before.size(); i++) {
      Run run = after.get(i);
      if (expected.run().filter(run.id()::equals).isEmpty()) {
        assertThat(run.status()).isEqualTo(before.get(i).status());
        assertThat(run.pullRequests()).isEqualTo(before.get(i).pullRequests());
        continue;
      }
      RunStatus status = expected.status().orElse(before.get(i).status());
      assertThat(run.status()).isEqualTo(status);
      checkPullRequest(expected.expect().path("pull_request"), run);
    }
  }

  private static void checkPullRequest(JsonNode facts, Run run) {
    if (!facts.isObject()) {
      return;
    }
    PullRequest pull =
        run.pullRequests().stream()
            .map(LinkedPullRequest::pullRequest)
            .filter(one -> one.number() == either(facts, "number", "iid").longValue())
            .findFirst()
            .orElseThrow();
    assertThat(pull.repository().id())
        .isEqualTo(either(facts, "repository_id", "project_id").longValue());
    if (facts.has("state")) {
      assertThat(pull.state()).hasToString(facts.path("state").stringValue());
      assertThat(pull.draft()).isEqualTo(facts.path("draft").booleanValue());
      assertThat(pull.url()).isEqualTo(facts.path("url").stringValue());
      assertThat(pull.headBranch()).isEqualTo(facts.path("head_ref").stringValue());
      assertThat(pull.headSha()).isEqualTo(facts.path("head_sha").stringValue());
      assertThat(pull.headRepositoryId())
          .isEqualTo(either(facts, "head_repository_id", "head_project_id").longValue());
      assertThat(pull.mergeCommitSha()).isEqualTo(facts.path("merge_commit_sha").stringValue(null));
      assertThat(pull.repository().path())
          .isEqualTo(either(facts, "repository", "project").stringValue());
    }
  }

  private static JsonNode either(JsonNode facts, String one, String other) {
    return facts.has(one) ? facts.path(one) : facts.path(other);
  }

  private static Instant timeOf(String file) {
    return WebhookFixtures.all().stream()
        .filter(expected -> expected.file().equals(file))
        .map(Expected::now)
        .flatMap(Stream::ofNullable)
        .findFirst()
        .orElse(NOW);
  }

  /// The runs of the fixtures and the hosts with the fixtures' secrets.
  private static final class World {

    private final MemoryDeliveries store = new MemoryDeliveries();
    private Instant now = NOW;
    private final InstantSource clock = () -> now;
    private final ReceiveWebhook receive =
        new ReceiveWebhook(
            store,
            _ -> {},
            new Marker(WebhookFixtures.MARKER_KEY),
            WebhookFixtures.BACKENDS,
            clock);

    World() {
      WebhookFixtures.runs().forEach(store::add);
    }

    Receipt post(String file, Instant at) {
      now = at;
      Posted posted = WebhookFixtures.posted(file);
      GitHost host = file.startsWith("github/") ? gitHub() : gitLab();
      assertThat(host.authentic(posted)).isTrue();
      GitDelivery delivery = host.read(posted);
      return receive.receive(delivery);
    }

    private static GitHost gitHub() {
      String secret = secret("github/signatures.json", "secret");
      return new GitHub(() -> List.of(secret));
    }

    private GitHost gitLab() {
      String signing = secret("gitlab/signatures.json", "signing_token");
      String token = secret("gitlab/signatures.json", "secret_token");
      return new GitLab(() -> List.of(signing), () -> List.of(token), clock);
    }

    private static String secret(String file, String name) {
      return WebhookFixtures.root(file).path("deliveries").path(name).stringValue();
    }
  }
}
