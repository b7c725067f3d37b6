package dev.build0711.runner.simulator.scenario;

import java.util.Locale;

/// How a simulated agent is doing; [#toString] is OpenHands' own word for it.
public enum ExecutionStatus {
  IDLE,
  RUNNING,
  PAUSED,
  WAITING_FOR_CONFIRMATION,
  FINISHED,
  ERROR,
  STUCK;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
