package dev.build0711.runner.openhands.agentserver;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.openhands.Asked;
import dev.build0711.runner.openhands.Asked.Got;
import dev.build0711.runner.openhands.Asked.Silent;
import dev.build0711.runner.openhands.events.Cursor.Ending;
import dev.build0711.runner.openhands.events.Reading;
import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.AgentStatus.Failed;
import dev.build0711.runner.run.AgentStatus.Finished;
import dev.build0711.runner.run.AgentStatus.Interrupted;
import dev.build0711.runner.run.AgentStatus.Starting;
import dev.build0711.runner.run.AgentStatus.Unknown;
import dev.build0711.runner.run.AgentStatus.Waiting;
import dev.build0711.runner.run.AgentStatus.Working;
import dev.build0711.runner.run.Reason;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What a server's word for a conversation's status means, together with its events: `finished` is
/// also said of an agent that asked something, and after a start, a resume or a consent the old
/// word is still said for a moment.
final class Statuses {

  private final Probe probe;

  Statuses(Probe probe) {
    this.probe = probe;
  }

  /// Judges the server's word for the status.
  ///
  /// @param complete whether the events were read to their end
  /// @param late whether a message that has not been read by now never will be
  /// @param workedAt when the agent was last known to work
  Asked<AgentStatus> of(
      String word,
      Reading reading,
      boolean complete,
      boolean late,
      @Nullable Instant workedAt,
      Deadline deadline) {
    boolean believed =
        complete && !reading.setGoing() && (reading.moved() || (late && reading.awaits()));
    return switch (word) {
      case "running" -> new Got<>(new Working());
      case "idle" -> new Got<>(underWay(reading));
      case "finished", "error", "stuck", "paused", "waiting_for_confirmation" ->
          believed ? atRest(word, reading, workedAt, deadline) : new Got<>(underWay(reading));
      default -> new Got<>(new Unknown(word));
    };
  }

  private static AgentStatus underWay(Reading reading) {
    return reading.iterations() > 0 || reading.moved() ? new Working() : new Starting();
  }

  private Asked<AgentStatus> atRest(
      String word, Reading reading, @Nullable Instant workedAt, Deadline deadline) {
    return switch (word) {
      case "finished" ->
          new Got<>(
              reading.ending() == Ending.FINISH
                  ? new Finished()
                  : new Waiting(Reason.ANSWERED_IN_TEXT));
      case "stuck" -> new Got<>(new Failed(Reason.AGENT_STUCK));
      case "paused" -> cutOff(new Waiting(Reason.PAUSED), workedAt, deadline);
      case "error" -> error(reading, workedAt, deadline);
      default -> new Got<>(new Waiting(Reason.CONFIRMATION_WANTED));
    };
  }

  private Asked<AgentStatus> error(Reading reading, @Nullable Instant workedAt, Deadline deadline) {
    if (reading.error() != null) {
      return new Got<>(new Failed(reading.error()));
    }
    return reading.restart()
        ? new Got<>(new Interrupted())
        : cutOff(new Failed(Reason.AGENT_ERROR), workedAt, deadline);
  }

  /// [Interrupted] where the server was started after the agent was last known to work, else
  /// `otherwise`.
  private Asked<AgentStatus> cutOff(
      AgentStatus otherwise, @Nullable Instant workedAt, Deadline deadline) {
    if (workedAt == null) {
      return new Got<>(otherwise);
    }
    Function<Boolean, AgentStatus> verdict = cut -> cut ? new Interrupted() : otherwise;
    return switch (probe.restartedSince(workedAt, deadline)) {
      case Silent<Boolean>(var evidence) -> new Silent<>(evidence);
      case Got<Boolean>(Boolean restarted) -> new Got<>(verdict.apply(restarted));
    };
  }
}
