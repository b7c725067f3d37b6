package dev.build0711.runner.openhands.appserver;

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
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the words for an agent's status mean, together with its events.
final class Verdicts {

  private static final Set<String> ENDS = Set.of("finished", "error", "stuck");
  private static final Set<String> RESTS =
      Set.of("finished", "error", "stuck", "paused", "waiting_for_confirmation");

  private Verdicts() {}

  /// Whether an agent of which this is said has ended.
  static boolean ended(@Nullable String word) {
    return word != null && ENDS.contains(word);
  }

  /// Whether an agent of which this is said stands still.
  static boolean rests(@Nullable String word) {
    return word != null && RESTS.contains(word);
  }

  /// The status of an agent that rests, by its word and its last events.
  static AgentStatus atRest(String word, Reading reading) {
    return switch (word) {
      case "finished" ->
          reading.ending() == Ending.FINISH ? new Finished() : new Waiting(Reason.ANSWERED_IN_TEXT);
      case "stuck" -> new Failed(Reason.AGENT_STUCK);
      case "paused" -> new Waiting(Reason.PAUSED);
      case "error" -> error(reading);
      default -> new Waiting(Reason.CONFIRMATION_WANTED);
    };
  }

  private static AgentStatus error(Reading reading) {
    if (reading.error() != null) {
      return new Failed(reading.error());
    }
    return reading.restart() ? new Interrupted() : new Failed(Reason.AGENT_ERROR);
  }

  /// The status of an agent that does not rest, or is not yet believed to.
  static AgentStatus underWay(String word, Reading reading) {
    if (word.equals("idle") || rests(word)) {
      return reading.iterations() > 0 || reading.moved() ? new Working() : new Starting();
    }
    return word.equals("running") ? new Working() : new Unknown(word);
  }
}
