package dev.build0711.runner.app;

import dev.build0711.runner.app.Verdicts.Verdict;
import dev.build0711.runner.port.DeliveryStore;
import dev.build0711.runner.port.DeliveryStore.Delivery;
import dev.build0711.runner.port.DeliveryStore.Outcome;
import dev.build0711.runner.port.DeliveryStore.Recorded;
import dev.build0711.runner.port.DeliveryStore.Waiting;
import dev.build0711.runner.port.StorageUnavailable;
import dev.build0711.runner.port.WakeUps;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.Optional;

/// Looks after the ledger of deliveries: those that found no run are decided again where runs of
/// their repository have changed since, exactly as if they came now, and old ones go. Safe to run
/// twice at once and as often as one likes.
public final class TendDeliveries {

  /// How many are tried at once; what is left over is tried the next time.
  static final int BATCH = 500;

  private static final int PRUNED = 1_000;
  private static final Logger LOG = System.getLogger(TendDeliveries.class.getName());
  private static final int MAX_PRUNINGS = 10;

  private final DeliveryStore deliveries;
  private final WakeUps wakeUps;
  private final Verdicts verdicts;

  public TendDeliveries(DeliveryStore deliveries, WakeUps wakeUps, InstantSource clock) {
    this.deliveries = deliveries;
    this.wakeUps = wakeUps;
    this.verdicts = new Verdicts(deliveries, clock);
  }

  /// To be called every minute.
  ///
  /// @return how many deliveries have found their run
  /// @throws dev.build0711.runner.port.StorageUnavailable if the store cannot be used now
  public int apply() {
    int linked = 0;
    for (Waiting waiting : deliveries.waiting(BATCH)) {
      linked += triedAgain(waiting) ? 1 : 0;
    }
    prune();
    return linked;
  }

  /// A delivery at which the runner itself fails has been tried, and keeps no other from its turn.
  private boolean triedAgain(Waiting waiting) {
    try {
      return tryAgain(waiting);
    } catch (StorageUnavailable e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "a delivery could not be tried again", e);
      deliveries.settle(waiting, waiting.delivery(), null, false);
      return false;
    }
  }

  /// One whose run never holds still is tried again the next time.
  private boolean tryAgain(Waiting waiting) {
    Optional<Testimony> testimony = TestimonyFacts.read(waiting.delivery().facts());
    for (int tried = 0; tried < Verdicts.MAX_TRIES; tried++) {
      Verdict verdict = testimony.map(verdicts::of).orElse(Verdict.UNLINKED);
      Delivery decided =
          waiting
              .delivery()
              .decided(verdict.outcome(), verdict.effect(), verdict.runId(), verdict.rule());
      switch (deliveries.settle(waiting, decided, verdict.change(), verdict.look())) {
        case Recorded.Stored(var wake) -> {
          RunLog.moved(verdict.change());
          if (wake != null) {
            wakeUps.wake(wake);
          }
          return verdict.outcome() == Outcome.APPLIED;
        }
        case Recorded.Repeated _ -> {
          return false;
        }
        case Recorded.Stale _ -> {
          // decide again
        }
      }
    }
    return false;
  }

  private void prune() {
    int pruned = PRUNED;
    for (int batch = 0; batch < MAX_PRUNINGS && pruned >= PRUNED; batch++) {
      pruned = deliveries.prune(PRUNED);
    }
  }
}
