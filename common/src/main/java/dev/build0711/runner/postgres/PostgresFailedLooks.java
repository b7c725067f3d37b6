package dev.build0711.runner.postgres;

import dev.build0711.runner.port.FailedLooks;
import dev.build0711.runner.port.RunStore.Claim;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.run.RunEvent;
import dev.build0711.runner.run.RunId;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

/// Looks that came to nothing, in PostgreSQL.
public final class PostgresFailedLooks implements FailedLooks {

  private final Jdbc jdbc;

  /// Does not connect before it is used.
  public PostgresFailedLooks(DataSource source) {
    this(new Jdbc(source));
  }

  PostgresFailedLooks(Jdbc jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public Optional<Wake> failed(Claim claim, String why) {
    return failed(claim.run().id().value(), claim.run().schedule().pollEpoch(), why);
  }

  Optional<Wake> failed(UUID run, long pollEpoch, String why) {
    String cut = why.substring(0, Math.min(why.length(), MAX_WHY));
    return jdbc.first(
        FailedLookSql.FAILED,
        to -> to.text(cut).uuid(run).number(pollEpoch),
        PostgresRunStore::wake);
  }

  @Override
  public List<Failure> setAside(int limit) {
    return jdbc.list(
        FailedLookSql.SET_ASIDE,
        to -> to.number(limit).text(RunEvent.Type.RUN_SET_ASIDE),
        PostgresFailedLooks::aside);
  }

  @Override
  public List<Failure> list(int limit) {
    return jdbc.list(FailedLookSql.LIST, to -> to.number(limit), PostgresFailedLooks::aside);
  }

  private static Failure aside(Row row) throws SQLException {
    return new Failure(
        new RunId(row.uuid("id")),
        row.integer("failed_looks"),
        row.textOrNull("look_failure"),
        row.time("set_aside_at"));
  }

  @Override
  public boolean requeue(RunId id) {
    return jdbc.first(
            FailedLookSql.REQUEUE,
            to -> to.uuid(id.value()).text(RunEvent.Type.RUN_REQUEUED),
            row -> row.uuid("id"))
        .isPresent();
  }
}
