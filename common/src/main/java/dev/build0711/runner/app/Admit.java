package dev.build0711.runner.app;

import dev.build0711.runner.port.Backends;
import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.RunStore.Admission;
import dev.build0711.runner.port.RunStore.Claim;
import dev.build0711.runner.port.WakeUps;

/// Gives free places on backends to the runs that wait for one, and wakes them.
public final class Admit {

  private final RunStore runs;
  private final Backends backends;
  private final WakeUps wakeUps;

  public Admit(RunStore runs, Backends backends, WakeUps wakeUps) {
    this.runs = runs;
    this.backends = backends;
    this.wakeUps = wakeUps;
  }

  /// Gives away every place that is free.
  ///
  /// @return how many runs got one
  /// @throws dev.build0711.runner.port.StorageUnavailable if the store cannot be used now
  public int apply() {
    int admitted = 0;
    Admission last;
    do {
      last = runs.admit(backends.terms(), null);
      last.wakes().forEach(wakeUps::wake);
      admitted += last.wakes().size();
    } while (last.wakes().size() == Admission.MOST);
    return admitted;
  }

  /// Gives away free places, maybe one to a claimed run.
  ///
  /// @return the claim under which that is looked at from then on
  Claim apply(Claim own) {
    Admission admission = runs.admit(backends.terms(), own);
    admission.wakes().forEach(wakeUps::wake);
    return admission.own() == null
        ? new Claim(own.run(), own.now(), own.leaseUntil(), admission.trouble())
        : admission.own();
  }
}
