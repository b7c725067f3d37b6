package dev.build0711.runner.log;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Map;

/// A line for people at a terminal: time, level, message, fields, and the stack trace below.
final class TextLine implements LineFormat {

  private final DateTimeFormatter time;

  TextLine(ZoneId zone) {
    time = DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(zone);
  }

  @Override
  public String line(LogEntry entry) {
    StringBuilder line = new StringBuilder(120);
    line.append(time.format(entry.time())).append(' ');
    line.append(String.format("%-7s ", entry.severity()));
    line.append(printable(entry.message()));
    entry.fields().forEach((name, value) -> append(line, name, value));
    RequestContext context = entry.context();
    if (context != null) {
      append(line, "request_id", context.requestId());
      if (context.runId() != null && !entry.fields().containsKey("run_id")) {
        append(line, "run_id", context.runId());
      }
    }
    if (entry.stackTrace() != null) {
      line.append('\n').append(entry.stackTrace().stripTrailing());
    }
    return line.toString();
  }

  private static void append(StringBuilder line, String name, Object value) {
    String text = value instanceof Map<?, ?> members ? members.toString() : String.valueOf(value);
    line.append("  ").append(name).append('=').append(printable(LogEntry.cut(text, 2_000)));
  }

  /// Without characters that could begin a line of their own or steer the terminal.
  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", " ");
  }
}
