package dev.build0711.runner.postgres;

import dev.build0711.runner.port.BackendStore;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Reason;
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

  @Override
  public boolean probe(String name, Duration every) {
    return jdbc.first(BackendSql.PROBE, to -> to.text(name).seconds(every), row -> row.text("name"))
        .isPresent();
  }

  @Override
  public boolean answered(String name) {
    return jdbc.first(BackendSql.ANSWERED, to -> to.text(name), row -> row.flag("failing"))
        .orElse(false);
  }

  @Override
  public void recovered(String name) {
    jdbc.first(BackendSql.RECOVERED, to -> to.text(name), row -> row.text("name"));
  }

  @Override
  public void failed(String name, Reason why) {
    jdbc.first(
        BackendSql.FAILED,
        to -> to.text(name).text(why).seconds(CAUTION).seconds(DOUBT).seconds(VERDICT),
        row -> row.text("name"));
  }
}
