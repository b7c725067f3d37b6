package dev.build0711.runner.app;

import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.port.Backends;
import dev.build0711.runner.port.Probe;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Asks everything the product depends on, at once, and answers within [#LIMIT] whatever they do.
public final class CheckHealth {

  /// How long a check takes at most, with something to spare below the three seconds promised.
  static final Duration LIMIT = Duration.ofMillis(2500);

  /// A run that waited this long for its look tells that nobody is looking.
  static final Duration LATE = Duration.ofMinutes(5);

  private static final System.Logger LOG = System.getLogger(CheckHealth.class.getName());

  private final Probe probe;
  private final Backends backends;
  private final LongSupplier nanoTime;

  /// A use case over a store and some backends.
  ///
  /// @param nanoTime a clock that only goes forward, as [System#nanoTime]
  public CheckHealth(Probe probe, Backends backends, LongSupplier nanoTime) {
    this.probe = probe;
    this.backends = backends;
    this.nanoTime = nanoTime;
  }

  /// How things are now.
  public Health check() {
    long end = nanoTime.getAsLong() + LIMIT.toNanos();
    FutureTask<Database> database = start(this::database);
    List<FutureTask<Backend>> asked = new ArrayList<>();
    for (AgentBackend backend : backends.all()) {
      asked.add(start(() -> backend(backend)));
    }
    Database store = await(database, end, new Database(false, LIMIT, Duration.ZERO));
    List<Backend> answers = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      String name = backends.all().get(i).name();
      answers.add(await(asked.get(i), end, new Backend(name, false, null, "unreachable")));
    }
    return new Health(store, answers);
  }

  private Database database() {
    long start = nanoTime.getAsLong();
    Duration overdue = probe.oldestOverdue();
    return new Database(true, Duration.ofNanos(nanoTime.getAsLong() - start), overdue);
  }

  private static Backend backend(AgentBackend backend) {
    AgentBackend.Health health = backend.check(LIMIT);
    return new Backend(backend.name(), health.up(), health.version(), health.detail());
  }

  private static <T> FutureTask<T> start(Callable<T> check) {
    var task = new FutureTask<>(check);
    Thread.ofVirtual().name("health").start(task);
    return task;
  }

  private <T> T await(FutureTask<T> check, long end, T otherwise) {
    try {
      return check.get(Math.max(0, end - nanoTime.getAsLong()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      check.cancel(true);
      return otherwise;
    } catch (ExecutionException e) {
      LOG.log(Level.WARNING, "health check failed", e.getCause());
      return otherwise;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return otherwise;
    }
  }

  /// How one thing is, or all of it; [#toString] is the word of the API.
  public enum Status {
    OK,
    DEGRADED,
    DOWN;

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /// What the checks found.
  public record Health(Database database, List<Backend> backends) {

    public Health {
      backends = List.copyOf(backends);
    }

    /// Nothing works without the database; without a backend runs still wait safely.
    public Status status() {
      if (!database.up()) {
        return Status.DOWN;
      }
      return openhands() == Status.OK && queue() == Status.OK ? Status.OK : Status.DEGRADED;
    }

    /// All backends together: no backend at all is as bad as none that answers.
    public Status openhands() {
      long up = backends.stream().filter(Backend::up).count();
      if (up == 0) {
        return Status.DOWN;
      }
      return up == backends.size() ? Status.OK : Status.DEGRADED;
    }

    /// Whether runs are looked at in time.
    public Status queue() {
      if (!database.up()) {
        return Status.DOWN;
      }
      return database.oldestOverdue().compareTo(LATE) > 0 ? Status.DEGRADED : Status.OK;
    }
  }

  /// The database: how long a round trip took, and how late the latest run is.
  public record Database(boolean up, Duration latency, Duration oldestOverdue) {}

  /// One OpenHands.
  ///
  /// @param detail one word on what is wrong, null where nothing is
  public record Backend(
      String name, boolean up, @Nullable String version, @Nullable String detail) {}
}
