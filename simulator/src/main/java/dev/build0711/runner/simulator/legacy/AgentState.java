package dev.build0711.runner.simulator.legacy;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What V0 says an agent is doing; [#toString] is its own word for it.
enum AgentState {
  LOADING,
  RUNNING,
  AWAITING_USER_INPUT,
  AWAITING_USER_CONFIRMATION,
  USER_CONFIRMED,
  USER_REJECTED,
  PAUSED,
  STOPPED,
  FINISHED,
  REJECTED,
  ERROR,
  RATE_LIMITED;

  /// The state of that name, empty when there is none.
  static Optional<AgentState> named(String name) {
    return Arrays.stream(values()).filter(state -> state.toString().equals(name)).findFirst();
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
