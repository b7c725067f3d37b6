package dev.build0711.runner.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/// Runs statements: the one place that takes connections and gives them back, and where SQL errors
/// become ours.
///
/// Every method throws [dev.build0711.runner.port.StorageUnavailable] when the database cannot be
/// used now and [DatabaseFault] when it refuses a statement.
final class Jdbc {

  /// How often a transaction is made that PostgreSQL undoes for the sake of others.
  private static final int ATTEMPTS = 5;

  private final DataSource source;

  Jdbc(DataSource source) {
    this.source = source;
  }

  @FunctionalInterface
  interface Binder {
    void bind(Parameters parameters) throws SQLException;
  }

  @FunctionalInterface
  interface Mapper<T> {
    T map(Row row) throws SQLException;
  }

  @FunctionalInterface
  interface Work<T> {
    T in(Session session) throws SQLException;
  }

  /// The rows of one statement, which commits by itself: one round trip.
  <T> List<T> list(String sql, Binder binder, Mapper<T> mapper) {
    return on(connection -> new Session(connection).list(sql, binder, mapper));
  }

  /// The first row of one statement.
  <T> Optional<T> first(String sql, Binder binder, Mapper<T> mapper) {
    return list(sql, binder, mapper).stream().findFirst();
  }

  /// Several statements that hold together or not at all.
  ///
  /// @param work done again from its beginning where PostgreSQL has undone it for the sake of
  ///   others
  <T> T transaction(Work<T> work) {
    return on(connection -> {
      connection.setAutoCommit(false);
      try {
        T result = work.in(new Session(connection));
        connection.commit();
        return result;
      } catch (SQLException | RuntimeException e) {
        undo(connection, e);
        throw e;
      }
    });
  }

  @FunctionalInterface
  private interface Transaction<T> {
    T on(Connection connection) throws SQLException;
  }

  private <T> T on(Transaction<T> transaction) {
    for (int attempt = 1; ; attempt++) {
      try (Connection connection = source.getConnection()) {
        return transaction.on(connection);
      } catch (SQLException e) {
        if (attempt == ATTEMPTS || !SqlStates.undone(e)) {
          throw SqlStates.translate(e);
        }
      }
    }
  }

  private static void undo(Connection connection, Exception cause) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }

  /// A connection while it is ours.
  static final class Session {

    private final Connection connection;

    Session(Connection connection) {
      this.connection = connection;
    }

    <T> List<T> list(String sql, Binder binder, Mapper<T> mapper) throws SQLException {
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        binder.bind(new Parameters(statement));
        try (ResultSet results = statement.executeQuery()) {
          return rows(results, mapper);
        }
      }
    }

    <T> Optional<T> first(String sql, Binder binder, Mapper<T> mapper) throws SQLException {
      return list(sql, binder, mapper).stream().findFirst();
    }

    /// Runs a script of several statements.
    void script(String sql) throws SQLException {
      try (Statement statement = connection.createStatement()) {
        statement.execute(sql);
      }
    }

    /// Lets answers take so long on this connection until it goes back.
    void patience(Duration longest) throws SQLException {
      connection.setNetworkTimeout(Runnable::run, Math.toIntExact(longest.toMillis()));
    }

    /// Undoes what the transaction has done so far and lets it go on.
    void rollback() throws SQLException {
      connection.rollback();
    }

    private static <T> List<T> rows(ResultSet results, Mapper<T> mapper) throws SQLException {
      List<T> rows = new ArrayList<>();
      Row row = new Row(results);
      while (results.next()) {
        rows.add(mapper.map(row));
      }
      return rows;
    }
  }
}
