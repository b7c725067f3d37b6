package dev.build0711.runner.http;

/// Which function serves a route. [#toString] is the function's name.
public enum Owner {
  CREATE_RUN,
  GET_RUN,
  CONTROL_RUN,
  WEBHOOK,
  POLL_RUN,
  MAINTAIN,
  HEALTH,
  /// Served by each of them.
  EVERY;

  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }
}
