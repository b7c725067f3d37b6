package dev.build0711.runner.simulator.scenario;

import java.time.Instant;

/// Something that happened in a conversation, as its history keeps it.
public sealed interface Happening {

  /// When it happened.
  Instant at();

  /// The agent was told what it is.
  record Prompted(Instant at) implements Happening {}

  /// The user wrote.
  record UserWrote(Instant at, String text) implements Happening {}

  /// The user's message at `index` of the history became the newest.
  record NewestMessage(Instant at, int index) implements Happening {}

  record StatusChanged(Instant at, ExecutionStatus status) implements Happening {}

  /// What the model has used changed: so many calls in all.
  record Used(Instant at, int calls) implements Happening {}

  /// The agent began to use a tool, told by the model's call of that number.
  record Began(Instant at, int call, Act.ByTool act) implements Happening {}

  /// What the agent began at `index` of the history came to its outcome.
  record Ended(Instant at, int index, int call, Act.ByTool act) implements Happening {}

  /// What the agent began had no outcome.
  record Broken(Instant at, int call, Act.ByTool act, BrokenBy by) implements Happening {}

  /// The user did not allow what the agent began at `index` of the history.
  record Rejected(Instant at, int index, int call, Act.ByTool act, String reason)
      implements Happening {}

  /// The agent wrote plain text.
  record AgentWrote(Instant at, int call, String text) implements Happening {}

  /// The run failed.
  record Failed(Instant at, Failure failure) implements Happening {}

  record Paused(Instant at) implements Happening {}

  record Interrupted(Instant at) implements Happening {}

  /// Why something had no outcome.
  enum BrokenBy {
    INTERRUPT,
    RESTART
  }

  /// Whether it only tells that a field of the conversation changed.
  default boolean isUpdate() {
    return this instanceof NewestMessage || this instanceof StatusChanged || this instanceof Used;
  }
}
