package dev.build0711.runner.postgres;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/// The database refused a statement for what it says: a mistake in the runner. Names the error
/// class and the constraint and nothing of the data, which the driver's own message may quote.
public final class DatabaseFault extends RuntimeException {

  private final @Nullable String sqlState;

  DatabaseFault(SQLException e) {
    super("the database refused a statement: SQLSTATE " + e.getSQLState() + constraint(e));
    sqlState = e.getSQLState();
    setStackTrace(e.getStackTrace());
  }

  /// The five characters of the [error
  /// code](https://www.postgresql.org/docs/18/errcodes-appendix.html), null if the driver itself
  /// refused.
  public @Nullable String sqlState() {
    return sqlState;
  }

  private static String constraint(SQLException e) {
    ServerErrorMessage message = e instanceof PSQLException p ? p.getServerErrorMessage() : null;
    return message == null || message.getConstraint() == null
        ? ""
        : ", constraint " + message.getConstraint();
  }
}
