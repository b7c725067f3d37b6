package dev.build0711.runner.standalone;

import dev.build0711.runner.app.Admit;
import dev.build0711.runner.app.PollRun;
import dev.build0711.runner.log.RequestContext;
import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.RunStore.Claim;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.port.StorageUnavailable;
import dev.build0711.runner.port.WakeUps;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The standalone's queue, which is the run table itself: claims the runs that are due and looks at
/// them, in any number of replicas side by side. A run that this process made due is looked at when
/// it is due, one that another process made due within [#INTERVAL].
final class DueRuns implements WakeUps, AutoCloseable {

  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /// The interval while more may be due than could be claimed. Meanwhile the looks under way claim
  /// what else is due on their backends, which takes fewer exchanges than claiming it here.
  private static final Duration CROWDED = Duration.ofMillis(500);

  private static final Duration ADMISSION = Duration.ofSeconds(2);
  private static final Duration DUTIES = Duration.ofSeconds(30);
  private static final Duration DRAIN = Duration.ofSeconds(7);

  /// How many exchanges go on at once.
  private static final int MAX_LOOKS = 64;

  private static final Logger LOG = System.getLogger(DueRuns.class.getName());

  private final RunStore runs;
  private final InstantSource time;
  private final AtomicLong turns = new AtomicLong();
  private final ExecutorService looks = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore places = new Semaphore(MAX_LOOKS);
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable Instant soonest;
  private Instant nextAdmission = Instant.MIN;
  private Instant nextDuties = Instant.MIN;
  private boolean closed;
  private @Nullable Thread loop;

  DueRuns(RunStore runs, InstantSource time) {
    this.runs = runs;
    this.time = time;
  }

  /// Begins to look. `pollRun` asks this queue for its next looks, so it can only come after it.
  ///
  /// @param duties what is to be done besides, twice a minute each
  void start(PollRun pollRun, Admit admit, List<Runnable> duties) {
    loop =
        Thread.ofPlatform()
            .name("due-runs")
            .start(() ->
                run(() -> {
                  giveAway(admit);
                  attendTo(duties);
                  lookAtDue(pollRun);
                }));
  }

  @Override
  public void wake(Wake wake) {
    wake(wake.at());
  }

  @Override
  public void wake(Tick tick) {
    wake(tick.at());
  }

  private void wake(Instant at) {
    lock.lock();
    try {
      if (soonest == null || at.isBefore(soonest)) {
        soonest = at;
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /// Claims nothing more and waits for the looks under way, at most seven seconds: what is cut off
  /// then is looked at again when its lease is over.
  @Override
  public void close() {
    long end = System.nanoTime() + DRAIN.toNanos();
    stopClaiming();
    try {
      if (loop != null) {
        loop.join(DRAIN);
      }
      looks.shutdown();
      if (!looks.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        looks.shutdownNow();
      }
    } catch (InterruptedException e) {
      looks.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private void stopClaiming() {
    lock.lock();
    try {
      closed = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private void run(Runnable round) {
    while (waitUntilDue()) {
      try {
        round.run();
      } catch (StorageUnavailable e) {
        LOG.log(Level.WARNING, "no runs can be claimed now: " + e.getMessage());
      } catch (RuntimeException e) {
        // whatever it was, the other runs still want to be looked at
        LOG.log(Level.ERROR, "due runs could not be claimed", e);
      }
    }
  }

  /// Places also become free without a look: a server comes back, or is no longer full.
  private void giveAway(Admit admit) {
    Instant now = time.instant();
    if (!now.isBefore(nextAdmission)) {
      nextAdmission = now.plus(ADMISSION);
      admit.apply();
    }
  }

  private void attendTo(List<Runnable> duties) {
    Instant now = time.instant();
    if (!now.isBefore(nextDuties)) {
      nextDuties = now.plus(DUTIES);
      duties.forEach(duty -> looks.execute(() -> inTurn("duty", () -> attendTo(duty))));
    }
  }

  private static void attendTo(Runnable duty) {
    try {
      duty.run();
    } catch (StorageUnavailable e) {
      LOG.log(Level.WARNING, "a duty was put off: " + e.getMessage());
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "a duty failed", e);
    }
  }

  private void lookAtDue(PollRun pollRun) {
    int free = places.availablePermits();
    Instant begin = time.instant();
    List<Claim> claims = free == 0 ? List.of() : runs.claimDue(free, PollRun.LEASE);
    PollRun.together(claims).forEach(looked -> submit(pollRun, looked, begin));
    if (claims.size() == free) {
      wake(time.instant().plus(CROWDED));
    }
  }

  private void submit(PollRun pollRun, List<Claim> claims, Instant begin) {
    places.acquireUninterruptibly();
    looks.execute(() -> {
      try {
        inTurn("look", () -> look(pollRun, claims, begin));
      } finally {
        places.release();
      }
    });
  }

  private static void look(PollRun pollRun, List<Claim> claims, Instant begin) {
    try {
      pollRun.look(claims, begin);
    } catch (StorageUnavailable e) {
      LOG.log(Level.WARNING, "a look could not be stored: " + e.getMessage());
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "a look failed", e);
    }
  }

  /// Does what nobody has asked for from outside as if it were a request, so that its lines in the
  /// log can be told from others.
  private void inTurn(String kind, Runnable work) {
    var context = new RequestContext(kind + "-" + turns.incrementAndGet(), null, null);
    ScopedValue.where(RequestContext.CURRENT, context).run(work);
  }

  /// Waits for the soonest known time, at most [#INTERVAL].
  ///
  /// @return false when there is nothing more to do
  private boolean waitUntilDue() {
    lock.lock();
    try {
      long left = INTERVAL.toNanos();
      while (!closed && left > 0) {
        Duration wait = soonest == null ? INTERVAL : Duration.between(time.instant(), soonest);
        if (wait.compareTo(Duration.ZERO) <= 0) {
          break;
        }
        long nanos = Math.min(left, wait.compareTo(INTERVAL) > 0 ? left : wait.toNanos());
        left -= nanos - changed.awaitNanos(nanos);
      }
      soonest = null;
      return !closed;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }
}
