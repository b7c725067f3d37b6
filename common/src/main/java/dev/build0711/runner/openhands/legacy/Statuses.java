package dev.build0711.runner.openhands.legacy;

import dev.build0711.runner.openhands.legacy.ConversationInfo.Life;
import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.AgentStatus.Failed;
import dev.build0711.runner.run.AgentStatus.Finished;
import dev.build0711.runner.run.AgentStatus.Interrupted;
import dev.build0711.runner.run.AgentStatus.NeverStarted;
import dev.build0711.runner.run.AgentStatus.Starting;
import dev.build0711.runner.run.AgentStatus.Unknown;
import dev.build0711.runner.run.AgentStatus.Waiting;
import dev.build0711.runner.run.AgentStatus.Working;
import dev.build0711.runner.run.Reason;

/// What a state of an agent means, together with what became of its sandbox.
final class Statuses {

  private Statuses() {}

  /// Whether an agent in that state works by itself or is about to, as long as it has its sandbox.
  static boolean underWay(String state) {
    return switch (state) {
      case "",
          "loading",
          "running",
          "user_confirmed",
          "user_rejected",
          "rate_limited",
          Cursor.TOLD ->
          true;
      default -> false;
    };
  }

  static AgentStatus of(Reading reading, Life life) {
    String state = reading.state();
    return switch (state) {
      case "", "loading" -> reading.userMessages() > 0 ? working(reading, life) : starting(life);
      case "running", "user_confirmed", "user_rejected", "rate_limited", Cursor.TOLD ->
          working(reading, life);
      case "awaiting_user_input" ->
          reading.userMessages() > 0
              ? new Waiting(Reason.ANSWERED_IN_TEXT)
              : new NeverStarted(Reason.START_FAILED);
      case "awaiting_user_confirmation" -> new Waiting(Reason.CONFIRMATION_WANTED);
      case "paused", "stopped" -> new Waiting(Reason.PAUSED);
      case "finished" -> new Finished();
      case "rejected" -> new Failed(Reason.AGENT_REJECTED);
      case "error" -> {
        Reason error = reading.error();
        yield new Failed(error == null ? Reason.AGENT_ERROR : error);
      }
      default -> new Unknown(state);
    };
  }

  /// The prompt is stored when the sandbox is up: without it the agent never gets one.
  private static AgentStatus starting(Life life) {
    return switch (life) {
      case STARTING, RUNNING -> new Starting();
      case STOPPED, BROKEN -> new NeverStarted(Reason.START_FAILED);
    };
  }

  /// A server that dies says nothing: the agent's last state stays what it was.
  private static AgentStatus working(Reading reading, Life life) {
    return switch (life) {
      case STARTING, RUNNING -> reading.restarted() ? new Interrupted() : new Working();
      case STOPPED -> new Interrupted();
      case BROKEN -> new Failed(Reason.SANDBOX_FAILED);
    };
  }
}
