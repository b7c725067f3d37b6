package dev.build0711.runner.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunSpec;
import dev.build0711.runner.run.RunStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Forty-five days with an agent that works for ever.
class LongRunTest {

  private static final Duration DEADLINE = Duration.ofDays(30);
  private static final Duration LONGER = Duration.ofDays(45);
  private final Quiet quiet = new Quiet();

  @AfterEach
  void loud() {
    quiet.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aRunWhoseAgentNeverEndsIsTimedOutAtItsDeadlineAndItsAgentStopped(long seed) {
    World world = new World(seed, new Tally(), new Trace(false), Plant.NONE);
    world.scheduler().oneAfterTheOther();
    // what ends a run in its own way
    world
        .faults()
        .without(
            EnumSet.of(
                Fault.STATUS_FLAPS,
                Fault.STATUS_EARLY,
                Fault.START_FAILED,
                Fault.FROZEN,
                Fault.BACKEND_SLOW));
    while (world.store().all().isEmpty()) {
      world
          .scheduler()
          .run(
              "a client creates a run",
              process -> world.clients().create(process, endless(), null));
    }
    Instant end = world.time().instant().plus(LONGER);

    while (world.time().instant().isBefore(end)) {
      world.scheduler().minute();
      world.rules().check();
    }

    Run run = world.store().all().getFirst();
    Instant started = Objects.requireNonNull(run.standing().startedAt());
    assertThat(run.status()).isEqualTo(RunStatus.TIMED_OUT);
    assertThat(run.standing().reason()).isNotNull();
    assertThat(String.valueOf(run.standing().reason())).contains(Reason.RUN_TIMEOUT.toString());
    assertThat(run.standing().finishedAt())
        .isBetween(started.plus(DEADLINE), started.plus(DEADLINE).plus(Duration.ofHours(1)));
    assertThat(run.schedule().nextPollAt()).isNull();
    assertThat(world.servers())
        .flatExtracting(server -> server.lodging().agents())
        .extracting(SimulatedAgent::does)
        .containsExactly(SimulatedAgent.Does.PAUSED);
    assertThat(world.faults().injected()).isPositive();
  }

  private static RunSpec endless() {
    return new RunSpec(
        "shop",
        Lodging.NEVER_STOP,
        null,
        null,
        null,
        null,
        CompleteOn.AGENT,
        DEADLINE,
        0,
        AgentOptions.NONE);
  }
}
