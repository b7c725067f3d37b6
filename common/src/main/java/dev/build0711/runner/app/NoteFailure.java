package dev.build0711.runner.app;

import dev.build0711.runner.port.FailedLooks;
import dev.build0711.runner.port.RunStore.Claim;
import dev.build0711.runner.port.StorageUnavailable;
import dev.build0711.runner.port.WakeUps;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Arrays;

/// Notes that a look met a mistake of the runner itself, so that the run is tried again later, and
/// not for ever.
final class NoteFailure {

  private static final String OURS = "dev.build0711.runner.";
  private static final Logger LOG = System.getLogger(NoteFailure.class.getName());

  private final FailedLooks failedLooks;
  private final WakeUps wakeUps;

  NoteFailure(FailedLooks failedLooks, WakeUps wakeUps) {
    this.failedLooks = failedLooks;
    this.wakeUps = wakeUps;
  }

  /// Does what a look wants done; a mistake that is met by it is noted.
  ///
  /// @throws StorageUnavailable what `work` throws
  void guard(Claim claim, Runnable work) {
    try {
      work.run();
    } catch (StorageUnavailable e) {
      throw e;
    } catch (RuntimeException e) {
      note(claim, e);
    }
  }

  private void note(Claim claim, RuntimeException met) {
    LOG.log(Level.ERROR, "a look failed", met);
    PollRun.tolerating(
        "that a look failed could not be stored",
        () -> failedLooks.failed(claim, why(met)).ifPresent(wakeUps::wake));
  }

  /// The kind of the mistake and where it was met; its message may quote what a user wrote.
  private static String why(RuntimeException met) {
    String where =
        Arrays.stream(met.getStackTrace())
            .filter(frame -> frame.getClassName().startsWith(OURS))
            .findFirst()
            .map(frame ->
                " at "
                    + frame.getClassName().substring(OURS.length())
                    + ":"
                    + frame.getLineNumber())
            .orElse("");
    return met.getClass().getName() + where;
  }
}
