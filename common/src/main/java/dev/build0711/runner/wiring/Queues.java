package dev.build0711.runner.wiring;

import dev.build0711.runner.cloudtasks.CloudTasksWakeUps;
import dev.build0711.runner.cloudtasks.TaskQueue;
import dev.build0711.runner.config.RunnerConfig;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.port.WakeUps;
import org.jspecify.annotations.Nullable;

/// Opens the queue of a configuration.
final class Queues {

  private Queues() {}

  static WakeUps open(RunnerConfig.Queue queue) {
    return switch (queue.type()) {
      case DATABASE -> new NoQueue();
      case CLOUD_TASKS -> CloudTasksWakeUps.open(named(queue));
    };
  }

  /// Whoever looks after the run table finds what is due.
  private static final class NoQueue implements WakeUps {

    @Override
    public void wake(Wake wake) {}

    @Override
    public void wake(Tick tick) {}
  }

  private static TaskQueue named(RunnerConfig.Queue queue) {
    return new TaskQueue(
        required(queue.project(), "queue.project"),
        required(queue.location(), "queue.location"),
        required(queue.name(), "queue.name"),
        queue.target(),
        queue.serviceAccount(),
        queue.endpoint());
  }

  private static String required(@Nullable String value, String key) {
    if (value == null) {
      throw new IllegalStateException(key + " is not set");
    }
    return value;
  }
}
