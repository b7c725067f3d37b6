package dev.build0711.runner.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.port.DeliveryStore.Delivery;
import dev.build0711.runner.port.DeliveryStore.Outcome;
import dev.build0711.runner.port.RunStore.Change;
import dev.build0711.runner.port.RunStore.Claim;
import dev.build0711.runner.port.RunStore.Saved;
import dev.build0711.runner.postgres.PostgresDeliveryStore;
import dev.build0711.runner.postgres.PostgresRunStore;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.testing.FrameworkServer;
import dev.build0711.runner.testing.PostgresExtension;
import dev.build0711.runner.testing.WebhookExpectations;
import dev.build0711.runner.testing.WebhookFixtures;
import dev.build0711.runner.testing.WebhookFixtures.Expected;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every delivery of the fixtures, posted at the real functions framework over a real database.
class WebhookFixturesIT {

  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static FrameworkServer server;
  private static Wire wire;

  private final PostgresRunStore runs = new PostgresRunStore(POSTGRES.source());
  private final PostgresDeliveryStore deliveries = new PostgresDeliveryStore(POSTGRES.source());

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
    World.ONE.reset(deliveries);
    WebhookFixtures.runs().forEach(this::place);
  }

  @ParameterizedTest
  @MethodSource("dev.build0711.runner.testing.WebhookFixtures#all")
  void everyDeliveryHasItsEffectAndARepetitionHasNone(Expected expected) throws Exception {
    for (String file : expected.after()) {
      assertThat(post(file).status()).isEqualTo(200);
    }
    List<Run> before = stored();

    Wire.Answer answer = post(expected.file());

    Delivery row = row(expected.file(), answer);
    WebhookExpectations.checkRow(expected, row);
    assertThat(answer).isEqualTo(answer(row, WebhookExpectations.outcome(expected), row.runId()));
    WebhookExpectations.checkRuns(expected, before, stored());
    WebhookExpectations.checkNames(expected, stored());

    List<Run> after = stored();
    String events = POSTGRES.value("select count(*) from run_event");
    assertThat(post(expected.file())).isEqualTo(answer(row, Outcome.DUPLICATE, row.runId()));
    assertThat(stored()).isEqualTo(after);
    assertThat(POSTGRES.value("select count(*) from run_event")).isEqualTo(events);
  }

  private Wire.Answer post(String file) throws Exception {
    World.ONE.now.set(WebhookFixtures.timeOf(file));
    String path = file.startsWith("github/") ? "/webhooks/github" : "/webhooks/gitlab";
    return wire.post(path, WebhookFixtures.headers(file), WebhookFixtures.posted(file).body());
  }

  private static Wire.Answer answer(Delivery row, Outcome outcome, @Nullable RunId run) {
    String runId = run == null ? "null" : "\"" + run + "\"";
    return new Wire.Answer(
        200,
        "{\"delivery_id\":\"%s\",\"outcome\":\"%s\",\"run_id\":%s}"
            .formatted(row.key(), outcome, runId));
  }

  /// The row of the delivery that the answer names.
  private Delivery row(String file, Wire.Answer answer) {
    String key = answer.body().replaceAll("^.*\"delivery_id\":\"([^\"]*)\".*$", "$1");
    return deliveries.find(file.substring(0, file.indexOf('/')), key).orElseThrow();
  }

  private List<Run> stored() {
    return WebhookFixtures.runs().stream().map(run -> runs.find(run.id()).orElseThrow()).toList();
  }

  /// Stores a run as the fixtures want it: accepted, claimed, and what a look would make of it.
  private void place(Run wanted) {
    runs.create(Run.accepted(wanted.id(), wanted.spec(), WebhookFixtures.STARTED), null);
    Claim claim = runs.claim(wanted.id(), Duration.ofMinutes(2)).orElseThrow();
    Run old = claim.run();
    Run placed =
        new Run(
            old.id(),
            old.spec(),
            wanted.repository(),
            wanted.standing(),
            wanted.work(),
            wanted.agent(),
            wanted.attempts(),
            null,
            wanted.pullRequests(),
            old.schedule(),
            old.version(),
            old.eventCount(),
            old.createdAt(),
            old.updatedAt());
    Saved saved = runs.save(claim, new Change(old, placed, List.of()), null);
    assertThat(saved).isInstanceOf(Saved.Stored.class);
  }
}
