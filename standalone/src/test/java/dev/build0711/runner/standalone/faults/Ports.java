package dev.build0711.runner.standalone.faults;

import dev.build0711.runner.exchange.Exchanges;
import dev.build0711.runner.local.LocalBlobs;
import dev.build0711.runner.openhands.ConfiguredBackends;
import dev.build0711.runner.openhands.agentserver.AgentServerBackend;
import dev.build0711.runner.openhands.agentserver.AgentServerSettings;
import dev.build0711.runner.openhands.agentserver.AgentServerSettings.Llm;
import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.port.ArtifactStore;
import dev.build0711.runner.port.BackendStore;
import dev.build0711.runner.port.Backends;
import dev.build0711.runner.port.Backends.Terms;
import dev.build0711.runner.port.Blobs;
import dev.build0711.runner.port.DeliveryStore;
import dev.build0711.runner.port.FailedLooks;
import dev.build0711.runner.port.Probe;
import dev.build0711.runner.port.PullRequestLookUp;
import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.WakeUps;
import dev.build0711.runner.postgres.PostgresArtifactStore;
import dev.build0711.runner.postgres.PostgresBackendStore;
import dev.build0711.runner.postgres.PostgresDeliveryStore;
import dev.build0711.runner.postgres.PostgresFailedLooks;
import dev.build0711.runner.postgres.PostgresRunStore;
import dev.build0711.runner.testing.RecordedWakeUps;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import javax.sql.DataSource;

/// The ports over their real adapters: PostgreSQL, files, and OpenHands over HTTP. Only the queue
/// forgets whatever it is asked for, so that nothing rests on it.
record Ports(
    RunStore runs,
    FailedLooks failedLooks,
    Probe probe,
    ArtifactStore artifacts,
    BackendStore states,
    DeliveryStore deliveries,
    PullRequestLookUp gitHost,
    Backends backends,
    WakeUps wakeUps) {

  /// The name of the one backend.
  static final String BACKEND = "berlin";

  /// How many runs it takes at once.
  static final int PLACES = 25;

  /// What the ports work with.
  ///
  /// @param openHands where OpenHands answers
  /// @param folder where files are kept
  record Surroundings(DataSource source, URI openHands, Path folder, InstantSource time) {}

  static Ports over(Surroundings around, Exchanges exchanges, Watch watch) {
    DataSource source = around.source();
    PostgresRunStore runs = new PostgresRunStore(source);
    Blobs blobs = watch.over(Blobs.class, new LocalBlobs(around.folder()));
    return new Ports(
        watch.over(RunStore.class, runs),
        watch.over(FailedLooks.class, new PostgresFailedLooks(source)),
        watch.over(Probe.class, runs),
        watch.over(ArtifactStore.class, new PostgresArtifactStore(source, blobs)),
        watch.over(BackendStore.class, new PostgresBackendStore(source)),
        watch.over(DeliveryStore.class, new PostgresDeliveryStore(source)),
        watch.over(PullRequestLookUp.class, new GitHostDouble()),
        backends(around, exchanges, watch),
        watch.over(WakeUps.class, new RecordedWakeUps()));
  }

  /// The same ports with another queue.
  Ports with(WakeUps queue) {
    return new Ports(
        runs, failedLooks, probe, artifacts, states, deliveries, gitHost, backends, queue);
  }

  private static Backends backends(Surroundings around, Exchanges exchanges, Watch watch) {
    AgentBackend backend =
        new AgentServerBackend(
            new AgentServerSettings(
                BACKEND,
                around.openHands(),
                () -> null,
                "/workspace/runs",
                null,
                Llm.OF_THE_SERVER,
                _ -> null),
            exchanges,
            around.time());
    return new ConfiguredBackends(
        List.of(
            new ConfiguredBackends.Configured(
                watch.over(AgentBackend.class, backend),
                new Terms(BACKEND, 1, PLACES, false, null))));
  }
}
