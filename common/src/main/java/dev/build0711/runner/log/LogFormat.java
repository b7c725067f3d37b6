package dev.build0711.runner.log;

import java.util.Locale;

/// How a log line looks. [#toString] is the word of the configuration.
public enum LogFormat {
  /// One JSON object a line, as Google Cloud's logging agent reads it.
  JSON,
  /// A line for people.
  TEXT;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
