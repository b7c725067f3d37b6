package dev.build0711.runner.app;

import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.port.WakeUps;
import java.time.Duration;
import java.util.List;

/// Finds runs whose wake-up was lost and wakes them anew. Safe to run twice at once and as often as
/// one likes.
public final class Sweep {

  /// How late a look may be before its wake-up counts as lost.
  public static final Duration OVERDUE = Duration.ofSeconds(30);

  private static final int BATCH = 500;
  private static final int MAX_BATCHES = 20;

  private final RunStore runs;
  private final WakeUps wakeUps;

  public Sweep(RunStore runs, WakeUps wakeUps) {
    this.runs = runs;
    this.wakeUps = wakeUps;
  }

  /// Wakes what is overdue.
  ///
  /// @return how many runs were woken
  /// @throws dev.build0711.runner.port.StorageUnavailable if the store cannot be read now
  public int apply() {
    int woken = 0;
    for (int batch = 0; batch < MAX_BATCHES; batch++) {
      List<Wake> overdue = runs.overdue(OVERDUE, BATCH);
      overdue.forEach(wakeUps::wake);
      woken += overdue.size();
      if (overdue.size() < BATCH) {
        break;
      }
    }
    return woken;
  }
}
