package dev.build0711.runner.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.app.LookUps;
import dev.build0711.runner.app.PollRun;
import dev.build0711.runner.app.Prompts;
import dev.build0711.runner.exchange.Exchanges;
import dev.build0711.runner.openhands.ConfiguredBackends;
import dev.build0711.runner.openhands.agentserver.AgentServerBackend;
import dev.build0711.runner.openhands.agentserver.AgentServerSettings;
import dev.build0711.runner.openhands.agentserver.AgentServerSettings.Llm;
import dev.build0711.runner.port.Backends;
import dev.build0711.runner.postgres.Database;
import dev.build0711.runner.postgres.PostgresBackendStore;
import dev.build0711.runner.postgres.PostgresFailedLooks;
import dev.build0711.runner.postgres.PostgresRunStore;
import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.Evidence.Clocks;
import dev.build0711.runner.run.Marker;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.RunSpec;
import dev.build0711.runner.testing.MemoryArtifacts;
import dev.build0711.runner.testing.PostgresExtension;
import dev.build0711.runner.testing.RecordedWakeUps;
import dev.build0711.runner.testing.RoundTrips;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a poll costs that finds nothing new, counted by the simulated OpenHands and at the wire of
/// PostgreSQL.
class PollRoundTripsIT {

  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final int MOST_CALLS = 2;
  private static final int MOST_ROUND_TRIPS = 3;
  private static final RunId ID = RunId.parse("run_01jxt21q00f9k8z8zhwrb15266");

  private final VirtualClock clock = new VirtualClock();
  private final Exchanges exchanges = new Exchanges();
  private Simulator simulator;
  private RoundTrips roundTrips;
  private Database database;
  private PostgresRunStore store;
  private PollRun pollRun;

  @BeforeEach
  void start() throws IOException {
    simulator =
        Simulator.start(
            Options.defaults().withKey("key-of-berlin").withClock(clock, clock::advance));
    roundTrips = new RoundTrips(POSTGRES.settings());
    database = Database.forCallers(roundTrips.settings());
    store = new PostgresRunStore(database.source());
    var backend =
        new AgentServerBackend(
            new AgentServerSettings(
                "berlin",
                simulator.uri(),
                () -> "key-of-berlin",
                "/workspace/runs",
                null,
                Llm.OF_THE_SERVER,
                _ -> null),
            exchanges,
            clock);
    pollRun =
        new PollRun(
            store,
            new PostgresFailedLooks(database.source()),
            new MemoryArtifacts(),
            new PostgresBackendStore(database.source()),
            new ConfiguredBackends(
                List.of(
                    new ConfiguredBackends.Configured(
                        backend, new Backends.Terms("berlin", 1, null, false, null)))),
            new RecordedWakeUps(),
            new Prompts(new Marker(() -> "a-key-that-nobody-has-guessed-yet")),
            Clocks.DEFAULT,
            LookUps.NONE,
            clock,
            new Random(11));
  }

  @AfterEach
  void close() throws IOException {
    exchanges.close();
    simulator.close();
    database.close();
    roundTrips.close();
  }

  @Test
  void aPollThatFindsNothingNewTakesAtMostTwoCallsAndThreeRoundTrips() throws Exception {
    store.create(Run.accepted(ID, spec(), Instant.now()), null);
    long version = pollUntilNothingIsNew();
    long calls = calls();
    roundTrips.take();

    poll();

    assertThat(roundTrips.take()).isBetween(1, MOST_ROUND_TRIPS);
    assertThat(calls() - calls).isBetween(1L, (long) MOST_CALLS);
    assertThat(run().version()).isEqualTo(version);
  }

  /// The simulated agent stands still because its clock nearly does.
  private long pollUntilNothingIsNew() {
    long before = -1;
    long version = run().version();
    for (int poll = 0; poll < 10 && version != before; poll++) {
      before = version;
      poll();
      version = run().version();
    }
    assertThat(version).isEqualTo(before);
    assertThat(run().agent().conversation()).isNotNull();
    return version;
  }

  private void poll() {
    POSTGRES.execute("update run set next_poll_at = now() - interval '1 second'");
    clock.advance(Duration.ofMillis(1));
    assertThat(pollRun.apply(ID)).isTrue();
  }

  private Run run() {
    return new PostgresRunStore(POSTGRES.source()).find(ID).orElseThrow();
  }

  private long calls() throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(simulator.uri().resolve("/_simulator/stats")).build();
      JsonNode stats =
          new JsonMapper().readTree(client.send(request, BodyHandlers.ofString()).body());
      return stats.get("requests").valueStream().mapToLong(JsonNode::asLong).sum();
    }
  }

  private static RunSpec spec() {
    return new RunSpec(
        "shop",
        "Paint the shed",
        null,
        null,
        null,
        null,
        CompleteOn.AGENT,
        RunSpec.DEFAULT_TIMEOUT,
        0,
        AgentOptions.NONE);
  }
}
