package dev.build0711.runner.testing;

import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.port.WakeUps;
import java.util.Collection;
import java.util.concurrent.ConcurrentLinkedQueue;

/// A queue that only writes down what it was asked for.
public record RecordedWakeUps(Collection<Wake> wakes, Collection<Tick> ticks) implements WakeUps {

  public RecordedWakeUps() {
    this(new ConcurrentLinkedQueue<>());
  }

  /// Writes down the wake-ups of runs in a list of the test's.
  public RecordedWakeUps(Collection<Wake> wakes) {
    this(wakes, new ConcurrentLinkedQueue<>());
  }

  @Override
  public void wake(Wake wake) {
    wakes.add(wake);
  }

  @Override
  public void wake(Tick tick) {
    ticks.add(tick);
  }
}
