package dev.build0711.runner.cloudtasks;

import static java.lang.System.Logger.Level.WARNING;

import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.retrying.RetrySettings;
import com.google.api.gax.rpc.AbortedException;
import com.google.api.gax.rpc.AlreadyExistsException;
import com.google.api.gax.rpc.ApiException;
import com.google.api.gax.rpc.StatusCode.Code;
import com.google.cloud.tasks.v2.CloudTasksClient;
import com.google.cloud.tasks.v2.CloudTasksSettings;
import com.google.cloud.tasks.v2.Task;
import dev.build0711.runner.log.LogFields;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.port.WakeUps;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

/// Asks Cloud Tasks for wake-ups, within four seconds each. The name of a task is the run's and the
/// number of the wake-up, or the backend's and the time of the tick, so asking again is safe and
/// asking twice is one task.
public final class CloudTasksWakeUps implements WakeUps, AutoCloseable {

  private static final System.Logger LOG = System.getLogger(CloudTasksWakeUps.class.getName());
  private static final RetrySettings PATIENCE =
      RetrySettings.newBuilder()
          .setInitialRetryDelayDuration(Duration.ofMillis(100))
          .setRetryDelayMultiplier(3)
          .setMaxRetryDelayDuration(Duration.ofMillis(600))
          .setInitialRpcTimeoutDuration(Duration.ofSeconds(2))
          .setRpcTimeoutMultiplier(1)
          .setMaxRpcTimeoutDuration(Duration.ofSeconds(2))
          .setTotalTimeoutDuration(Duration.ofSeconds(4))
          .setMaxAttempts(3)
          .build();

  private final CloudTasksClient client;
  private final WakeUpTask tasks;

  private CloudTasksWakeUps(CloudTasksClient client, WakeUpTask tasks) {
    this.client = client;
    this.tasks = tasks;
  }

  /// Connects to the queue as the service account of the platform.
  ///
  /// @throws UncheckedIOException if this machine has no credentials
  public static CloudTasksWakeUps open(TaskQueue queue) {
    try {
      CloudTasksSettings.Builder settings = CloudTasksSettings.newHttpJsonBuilder();
      settings
          .createTaskSettings()
          .setRetryableCodes(Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED, Code.INTERNAL)
          .setRetrySettings(PATIENCE);
      if (queue.endpoint() != null) {
        settings.setEndpoint(queue.endpoint().toString());
        settings.setCredentialsProvider(NoCredentialsProvider.create());
      }
      return new CloudTasksWakeUps(
          CloudTasksClient.create(settings.build()), new WakeUpTask(queue));
    } catch (IOException e) {
      throw new UncheckedIOException("no client for Cloud Tasks", e);
    }
  }

  @Override
  public void wake(Wake wake) {
    ask(tasks.of(wake), LogFields.of("run_id", wake.id(), "wake_no", wake.wakeNo()));
  }

  @Override
  public void wake(Tick tick) {
    ask(tasks.of(tick), LogFields.of("backend", tick.backend(), "at", tick.at()));
  }

  private void ask(Task task, LogFields what) {
    try {
      client.createTask(tasks.parent(), task);
    } catch (AlreadyExistsException | AbortedException e) {
      // the same wake-up was asked for before; over HTTP/JSON the client makes ABORTED of 409
    } catch (ApiException e) {
      notAskedFor(what.and("code", e.getStatusCode().getCode().toString()), e);
    } catch (RuntimeException e) {
      notAskedFor(what.and("code", "UNKNOWN"), e);
    }
  }

  @Override
  public void close() {
    client.close();
  }

  private static void notAskedFor(LogFields what, RuntimeException e) {
    LOG.log(
        WARNING, "wake-up could not be asked for, the sweep will find the run", what.because(e));
  }
}
