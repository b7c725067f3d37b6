package dev.build0711.runner.config;

/// What a backend speaks. [#toString] is the word of the configuration.
public enum Dialect {
  /// Found out by asking.
  AUTO,
  AGENT_SERVER,
  APP_V1,
  APP_V0;

  @Override
  public String toString() {
    return Words.of(this);
  }
}
