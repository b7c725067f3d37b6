package dev.build0711.runner.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.app.ReceiveWebhook.Receipt;
import dev.build0711.runner.githost.github.GitHub;
import dev.build0711.runner.githost.gitlab.GitLab;
import dev.build0711.runner.port.DeliveryStore.Outcome;
import dev.build0711.runner.port.GitDelivery;
import dev.build0711.runner.port.GitHost;
import dev.build0711.runner.port.Posted;
import dev.build0711.runner.run.Marker;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.testing.MemoryDeliveries;
import dev.build0711.runner.testing.RecordedWakeUps;
import dev.build0711.runner.testing.WebhookExpectations;
import dev.build0711.runner.testing.WebhookFixtures;
import dev.build0711.runner.testing.WebhookFixtures.Expected;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Every delivery of the fixtures, from the signed bytes to the effect, each in a world of its own.
class WebhookFixturesTest {

  @TestFactory
  Stream<DynamicTest> everyDeliveryHasItsEffectAndARepetitionHasNone() {
    return WebhookFixtures.all().stream()
        .map(expected -> DynamicTest.dynamicTest(expected.file(), () -> replay(expected)));
  }

  private static void replay(Expected expected) {
    var world = new World();
    expected.after().forEach(file -> world.post(file, WebhookFixtures.timeOf(file)));
    List<Run> before = world.store.runs();

    Receipt receipt = world.post(expected.file(), WebhookFixtures.timeOf(expected.file()));

    assertThat(receipt.effect()).isEqualTo(expected.effect());
    assertThat(receipt.outcome()).isEqualTo(WebhookExpectations.outcome(expected));
    assertThat(receipt.runId()).isEqualTo(expected.run().orElse(null));
    WebhookExpectations.checkRow(expected, world.store.deliveries().getLast());
    WebhookExpectations.checkRuns(expected, before, world.store.runs());
    WebhookExpectations.checkNames(expected, world.store.runs());

    List<Run> after = world.store.runs();
    Receipt repeated = world.post(expected.file(), WebhookFixtures.timeOf(expected.file()));
    assertThat(repeated)
        .isEqualTo(new Receipt(receipt.deliveryId(), Outcome.DUPLICATE, "repeat", receipt.runId()));
    assertThat(world.store.runs()).isEqualTo(after);
  }

  /// The runs of the fixtures and the hosts with the fixtures' secrets.
  private static final class World {

    private final MemoryDeliveries store = new MemoryDeliveries();
    private Instant now = WebhookFixtures.NOW;
    private final InstantSource clock = () -> now;
    private final ReceiveWebhook receive =
        new ReceiveWebhook(
            store,
            new RecordedWakeUps(),
            new Marker(() -> WebhookFixtures.MARKER_KEY),
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
      String secret = WebhookFixtures.secret("github", "secret");
      return new GitHub(() -> List.of(secret));
    }

    private GitHost gitLab() {
      String signing = WebhookFixtures.secret("gitlab", "signing_token");
      String token = WebhookFixtures.secret("gitlab", "secret_token");
      return new GitLab(() -> List.of(signing), () -> List.of(token), clock);
    }
  }
}
