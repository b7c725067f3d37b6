package dev.build0711.runner.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.app.Admit;
import dev.build0711.runner.app.LookUps;
import dev.build0711.runner.app.PollRun;
import dev.build0711.runner.app.Prompts;
import dev.build0711.runner.openhands.ConfiguredBackends;
import dev.build0711.runner.port.Backends;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.port.WakeUps;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.Evidence.Clocks;
import dev.build0711.runner.run.Marker;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.testing.InMemoryRunStore;
import dev.build0711.runner.testing.MemoryArtifacts;
import dev.build0711.runner.testing.Runs;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DueRunsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Backends NOBODY = new ConfiguredBackends(List.of());

  private final InstantSource clock = InstantSource.fixed(Runs.T0.plusSeconds(1));
  private final AtomicInteger claims = new AtomicInteger();
  private final CountDownLatch looked = new CountDownLatch(1);

  @Test
  void aClaimThatFailsForAnyReasonIsTriedAgain() throws InterruptedException {
    InMemoryRunStore store = new InMemoryRunStore(this::failsOnce);
    Run run = Runs.queued(CompleteOn.EITHER);
    store.put(run, List.of());

    try (DueRuns due = new DueRuns(store, clock)) {
      due.start(pollRun(store), new Admit(store, NOBODY, due), List.of());

      assertThat(looked.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
    }
    assertThat(store.find(run.id()).orElseThrow().standing().reason()).isNotNull();
  }

  /// The first claim meets a mistake of ours, none that the store knows of.
  private Instant failsOnce() {
    if (claims.getAndIncrement() == 0) {
      throw new IllegalStateException("planted");
    }
    return clock.instant();
  }

  private WakeUps whoeverWakes() {
    return new WakeUps() {
      @Override
      public void wake(Wake wake) {
        looked.countDown();
      }

      @Override
      public void wake(Tick tick) {}
    };
  }

  /// Without a backend every look ends with the run waiting for one.
  private PollRun pollRun(InMemoryRunStore store) {
    return new PollRun(
        store,
        store,
        new MemoryArtifacts(),
        store,
        NOBODY,
        whoeverWakes(),
        new Prompts(new Marker(() -> "key-of-the-markers-with-enough-bytes")),
        Clocks.DEFAULT,
        LookUps.NONE,
        clock,
        new Random(7));
  }
}
