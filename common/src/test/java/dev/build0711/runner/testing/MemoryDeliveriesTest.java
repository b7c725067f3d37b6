package dev.build0711.runner.testing;

import dev.build0711.runner.port.DeliveryStore;
import dev.build0711.runner.port.RunStore.Creation.Created;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunId;
import java.time.Duration;
import java.time.Instant;

/// The double keeps to what the real ledger keeps to.
class MemoryDeliveriesTest extends DeliveryStoreContract {

  private Instant now = Runs.T0;
  private final InMemoryRunStore runs = new InMemoryRunStore(() -> now);
  private final MemoryDeliveries memory = new MemoryDeliveries(runs, () -> now);

  @Override
  protected DeliveryStore ledger() {
    return memory;
  }

  @Override
  protected Instant now() {
    return now;
  }

  @Override
  protected Run accept(Run run) {
    return ((Created) runs.create(run, null)).run();
  }

  @Override
  protected Run stored(RunId id) {
    return memory.run(id);
  }

  @Override
  protected void touch(RunId id) {
    runs.change(id, run -> Runs.updated(run, now));
  }

  @Override
  protected void later(Duration time) {
    now = now.plus(time);
  }
}
