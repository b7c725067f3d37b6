package dev.build0711.runner.log;

import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.time.ZoneId;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The process's log on standard output. `System.Logger` and slf4j (by slf4j-jdk14) both end in
/// `java.util.logging`, whose root handlers this replaces, those of the functions framework
/// included.
public final class JsonLogs {

  /// Held here because `java.util.logging` forgets loggers that nobody holds, with their level.
  private static final Logger OURS = Logger.getLogger("dev.build0711.runner");

  private JsonLogs() {}

  /// Sends every log line of this process to standard output from now on.
  ///
  /// @param level the least severe of our lines to write; libraries write WARNING and above, or
  ///   INFO and above where ours are written from DEBUG on, and never less, because below that some
  ///   of them write bodies and headers
  /// @param project the Google Cloud project, which gives a trace its full name
  public static void install(Level level, LogFormat format, @Nullable String project) {
    install(level, format, project, System.out);
  }

  static void install(
      Level level, LogFormat format, @Nullable String project, OutputStream destination) {
    Logger root = LogManager.getLogManager().getLogger("");
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    root.addHandler(handler(format, project, destination));
    root.setLevel(jul(libraries(level)));
    OURS.setLevel(jul(level));
  }

  private static Level libraries(Level level) {
    return switch (level) {
      case ALL, TRACE, DEBUG -> Level.INFO;
      case INFO, WARNING -> Level.WARNING;
      case ERROR, OFF -> level;
    };
  }

  private static Handler handler(
      LogFormat format, @Nullable String project, OutputStream destination) {
    LineFormat line =
        switch (format) {
          case JSON -> new JsonLine(project);
          case TEXT -> new TextLine(ZoneId.systemDefault());
        };
    Handler handler = new LineHandler(destination, line);
    handler.setLevel(java.util.logging.Level.ALL);
    return handler;
  }

  private static java.util.logging.Level jul(Level level) {
    return switch (level) {
      case ALL -> java.util.logging.Level.ALL;
      case TRACE -> java.util.logging.Level.FINER;
      case DEBUG -> java.util.logging.Level.FINE;
      case INFO -> java.util.logging.Level.INFO;
      case WARNING -> java.util.logging.Level.WARNING;
      case ERROR -> java.util.logging.Level.SEVERE;
      case OFF -> java.util.logging.Level.OFF;
    };
  }
}
