package dev.build0711.runner.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// Nothing is lost and nothing happens twice, whatever goes wrong.
class SimulationIT {

  private static final long SEEDS = Long.getLong("simulation.seeds", 100_000);
  private static final long MANY = 100_000;

  /// The calls of ports that are made by looks, callers, deliveries, ticks and maintain.
  private static final List<String> CALLS =
      List.of(
          "AgentBackend.check",
          "AgentBackend.collect",
          "AgentBackend.find",
          "AgentBackend.look",
          "AgentBackend.preparation",
          "AgentBackend.prepare",
          "AgentBackend.resume",
          "AgentBackend.start",
          "AgentBackend.stop",
          "AgentBackend.tell",
          "ArtifactStore.keep",
          "BackendStore.answered",
          "BackendStore.close",
          "BackendStore.failed",
          "BackendStore.probe",
          "BackendStore.recovered",
          "BackendStore.speaks",
          "DeliveryStore.candidates",
          "DeliveryStore.record",
          "RunStore.accept",
          "RunStore.admit",
          "RunStore.apply",
          "RunStore.claim",
          "RunStore.claimWatched",
          "RunStore.create",
          "RunStore.events",
          "RunStore.find",
          "RunStore.hint",
          "RunStore.list",
          "RunStore.mailbox",
          "RunStore.overdue",
          "RunStore.queuedBefore",
          "RunStore.release",
          "RunStore.returned",
          "RunStore.save",
          "RunStore.summary",
          "WakeUps.wake");

  @Test
  void everyRuleHoldsInEverySeed() {
    long begin = System.nanoTime();
    Batch.Result result = Batch.run(0, SEEDS, () -> Long.MAX_VALUE, Plant.NONE);
    Batch.Failure failure = result.failure();

    System.out.print(result.tally());
    System.out.printf("%.1f s%n", (System.nanoTime() - begin) / 1e9);
    assertThat(failure == null ? "" : Report.of(failure, Plant.NONE)).isEmpty();
    enough(result.tally());
  }

  private static void enough(Tally tally) {
    assertThat(tally.seeds()).isEqualTo(SEEDS);
    assertThat(tally.leastSteps()).isGreaterThanOrEqualTo(Plan.STEPS);
    assertThat(tally.leastFaults()).isGreaterThanOrEqualTo(Plan.FAULTS);
    if (SEEDS < MANY) {
      return;
    }
    for (Fault fault : Fault.values()) {
      assertThat(tally.of(fault)).as(fault.description()).isGreaterThanOrEqualTo(1_000);
    }
    for (Fault crash : List.of(Fault.CRASH_BEFORE, Fault.CRASH_AFTER)) {
      assertThat(tally.of(crash, CALLS).values())
          .as("%s: %s", crash.description(), tally.of(crash, CALLS))
          .allMatch(count -> count >= 100);
    }
  }
}
