package dev.build0711.runner.log;

import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/// A log line before it has a format.
///
/// @param stackTrace as [SafeTrace] writes it
record LogEntry(
    Instant time,
    Level severity,
    String logger,
    String message,
    Map<String, Object> fields,
    @Nullable String stackTrace,
    @Nullable RequestContext context) {

  private static final int MAX_MESSAGE = 10_000;
  private static final Formatter PARAMETERS =
      new Formatter() {
        @Override
        public String format(LogRecord logged) {
          return formatMessage(logged);
        }
      };

  static LogEntry of(LogRecord logged) {
    LogFields fields = fields(logged);
    Throwable thrown = logged.getThrown() == null ? fields.cause() : logged.getThrown();
    return new LogEntry(
        logged.getInstant(),
        severity(logged.getLevel()),
        Objects.requireNonNullElse(logged.getLoggerName(), ""),
        cut(message(logged), MAX_MESSAGE),
        fields.members(),
        thrown == null ? null : SafeTrace.of(thrown),
        RequestContext.CURRENT.isBound() ? RequestContext.CURRENT.get() : null);
  }

  /// The first `most` characters of `text`, with `…` where more were left out.
  static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most) + "…";
  }

  private static String message(LogRecord logged) {
    return logged.getMessage() == null ? "" : PARAMETERS.format(logged);
  }

  private static Level severity(java.util.logging.Level level) {
    if (level.intValue() >= java.util.logging.Level.SEVERE.intValue()) {
      return Level.ERROR;
    }
    if (level.intValue() >= java.util.logging.Level.WARNING.intValue()) {
      return Level.WARNING;
    }
    return level.intValue() >= java.util.logging.Level.CONFIG.intValue() ? Level.INFO : Level.DEBUG;
  }

  private static LogFields fields(LogRecord logged) {
    Map<String, Object> all = new LinkedHashMap<>();
    Throwable cause = null;
    Object[] parameters = logged.getParameters();
    for (Object parameter : parameters == null ? new Object[0] : parameters) {
      if (parameter instanceof LogFields fields) {
        all.putAll(fields.members());
        cause = fields.cause();
      }
    }
    return new LogFields(all, cause);
  }
}
