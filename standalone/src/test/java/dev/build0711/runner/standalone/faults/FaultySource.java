package dev.build0711.runner.standalone.faults;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// Connections on which one statement fails; a commit counts as a statement.
final class FaultySource {

  /// How the statement fails.
  enum Fault {
    /// It was never sent.
    NOT_SENT,
    /// It was carried out, but its answer got lost.
    UNANSWERED,
    /// The server had ended the connection.
    DEAD_CONNECTION
  }

  private static final String CONNECTION_FAILURE = "08006";
  private static final Set<String> SENT =
      Set.of("execute", "executeQuery", "executeUpdate", "executeBatch");

  private final DataSource real;
  private final int failing;
  private final Fault fault;
  private final AtomicInteger statements = new AtomicInteger();

  /// @param failing which statement fails, from 0; -1 for none
  FaultySource(DataSource real, int failing, Fault fault) {
    this.real = real;
    this.failing = failing;
    this.fault = fault;
  }

  /// How many statements there were.
  int statements() {
    return statements.get();
  }

  DataSource source() {
    return proxy(
        DataSource.class,
        (method, arguments) ->
            method.getName().equals("getConnection")
                ? connection(real.getConnection())
                : Watch.invoked(real, method, arguments));
  }

  private Connection connection(Connection of) {
    return proxy(
        Connection.class,
        (method, arguments) ->
            switch (method.getName()) {
              case "prepareStatement" ->
                  statement(
                      PreparedStatement.class, (PreparedStatement) made(of, method, arguments), of);
              case "createStatement" ->
                  statement(Statement.class, (Statement) made(of, method, arguments), of);
              case "commit" -> sent(of, method, arguments, of);
              default -> Watch.invoked(of, method, arguments);
            });
  }

  private <T extends Statement> T statement(Class<T> kind, Statement of, Connection connection) {
    return proxy(
        kind,
        (method, arguments) ->
            SENT.contains(method.getName())
                ? sent(of, method, arguments, connection)
                : Watch.invoked(of, method, arguments));
  }

  private @Nullable Object sent(Object of, Method method, Object[] arguments, Connection connection)
      throws Throwable {
    if (statements.getAndIncrement() != failing) {
      return Watch.invoked(of, method, arguments);
    }
    switch (fault) {
      case NOT_SENT -> {}
      case UNANSWERED -> Watch.invoked(of, method, arguments);
      case DEAD_CONNECTION -> {
        end(connection);
        return Watch.invoked(of, method, arguments);
      }
    }
    throw new SQLException("planted: " + fault, CONNECTION_FAILURE);
  }

  private void end(Connection connection) throws SQLException {
    try (Statement ask = connection.createStatement();
        ResultSet pid = ask.executeQuery("select pg_backend_pid()");
        Connection other = real.getConnection();
        Statement kill = other.createStatement()) {
      pid.next();
      kill.execute("select pg_terminate_backend(" + pid.getInt(1) + ", 5000)");
    }
  }

  private interface Answer {
    @Nullable Object to(Method method, Object[] arguments) throws Throwable;
  }

  private static <T> T proxy(Class<T> of, Answer answer) {
    return of.cast(
        Proxy.newProxyInstance(
            FaultySource.class.getClassLoader(),
            new Class<?>[] {of},
            (_, method, arguments) -> answer.to(method, arguments)));
  }

  private static Object made(Object of, Method method, Object[] arguments) throws Throwable {
    return Objects.requireNonNull(Watch.invoked(of, method, arguments));
  }
}
