package dev.build0711.runner.testing;

import dev.build0711.runner.port.BackendStore;
import dev.build0711.runner.port.FailedLooks;
import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// The double keeps to what the real store keeps to.
class InMemoryRunStoreTest extends RunStoreContract {

  private Instant now = Runs.T0;
  private final InMemoryRunStore memory = new InMemoryRunStore(this::tick);

  /// Its clock moves on by a millisecond whenever it is read, like no two statements of a database
  /// are at the same time.
  @Override
  protected RunStore open() {
    return memory;
  }

  @Override
  protected FailedLooks failedLooks() {
    return memory;
  }

  @Override
  protected BackendStore backends() {
    return memory;
  }

  @Override
  protected void later(Duration time) {
    now = now.plus(time);
  }

  @Override
  protected void waitingFor(Run run, int seconds) {
    Schedule old = run.schedule();
    memory.put(
        run.with(new Schedule(now.minusSeconds(seconds), old.wakeNo(), old.pollEpoch())),
        List.of());
  }

  @Override
  protected void askForLook(RunId id) {
    memory.askForLook(id);
  }

  private synchronized Instant tick() {
    now = now.plusMillis(1);
    return now;
  }
}
