package dev.build0711.runner.postgres;

/// Where the database is and who logs in there. Asked for whenever a connection is made, so that
/// all of it may be rotated while the process runs.
public interface Login {

  /// What counts now.
  ///
  /// @throws RuntimeException if it cannot be found out now; the connection is then not made
  DatabaseUrl current();

  /// The same after PostgreSQL has refused what [#current] said, read anew where it was kept.
  ///
  /// @throws RuntimeException as [#current]
  default DatabaseUrl renewed() {
    return current();
  }
}
