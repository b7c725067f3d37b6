package dev.build0711.runner.postgres;

import dev.build0711.runner.port.StorageUnavailable;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an [SQLSTATE](https://www.postgresql.org/docs/18/errcodes-appendix.html) means to the
/// runner: one table. The longest beginning that fits counts.
final class SqlStates {

  /// What becomes of a call that met an error.
  enum Meaning {
    /// The transaction was undone so that others could go on, and nothing of it was done: it is
    /// made again at once, a few times, and then later.
    AGAIN,
    /// The database cannot be used now: a caller is answered 503, a look is made again.
    LATER,
    /// The statement is wrong for what it says, and always will be: a mistake in the runner.
    FAULT
  }

  /// One line of the table.
  ///
  /// @param beginning the class of the error, or more of its code
  record Line(String beginning, Meaning meaning, String name) {}

  private static final String OLD_SCHEMA =
      "undefined table or column: the schema is older than the runner, run migrate up";

  /// Outside a transaction the driver prepares such a statement again by itself; ours name nothing
  /// else that PostgreSQL does not support.
  private static final String CHANGED_PLAN =
      "feature not supported: a migration changed what a prepared statement answers";

  static final List<Line> TABLE =
      List.of(
          new Line("00", Meaning.FAULT, "successful completion"),
          new Line("01", Meaning.FAULT, "warning"),
          new Line("02", Meaning.FAULT, "no data"),
          new Line("03", Meaning.FAULT, "SQL statement not yet complete"),
          new Line("08", Meaning.LATER, "connection exception; what was sent may have been done"),
          new Line("09", Meaning.FAULT, "triggered action exception"),
          new Line("0A", Meaning.AGAIN, CHANGED_PLAN),
          new Line("0B", Meaning.FAULT, "invalid transaction initiation"),
          new Line("0F", Meaning.FAULT, "locator exception"),
          new Line("0L", Meaning.FAULT, "invalid grantor"),
          new Line("0P", Meaning.FAULT, "invalid role specification"),
          new Line("0Z", Meaning.FAULT, "diagnostics exception"),
          new Line("10", Meaning.FAULT, "XQuery error"),
          new Line("20", Meaning.FAULT, "case not found"),
          new Line("21", Meaning.FAULT, "cardinality violation"),
          new Line("22", Meaning.FAULT, "data exception"),
          new Line("23", Meaning.FAULT, "integrity constraint violation"),
          new Line("24", Meaning.FAULT, "invalid cursor state"),
          new Line("25", Meaning.FAULT, "invalid transaction state"),
          new Line("25006", Meaning.LATER, "read-only: a standby, after a failover"),
          new Line("25P03", Meaning.LATER, "idle in a transaction for too long"),
          new Line("26", Meaning.FAULT, "invalid SQL statement name"),
          new Line("27", Meaning.FAULT, "triggered data change violation"),
          new Line("28", Meaning.LATER, "login refused: the password may just be rotated"),
          new Line("2B", Meaning.FAULT, "dependent privilege descriptors still exist"),
          new Line("2D", Meaning.FAULT, "invalid transaction termination"),
          new Line("2F", Meaning.FAULT, "SQL routine exception"),
          new Line("34", Meaning.FAULT, "invalid cursor name"),
          new Line("38", Meaning.FAULT, "external routine exception"),
          new Line("39", Meaning.FAULT, "external routine invocation exception"),
          new Line("3B", Meaning.FAULT, "savepoint exception"),
          new Line("3D", Meaning.FAULT, "invalid catalog name"),
          new Line("3F", Meaning.FAULT, "invalid schema name"),
          new Line("40", Meaning.FAULT, "transaction rollback"),
          new Line("40001", Meaning.AGAIN, "serialization failure"),
          new Line("40P01", Meaning.AGAIN, "deadlock detected"),
          new Line("42", Meaning.FAULT, "syntax error or access rule violation"),
          new Line("42703", Meaning.LATER, OLD_SCHEMA),
          new Line("42P01", Meaning.LATER, OLD_SCHEMA),
          new Line("44", Meaning.FAULT, "WITH CHECK OPTION violation"),
          new Line("53", Meaning.LATER, "insufficient resources"),
          new Line("54", Meaning.FAULT, "program limit exceeded"),
          new Line("55", Meaning.FAULT, "object not in prerequisite state"),
          new Line("55P03", Meaning.LATER, "lock not available in time"),
          new Line("57", Meaning.FAULT, "operator intervention"),
          new Line("57014", Meaning.LATER, "query cancelled: the statement timeout"),
          new Line("57P", Meaning.LATER, "the server shuts down, starts up or has crashed"),
          new Line("58", Meaning.LATER, "system error: a disk"),
          new Line("72", Meaning.FAULT, "snapshot failure"),
          new Line("F0", Meaning.FAULT, "configuration file error"),
          new Line("HV", Meaning.FAULT, "foreign data wrapper error"),
          new Line("P0", Meaning.FAULT, "PL/pgSQL error"),
          new Line("XX", Meaning.FAULT, "internal error"));

  private static final String LOGIN_REFUSED = "28";

  private SqlStates() {}

  /// Whether PostgreSQL did not accept who logged in.
  static boolean loginRefused(SQLException e) {
    return e.getSQLState() != null && e.getSQLState().startsWith(LOGIN_REFUSED);
  }

  /// The exception to throw for `e`: `StorageUnavailable` where the same call may succeed later.
  static RuntimeException translate(SQLException e) {
    return switch (meaning(e)) {
      case AGAIN, LATER -> new StorageUnavailable("the database cannot be used now, " + why(e), e);
      case FAULT -> new DatabaseFault(e);
    };
  }

  private static String why(SQLException e) {
    String state = e.getSQLState();
    Line line = line(state);
    return state == null
        ? "no connection"
        : "SQLSTATE " + state + (line == null ? "" : " (" + line.name() + ")");
  }

  /// Whether the transaction that met `e` was undone and may be made again at once.
  static boolean undone(SQLException e) {
    return meaning(e) == Meaning.AGAIN;
  }

  /// Where the driver or the pool knows that there is no connection, no table has to be asked.
  private static Meaning meaning(SQLException e) {
    return e instanceof SQLTransientConnectionException
            || e instanceof SQLNonTransientConnectionException
            || e instanceof SQLTimeoutException
        ? Meaning.LATER
        : of(e.getSQLState());
  }

  /// What a state means; one that is not in the table, or none at all, is a mistake.
  static Meaning of(@Nullable String state) {
    Line line = line(state);
    return line == null ? Meaning.FAULT : line.meaning();
  }

  private static @Nullable Line line(@Nullable String state) {
    return TABLE.stream()
        .filter(line -> state != null && state.startsWith(line.beginning()))
        .max(Comparator.comparingInt(line -> line.beginning().length()))
        .orElse(null);
  }
}
