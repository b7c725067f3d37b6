package dev.build0711.runner.run;

/// One of the APIs that an OpenHands can have. [#toString] is its word in the configuration, in SQL
/// and in the runner's API.
public enum Dialect {
  /// The agent-server, alone or inside Agent Canvas.
  AGENT_SERVER("agent-server"),
  /// The app server's API since 0.60.
  APP_V1("app-v1"),
  /// The app server's older API, up to 1.6.
  APP_V0("app-v0");

  private final String word;

  Dialect(String word) {
    this.word = word;
  }

  @Override
  public String toString() {
    return word;
  }
}
