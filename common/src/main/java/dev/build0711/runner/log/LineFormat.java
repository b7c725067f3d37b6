package dev.build0711.runner.log;

/// How an entry becomes text, without the line's end.
@FunctionalInterface
interface LineFormat {
  String line(LogEntry entry);
}
