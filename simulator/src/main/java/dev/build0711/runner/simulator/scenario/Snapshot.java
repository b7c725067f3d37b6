package dev.build0711.runner.simulator.scenario;

import dev.build0711.runner.simulator.scenario.Happening.Began;
import dev.build0711.runner.simulator.scenario.Happening.UserWrote;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/// A conversation at one moment.
///
/// @param cue what the user's messages have asked for last
/// @param calls how often the model was called
/// @param history what happened, oldest first
public record Snapshot(
    UUID id,
    Opening opening,
    Instant createdAt,
    Instant updatedAt,
    ExecutionStatus status,
    Cue cue,
    int calls,
    List<Happening> history) {

  /// Where the newest message of the user lies in the history, -1 if there is none.
  public int newestMessage() {
    return last(UserWrote.class, history.size());
  }

  /// Where the newest happening before `end` lies that is more than a changed field, -1 if none.
  public int leafBefore(int end) {
    for (int i = end - 1; i >= 0; i--) {
      if (!history.get(i).isUpdate()) {
        return i;
      }
    }
    return -1;
  }

  /// The agent's last words since the user's newest message: its finish or its text, else empty.
  public String finalResponse() {
    for (int i = history.size() - 1; i > newestMessage(); i--) {
      switch (history.get(i)) {
        case Began(Instant _, int _, Act.Finish(String message)) -> {
          return message;
        }
        case Happening.AgentWrote(Instant _, int _, String text) -> {
          return text;
        }
        default -> {}
      }
    }
    return "";
  }

  private int last(Class<? extends Happening> kind, int end) {
    for (int i = end - 1; i >= 0; i--) {
      if (kind.isInstance(history.get(i))) {
        return i;
      }
    }
    return -1;
  }
}
