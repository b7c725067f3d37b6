package dev.build0711.runner.simulator;

/// What a simulator speaks; [#toString] is the word for it.
public enum DialectName {
  /// An agent-server, as OpenHands has it today.
  AGENT_SERVER("agent-server"),
  /// The V1 app server.
  APP_V1("app-v1"),
  /// The V0 app server.
  APP_V0("app-v0");

  private final String word;

  DialectName(String word) {
    this.word = word;
  }

  @Override
  public String toString() {
    return word;
  }
}
