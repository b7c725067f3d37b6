package dev.build0711.runner.simulator.legacy;

import dev.build0711.runner.simulator.scenario.Act;
import java.time.Instant;

/// One event of a conversation; its number is its place in the log.
sealed interface Entry {

  Instant at();

  /// The agent's state changed.
  ///
  /// @param reason why, empty unless it is an error
  record StateChanged(Instant at, AgentState state, String reason) implements Entry {}

  /// The agent was told what it is.
  record Prompted(Instant at) implements Entry {}

  /// The user wrote.
  ///
  /// @param opening whether the conversation was started with it
  record UserWrote(Instant at, String text, boolean opening) implements Entry {}

  /// Somebody ordered the agent into a state.
  record Ordered(Instant at, boolean byUser, String state) implements Entry {}

  /// What is known about a message was asked for.
  ///
  /// @param first whether it is the first message, which the workspace is described for
  record Recalled(Instant at, String query, boolean first) implements Entry {}

  /// What the recall of that number came to.
  record Remembered(Instant at, int cause, boolean first) implements Entry {}

  /// The agent used a tool, told by the model's call of that number.
  record Acted(Instant at, int call, Act.ByTool act, Consent consent) implements Entry {}

  /// What the act of that number came to.
  record Came(Instant at, int cause, int call, Act.ByTool act) implements Entry {}

  /// The act of that number was cut off.
  record Cut(Instant at, int cause, int call, Act.ByTool act) implements Entry {}

  /// The user did not allow the act of that number.
  record Refused(Instant at, int cause, int call, Act.ByTool act) implements Entry {}

  /// The agent wrote plain text and waits for an answer.
  record AgentWrote(Instant at, int call, String text) implements Entry {}

  /// Whether the user agreed to an act.
  enum Consent {
    CONFIRMED("confirmed"),
    AWAITED("awaiting_confirmation"),
    REFUSED("rejected");

    private final String word;

    Consent(String word) {
      this.word = word;
    }

    /// V0's own word for it.
    @Override
    public String toString() {
      return word;
    }
  }
}
