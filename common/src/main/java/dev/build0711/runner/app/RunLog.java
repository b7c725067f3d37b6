package dev.build0711.runner.app;

import dev.build0711.runner.log.LogFields;
import dev.build0711.runner.log.RequestContext;
import dev.build0711.runner.port.RunStore.Change;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.StatusReason;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/// Tells in the log what became of runs, whoever changed them: one line for each change that a
/// reader of the log asks for, with the run's id and nothing that a user sent.
final class RunLog {

  private static final System.Logger LOG = System.getLogger(RunLog.class.getName());

  private RunLog() {}

  static void accepted(Run run) {
    say(run.id(), "run accepted", null);
  }

  /// Says nothing where both the status and its reason have stayed the same.
  static void moved(Run before, Run after) {
    Reason reason = reason(after);
    if (before.status() != after.status()) {
      say(after.id(), "run moved from " + before.status() + " to " + after.status(), reason);
    } else if (reason(before) != reason) {
      say(after.id(), "run stays " + after.status(), reason);
    }
  }

  private static @Nullable Reason reason(Run run) {
    StatusReason reason = run.standing().reason();
    return reason == null ? null : reason.code();
  }

  /// As [#moved], for a change that was stored; null where there was nothing to change.
  static void moved(@Nullable Change change) {
    if (change != null) {
      moved(change.before(), change.after());
    }
  }

  static void messageAccepted(Run run) {
    say(run.id(), "message accepted", null);
  }

  /// What a delivery of a git host was, and did.
  static void delivered(ReceiveWebhook.Receipt receipt) {
    Runnable line =
        () ->
            LOG.log(
                Level.INFO,
                "delivery taken",
                LogFields.of("outcome", receipt.outcome(), "effect", receipt.effect()));
    RunId run = receipt.runId();
    if (run == null) {
      line.run();
    } else {
      RequestContext.about(run.toString(), line);
    }
  }

  private static void say(RunId run, String message, @Nullable Reason reason) {
    LogFields fields = reason == null ? LogFields.NONE : LogFields.of("reason", reason);
    RequestContext.about(run.toString(), () -> LOG.log(Level.INFO, message, fields));
  }
}
