package dev.build0711.runner.app;

import static dev.build0711.runner.testing.Runs.T0;
import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.port.AgentBackend.Health;
import dev.build0711.runner.port.RunStore.Release;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.port.WakeUps.Tick;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.Schedule;
import dev.build0711.runner.testing.InMemoryRunStore;
import dev.build0711.runner.testing.RecordedWakeUps;
import dev.build0711.runner.testing.Runs;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class TendBackendTest {

  private static final Health GONE =
      Health.bad(null, null, new BackendSilent(Reason.BACKEND_UNREACHABLE, null));

  private Instant now = T0.plusSeconds(10);
  private final InMemoryRunStore store = new InMemoryRunStore(() -> now);
  private final ScriptedBackend backend = new ScriptedBackend();
  private final List<Wake> wakes = new ArrayList<>();
  private final List<Tick> ticks = new ArrayList<>();
  private final RecordedWakeUps wakeUps = new RecordedWakeUps(wakes, ticks);
  private int made;
  private final TendBackend tend = new TendBackend(store, store, backend, wakeUps, () -> now);

  @Test
  void aBackendIsProbedTwiceAMinuteHoweverManyTendIt() {
    for (int second = 0; second < 60; second++) {
      tend.apply("main");
      now = now.plusSeconds(1);
    }

    assertThat(backend.asked).hasSizeBetween(2, 3).containsOnly("check");
  }

  @Test
  void oneThatIsNotConfiguredAnyMoreIsLeftAlone() {
    tend.apply("gone");

    assertThat(backend.asked).isEmpty();
  }

  @Test
  void itsRunsAreHeldWhileItIsDownAndGoOnWhenItIsBack() {
    Run run = working(Duration.ofMinutes(5));
    backend.health = GONE;
    tend.apply("main");
    assertThat(store.find(run.id())).isPresent();
    now = now.plusSeconds(30);
    tend.apply("main");
    assertThat(held(run)).isEqualTo(Reason.BACKEND_UNREACHABLE);

    backend.health = new ScriptedBackend().health;
    now = now.plusSeconds(30);
    tend.apply("main");

    assertThat(wakes).extracting(Wake::id).containsExactly(run.id());
    assertThat(wakes.getFirst().at()).isBefore(now.plusSeconds(16));
    assertThat(ticks).isEmpty();
    now = now.plusSeconds(16);
    assertThat(store.claim(run.id(), PollRun.LEASE).orElseThrow().held()).isNull();
  }

  @Test
  void manyRunsOfABackendThatIsBackAreWokenByItsTicks() {
    for (int i = 0; i < 600; i++) {
      working(Duration.ofMinutes(5));
    }

    isGoneAndBack();

    assertThat(wakes).isEmpty();
    assertThat(ticks).hasSizeBetween(5, 8).extracting(Tick::backend).containsOnly("main");
    now = ticks.getLast().at();
    assertThat(store.claimWatched("main", 1000, PollRun.LEASE)).hasSize(600);
  }

  @Test
  void asManyRunsAsMakeACrowdAreWokenByTicks() {
    for (int i = 0; i < StoreLooks.CROWD; i++) {
      working(Duration.ofMinutes(5));
    }

    isGoneAndBack();

    assertThat(wakes).isEmpty();
    assertThat(ticks).isNotEmpty();
  }

  @Test
  void nobodyIsWokenByABackendThatWasNeverAwayOrHasBeenBackFor30Seconds() {
    working(Duration.ofMinutes(5));
    tend.apply("main");
    assertThat(wakes).isEmpty();
    now = now.plusSeconds(30);
    isGoneAndBack();
    assertThat(wakes).hasSize(1);
    working(Duration.ofMinutes(5));

    now = now.plusSeconds(30);
    tend.apply("main");

    assertThat(wakes).hasSize(1);
  }

  @Test
  void whatKindOfServerItIsSaysHowManyRunsItTakesAndIsNotForgotten() {
    backend.places = null;
    for (int i = 0; i < 12; i++) {
      store.put(Runs.accepted("shop", 0, T0.plusMillis(i)), List.of());
    }
    Admit admit = new Admit(store, backend, wakeUps);
    assertThat(admit.apply()).as("the least that any kind takes").isEqualTo(3);

    tend.apply("main");
    backend.health = new Health(null, null, null);
    now = now.plusSeconds(30);
    tend.apply("main");

    assertThat(admit.apply()).as("ten of an agent-server").isEqualTo(7);
  }

  @Test
  void theLogSaysOfWhatKindTheTroubleIs() {
    List<String> lines = new ArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            lines.add(line.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger(TendBackend.class.getName());
    logger.addHandler(handler);
    try {
      Map.of(
              Reason.BACKEND_UNREACHABLE, "no connection",
              Reason.BACKEND_UNAUTHORIZED, "401 or 403",
              Reason.BACKEND_ERROR, "408, 429 or 5xx",
              Reason.BACKEND_BAD_ANSWER, "not one of OpenHands")
          .forEach((why, explained) -> {
            backend.health = Health.bad(null, null, new BackendSilent(why, null));
            tend.apply("main");
            now = now.plusSeconds(30);
            assertThat(lines.getLast())
                .startsWith(
                    "backend main does not work: %s (%s"
                        .formatted(backend.health.detail(), explained));
          });
    } finally {
      logger.removeHandler(handler);
    }
    assertThat(lines).hasSize(4);
  }

  private void isGoneAndBack() {
    backend.health = GONE;
    tend.apply("main");
    backend.health = new ScriptedBackend().health;
    now = now.plusSeconds(30);
    tend.apply("main");
  }

  private Reason held(Run run) {
    now = now.plusSeconds(1);
    store.askForLook(run.id());
    var claim = store.claim(run.id(), PollRun.LEASE).orElseThrow();
    store.release(List.of(new Release(claim, now.plusSeconds(300))));
    Reason held = claim.held();
    if (held == null) {
      throw new AssertionError("not held");
    }
    return held;
  }

  private Run working(Duration nextLook) {
    Run run =
        Runs.other(Runs.working(CompleteOn.EITHER), ++made)
            .with(new Schedule(now.plus(nextLook), 1, 0));
    store.put(run, List.of());
    return run;
  }
}
