package dev.build0711.runner.log;

import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/// Stack traces without what exceptions quote. A message of somebody else's exception may repeat a
/// value, a body or an address with a password in it, so only messages are written that cannot: our
/// own, those of the network, and the database's on reaching it.
final class SafeTrace {

  private static final int MAX_LENGTH = 30_000;
  private static final int MAX_FRAMES = 60;
  private static final int MAX_CAUSES = 10;

  /// Classes of SQLSTATE whose messages speak of the connection, the account, the resources or the
  /// statement, and never of a value.
  private static final Set<String> SQL_WITHOUT_VALUES =
      Set.of("08", "28", "3D", "42", "53", "55", "57");

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
      case SQLException sql -> sqlMessage(sql);
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
      default -> isOurs(thrown) ? text(thrown) : "";
    };
  }

  private static boolean isOurs(Throwable thrown) {
    return thrown.getClass().getName().startsWith("dev.build0711.runner.");
  }

  private static String sqlMessage(SQLException sql) {
    String state = sql.getSQLState() == null ? "" : sql.getSQLState();
    boolean mayShow = state.length() == 5 && SQL_WITHOUT_VALUES.contains(state.substring(0, 2));
    return "SQLSTATE " + state + (mayShow ? " " + text(sql).lines().findFirst().orElse("") : "");
  }

  private static String text(Throwable thrown) {
    return thrown.getMessage() == null ? "" : LogEntry.cut(thrown.getMessage(), 500);
  }
}
