package dev.build0711.runner.postgres;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// Moves the schema from version to version. A step of deploying, never of answering a request.
///
/// Each version is a transaction of its own that takes an advisory lock first and looks then at
/// what is there: any number may migrate at once, and whoever is cut off can be run again. A
/// statement waits at most two seconds for a lock, so that a migration fails rather than stopping
/// the service.
///
/// Every method throws [dev.build0711.runner.port.StorageUnavailable] when the database cannot be
/// used now, and [IllegalStateException] when what was applied is not what this release brings.
public final class Migrations {

  /// The name of the advisory lock: the bytes of `migrate`, then 1.
  private static final long LOCK = 0x6d69_6772_6174_6501L;

  private static final Duration LONGEST = Duration.ofMinutes(30);

  private static final String BEGIN =
      """
      set local statement_timeout = 0;
      set local idle_in_transaction_session_timeout = 0;
      set local lock_timeout = '60s'
      """;

  private static final String LOCKED =
      """
      select pg_advisory_xact_lock(?)::text as locked
      """;

  private static final String LEDGER =
      """
      set local lock_timeout = '2s';
      set local client_min_messages = warning;
      create table if not exists schema_version (
        version integer not null constraint schema_version_pk primary key,
        name text not null,
        checksum text not null,
        applied_at timestamptz not null)
      """;

  private static final String APPLIED =
      """
      select version, name, checksum, applied_at from schema_version order by version
      """;

  private static final String ADD =
      """
      insert into schema_version (version, name, checksum, applied_at)
      values (?, ?, ?, now())
      returning version
      """;

  private static final String REMOVE =
      """
      delete from schema_version where version = ? returning version
      """;

  private final Jdbc jdbc;
  private final List<Migration> migrations;

  /// The migrations that this release brings along, for that database.
  public Migrations(DataSource source) {
    this(source, MigrationFiles.shipped());
  }

  Migrations(DataSource source, List<Migration> migrations) {
    this.jdbc = new Jdbc(source);
    this.migrations = migrations;
  }

  /// A version, and when it was applied, null where it was not.
  public record Status(int version, String name, @Nullable Instant appliedAt) {}

  private record Applied(int version, String name, String checksum, Instant at) {}

  /// Applies every version that is missing, up to `target`, or up to the newest if that is null.
  /// Then runs those again that are applied and repeatable, whether anything was missing or not.
  ///
  /// @return the versions that this call has applied, in order
  public List<Integer> up(@Nullable Integer target) {
    int last = target == null ? migrations.size() : known(target).version();
    List<Integer> done = repeat(session -> stepUp(session, last));
    return inTransaction(session -> {
      again(session);
      return done;
    });
  }

  /// Takes versions back until `target` is the newest (0: none is left), or only the newest one if
  /// `target` is null.
  ///
  /// @return the versions that this call has taken back, in order
  public List<Integer> down(@Nullable Integer target) {
    if (target == null) {
      return inTransaction(session -> stepDown(session, 0)).map(List::of).orElse(List.of());
    }
    int last = target == 0 ? 0 : known(target).version();
    return repeat(session -> stepDown(session, last));
  }

  /// Every version that is applied or could be, in order.
  public List<Status> status() {
    return inTransaction(session -> {
      Map<Integer, Status> all = new TreeMap<>();
      migrations.forEach(m -> all.put(m.version(), new Status(m.version(), m.name(), null)));
      applied(session)
          .forEach(a -> all.put(a.version(), new Status(a.version(), a.name(), a.at())));
      return List.copyOf(all.values());
    });
  }

  /// Makes the files of the next version in `folder`, for a developer to fill.
  ///
  /// @param name in snake_case
  /// @return the way up and the way down
  /// @throws IllegalArgumentException if `name` is not in snake_case
  public static List<Path> create(Path folder, String name) {
    return MigrationFiles.create(folder, name);
  }

  private Optional<Integer> stepUp(Jdbc.Session session, int last) throws SQLException {
    List<Integer> there = applied(session).stream().map(Applied::version).toList();
    for (Migration next : migrations) {
      if (next.version() <= last && !there.contains(next.version())) {
        session.script(next.up());
        session.list(
            ADD,
            to -> to.number(next.version()).text(next.name()).text(next.checksum()),
            row -> row.integer("version"));
        return Optional.of(next.version());
      }
    }
    return Optional.empty();
  }

  /// Runs again what is repeatable: what it refers to may have come since it was applied.
  private void again(Jdbc.Session session) throws SQLException {
    for (Applied one : applied(session)) {
      if (one.version() <= migrations.size() && known(one.version()).repeatable()) {
        session.script(known(one.version()).up());
      }
    }
  }

  private Optional<Integer> stepDown(Jdbc.Session session, int last) throws SQLException {
    List<Applied> there = applied(session);
    if (there.isEmpty() || there.getLast().version() <= last) {
      return Optional.empty();
    }
    int version = there.getLast().version();
    session.script(known(version).down());
    return session.first(REMOVE, to -> to.number(version), row -> row.integer("version"));
  }

  private Migration known(int version) {
    if (version < 1 || version > migrations.size()) {
      throw new IllegalStateException("this release has no migration " + version);
    }
    return migrations.get(version - 1);
  }

  /// What is applied, after making sure that it is what this release knows; versions of newer
  /// releases are left alone.
  private List<Applied> applied(Jdbc.Session session) throws SQLException {
    List<Applied> applied =
        session.list(
            APPLIED,
            to -> {},
            row ->
                new Applied(
                    row.integer("version"),
                    row.text("name"),
                    row.text("checksum"),
                    row.time("applied_at")));
    for (Applied one : applied) {
      if (one.version() <= migrations.size()
          && !known(one.version()).checksum().equals(one.checksum())) {
        throw new IllegalStateException(
            "migration %d was changed after it had been applied".formatted(one.version()));
      }
    }
    return applied;
  }

  private List<Integer> repeat(Jdbc.Work<Optional<Integer>> step) {
    List<Integer> done = new ArrayList<>();
    Optional<Integer> one = inTransaction(step);
    while (one.isPresent()) {
      done.add(one.get());
      one = inTransaction(step);
    }
    return done;
  }

  private <T> T inTransaction(Jdbc.Work<T> work) {
    return jdbc.transaction(session -> {
      session.patience(LONGEST);
      session.script(BEGIN);
      session.list(LOCKED, to -> to.number(LOCK), row -> row.text("locked"));
      session.script(LEDGER);
      return work.in(session);
    });
  }
}
