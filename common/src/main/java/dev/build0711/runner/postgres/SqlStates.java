package dev.build0711.runner.postgres;

import dev.build0711.runner.port.StorageUnavailable;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What an [SQLSTATE](https://www.postgresql.org/docs/18/errcodes-appendix.html) means to the
/// runner.
final class SqlStates {

  private static final List<String> AWAY_CLASSES =
      List.of(
          "08", // connection exception
          "53", // insufficient resources
          "57P", // operator intervention: shutting down, starting up, idle for too long
          "58"); // system error: a disk

  private static final Set<String> AWAY =
      Set.of(
          "25006", // read_only_sql_transaction: a standby, after a failover
          "25P03", // idle_in_transaction_session_timeout
          "40001", // serialization_failure
          "40P01", // deadlock_detected
          "55P03", // lock_not_available
          "57014"); // query_canceled: the statement timeout

  private SqlStates() {}

  /// The exception to throw for `e`: `StorageUnavailable` where the same call may succeed later.
  static RuntimeException translate(SQLException e) {
    return away(e)
        ? new StorageUnavailable("the database cannot be used now", e)
        : new DatabaseFault(e);
  }

  private static boolean away(SQLException e) {
    return e instanceof SQLTransientConnectionException
        || e instanceof SQLNonTransientConnectionException
        || e instanceof SQLTimeoutException
        || away(e.getSQLState());
  }

  private static boolean away(@Nullable String state) {
    return state != null
        && (AWAY.contains(state) || AWAY_CLASSES.stream().anyMatch(state::startsWith));
  }
}
