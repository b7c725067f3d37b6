package dev.build0711.runner.postgres;

import dev.build0711.runner.port.BackendStore;
import dev.build0711.runner.run.Dialect;
import java.time.Duration;
import javax.sql.DataSource;

/// How the backends are, in PostgreSQL.
public final class PostgresBackendStore implements BackendStore {

  private final Jdbc jdbc;

  /// Does not connect before it is used.
  public PostgresBackendStore(DataSource source) {
    this.jdbc = new Jdbc(source);
  }

  @Override
  public void speaks(String name, Dialect dialect) {
    jdbc.first(
        BackendSql.SPEAKS,
        to -> to.text(dialect).text(name).text(dialect),
        row -> row.text("name"));
  }

  @Override
  public void close(String name, Duration time) {
    jdbc.first(BackendSql.CLOSE, to -> to.text(name).seconds(time), row -> row.text("name"));
  }
}
