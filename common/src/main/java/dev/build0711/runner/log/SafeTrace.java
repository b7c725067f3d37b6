package dev.build0711.runner.log;

import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/// Stack traces without what exceptions quote. A message of somebody else's exception may repeat a
/// value, a body or an address with a password in it, so only messages are written that cannot: our
/// own, those of the network, and the database's about the session. Types are told by name where
/// this package should not know their library.
final class SafeTrace {

  private static final int MAX_LENGTH = 30_000;
  private static final int MAX_FRAMES = 60;
  private static final int MAX_CAUSES = 10;

  private SafeTrace() {}

  static String of(Throwable thrown) {
    StringBuilder text = new StringBuilder();
    Throwable cause = thrown;
    for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
      text.append(depth == 0 ? "" : "Caused by: ").append(headline(cause)).append('\n');
      append(text, cause.getStackTrace());
      cause = cause.getCause();
    }
    return LogEntry.cut(text.toString(), MAX_LENGTH);
  }

  private static void append(StringBuilder text, StackTraceElement[] frames) {
    for (int i = 0; i < Math.min(frames.length, MAX_FRAMES); i++) {
      text.append("\tat ").append(frames[i]).append('\n');
    }
    if (frames.length > MAX_FRAMES) {
      text.append("\t... ").append(frames.length - MAX_FRAMES).append(" more\n");
    }
  }

  private static String headline(Throwable thrown) {
    String message = message(thrown);
    return thrown.getClass().getName() + (message.isEmpty() ? "" : ": " + message);
  }

  private static String message(Throwable thrown) {
    return switch (thrown) {
      case SocketException e -> text(e);
      case SocketTimeoutException e -> text(e);
      case UnknownHostException e -> text(e);
      case HttpTimeoutException e -> text(e);
      case SSLException e -> text(e);
      case TimeoutException e -> text(e);
      case UnresolvedAddressException _ -> "unresolved address";
      case NullPointerException e -> text(e);
      case VirtualMachineError e -> text(e);
      case LinkageError e -> text(e);
      default -> message(thrown, thrown.getClass().getName());
    };
  }

  /// PostgreSQL's FATAL is about a session (its account, its database, the number of sessions),
  /// never about a value.
  private static String message(Throwable thrown, String type) {
    boolean safe =
        switch (type) {
          case "org.postgresql.util.PSQLException" -> text(thrown).startsWith("FATAL: ");
          case "java.sql.SQLTransientConnectionException" -> true;
          default -> type.startsWith("dev.build0711.runner.");
        };
    return safe ? text(thrown) : "";
  }

  private static String text(Throwable thrown) {
    return thrown.getMessage() == null ? "" : LogEntry.cut(thrown.getMessage(), 500);
  }
}
