package dev.build0711.runner.app;

import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.port.AgentBackend.Health;
import dev.build0711.runner.port.BackendStore;
import dev.build0711.runner.port.Backends;
import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.port.WakeUps;
import dev.build0711.runner.port.WakeUps.Tick;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Reason;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Probes a backend, so that the runs of one that is down are held and not asked for in vain, and
/// go on when it is back. The probe is also the one request by which a backend that is down is
/// tried: a circuit breaker whose state is in the store.
public final class TendBackend {

  /// How often a backend is probed at most, however many do so; whoever tends it comes every 30
  /// seconds.
  static final Duration EVERY = Duration.ofSeconds(25);

  /// How long a probe may take. A server that is deaf for ten seconds is only busy.
  static final Duration LIMIT = Duration.ofSeconds(15);

  /// Over which time the looks at the runs of a backend that is back are spread.
  static final Duration RETURN = Duration.ofSeconds(15);

  private static final int BATCH = 500;
  private static final int MAX_BATCHES = 40;
  private static final Logger LOG = System.getLogger(TendBackend.class.getName());

  private final BackendStore states;
  private final RunStore runs;
  private final Backends backends;
  private final WakeUps wakeUps;
  private final InstantSource time;

  public TendBackend(
      BackendStore states, RunStore runs, Backends backends, WakeUps wakeUps, InstantSource time) {
    this.states = states;
    this.runs = runs;
    this.backends = backends;
    this.wakeUps = wakeUps;
    this.time = time;
  }

  /// Probes the backend unless somebody has just done so.
  ///
  /// @param name of a backend; one that is not configured any more is left alone
  /// @throws dev.build0711.runner.port.StorageUnavailable if the store cannot be used now
  public void apply(String name) {
    backends.named(name).filter(_ -> states.probe(name, EVERY)).ifPresent(this::probe);
  }

  private void probe(AgentBackend backend) {
    Health health = backend.check(LIMIT);
    Reason why = health.why();
    if (why == null) {
      up(backend.name(), health.dialect());
    } else {
      // at each probe: an alert counts the lines
      LOG.log(
          Level.WARNING,
          "backend %s does not work: %s (%s)"
              .formatted(backend.name(), health.detail(), explained(why)));
      states.failed(backend.name(), why);
    }
  }

  private static String explained(Reason why) {
    return switch (why) {
      case BACKEND_UNREACHABLE -> "no connection, or no whole answer in time";
      case BACKEND_UNAUTHORIZED -> "401 or 403: it does not take the key";
      case BACKEND_ERROR -> "408, 429 or 5xx";
      default -> "not one of OpenHands: the URL may lead to something else";
    };
  }

  private void up(String name, @Nullable Dialect dialect) {
    if (dialect != null) {
      states.speaks(name, dialect);
    }
    if (states.answered(name)) {
      LOG.log(Level.INFO, "backend " + name + " works again");
      wakeItsRuns(name);
      states.recovered(name);
    }
  }

  /// A few are woken one by one. Of many the sweep wakes those that no tick looks at.
  private void wakeItsRuns(String name) {
    List<Wake> returned = runs.returned(name, RETURN, BATCH);
    if (returned.size() < StoreLooks.CROWD) {
      returned.forEach(wakeUps::wake);
      return;
    }
    for (int batch = 1; batch < MAX_BATCHES && returned.size() == BATCH; batch++) {
      returned = runs.returned(name, RETURN, BATCH);
    }
    Instant first = time.instant().plus(Tick.EVERY);
    for (Instant at = first; !at.isAfter(first.plus(RETURN)); at = at.plus(Tick.EVERY)) {
      wakeUps.wake(Tick.notBefore(name, at));
    }
  }
}
