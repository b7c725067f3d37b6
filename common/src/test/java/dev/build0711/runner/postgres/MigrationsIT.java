package dev.build0711.runner.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.build0711.runner.port.DeliveryStore;
import dev.build0711.runner.port.DeliveryStore.Delivery;
import dev.build0711.runner.port.DeliveryStore.Outcome;
import dev.build0711.runner.port.DeliveryStore.Recorded;
import dev.build0711.runner.port.StorageUnavailable;
import dev.build0711.runner.testing.PostgresExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class MigrationsIT {

  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final AtomicInteger NUMBER = new AtomicInteger();

  /// Two seconds are waited for a lock; the rest is the machine's.
  private static final Duration MOST = Duration.ofSeconds(3);

  @TempDir Path folder;

  private String jdbcUrl = "";
  private Database database;
  private DataSource source;

  @BeforeEach
  void anEmptyDatabase() {
    String name = "migrations_" + NUMBER.incrementAndGet();
    POSTGRES.execute("create database " + name);
    jdbcUrl = POSTGRES.jdbcUrl().replaceFirst("/postgres$", "/" + name);
    database = Database.forCallers(PostgresExtension.settings(jdbcUrl, 8));
    source = database.source();
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void upAppliesEveryVersionOnce() {
    Migrations migrations = new Migrations(source);
    int newest = MigrationFiles.shipped().size();

    assertThat(migrations.up(null)).hasSize(newest).isSorted().startsWith(1);
    assertThat(migrations.up(null)).isEmpty();
    assertThat(migrations.status())
        .hasSize(newest)
        .allSatisfy(status -> assertThat(status.appliedAt()).isNotNull());
  }

  @Test
  void aTargetIsTheVersionThatIsLeft() {
    Migrations migrations = new Migrations(source);

    assertThat(migrations.up(1)).containsExactly(1);
    migrations.up(null);
    assertThat(migrations.down(1)).startsWith(MigrationFiles.shipped().size()).endsWith(2);
    assertThat(migrations.down(0)).containsExactly(1);
    assertThatThrownBy(() -> migrations.up(999)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whoeverMigratesAtTheSameTimeDoesItOnce() throws Exception {
    Callable<List<Integer>> up = () -> new Migrations(source).up(null);

    List<Integer> applied = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<List<Integer>> done : threads.invokeAll(List.of(up, up, up, up))) {
        applied.addAll(done.get());
      }
    }

    assertThat(applied).doesNotHaveDuplicates().hasSize(MigrationFiles.shipped().size());
  }

  @Test
  void aVersionThatWasChangedAfterwardsIsRefused() {
    new Migrations(source, List.of(new Migration(1, "add_a", "create table a ()", "drop table a")))
        .up(null);
    Migrations changed =
        new Migrations(
            source, List.of(new Migration(1, "add_a", "create table a (b int)", "drop table a")));

    assertThatThrownBy(() -> changed.up(null))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("migration 1 was changed");
    assertThatThrownBy(() -> changed.down(null)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aVersionThatFailsLeavesNothingBehindAndCanBeRunAgain() {
    Migration good = new Migration(1, "add_a", "create table a ()", "drop table a");
    Migration bad = new Migration(2, "add_b", "create table b (); select 1 / 0", "drop table b");

    assertThatThrownBy(() -> new Migrations(source, List.of(good, bad)).up(null))
        .isInstanceOf(DatabaseFault.class);

    assertThat(PostgresExtension.value(source, "select to_regclass('b')")).isEqualTo("null");
    Migration mended = new Migration(2, "add_b", "create table b ()", "drop table b");
    assertThat(new Migrations(source, List.of(good, mended)).up(null)).containsExactly(2);
  }

  @Test
  void aRepeatableVersionIsRunAgainAtTheEndOfEveryWayUp() {
    Migration first = new Migration(1, "add_a", "create table a (n int)", "drop table a");
    Migration again =
        new Migration(2, "count", "-- Repeatable: counts.\ninsert into a values (1)", "truncate a");
    Migration last = new Migration(3, "add_b", "create table b ()", "drop table b");

    Migrations migrations = new Migrations(source, List.of(first, again, last));
    assertThat(migrations.up(1)).containsExactly(1);
    assertThat(count("a")).isZero();
    assertThat(migrations.up(null)).containsExactly(2, 3);
    assertThat(count("a")).isEqualTo(2);
    assertThat(migrations.up(null)).isEmpty();
    assertThat(count("a")).isEqualTo(3);

    migrations.down(1);
    assertThat(migrations.up(1)).isEmpty();
    assertThat(count("a")).isZero();
    assertThat(new Migrations(source, List.of(first)).up(null)).isEmpty();
  }

  private int count(String table) {
    return Integer.parseInt(PostgresExtension.value(source, "select count(*) from " + table));
  }

  /// While a statement waits for its lock, all who come after it wait behind it.
  @Test
  void noVersionKeepsCallersWaitingBehindItForLong() throws Exception {
    Migrations migrations = NextRelease.migrations(source);
    int newest = migrations.status().size();
    List<Integer> givenUp = new ArrayList<>();
    for (int version = 1; version <= newest; version++) {
      int next = version;
      try (Connection dump = source.getConnection();
          Connection caller = connection();
          var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        dump.setAutoCommit(false);
        readEveryTable(dump); // and keeps their locks
        Future<List<Integer>> up = threads.submit(() -> migrations.up(next));
        assertThat(longestWait(caller, up)).as("version %d", version).isLessThan(MOST);
        if (up.state() == Future.State.FAILED) {
          assertThat(up.exceptionNow()).isInstanceOf(StorageUnavailable.class);
          givenUp.add(version);
        }
      }
      migrations.up(version);
    }
    assertThat(givenUp).contains(3, 4, 5, newest);
  }

  /// How long a caller waits at most until `migration` is over.
  private static Duration longestWait(Connection caller, Future<?> migration) throws Exception {
    Duration longest = Duration.ZERO;
    while (!migration.isDone()) {
      long begin = System.nanoTime();
      readEveryTable(caller);
      Duration waited = Duration.ofNanos(System.nanoTime() - begin);
      longest = longest.compareTo(waited) < 0 ? waited : longest;
      Thread.sleep(5);
    }
    return longest;
  }

  private static void readEveryTable(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          """
          do $$
          declare
            one name;
          begin
            for one in select tablename from pg_tables where schemaname = current_schema() loop
              execute format('select 1 from %I limit 1', one);
            end loop;
          end
          $$
          """);
    }
  }

  /// A connection that waits for a lock as long as it takes.
  private Connection connection() throws SQLException {
    return DriverManager.getConnection(jdbcUrl, "postgres", "postgres");
  }

  /// What a connection has run several times is prepared, with the columns that it answers.
  @Test
  void aTransactionBearsANewColumnInWhatItHasPrepared() {
    new Migrations(source).up(null);
    Delivery delivery =
        new Delivery(
            "github",
            "d-1",
            "push",
            "0".repeat(64),
            null,
            Outcome.IGNORED,
            "none",
            null,
            null,
            Map.of(),
            Instant.EPOCH);
    try (Database one = Database.forCallers(PostgresExtension.settings(jdbcUrl, 1))) {
      DeliveryStore deliveries = new PostgresDeliveryStore(one.source());
      for (int time = 0; time < 10; time++) {
        deliveries.record(delivery, null, false);
      }

      NextRelease.migrations(source).up(null);

      assertThat(deliveries.record(delivery, null, false)).isInstanceOf(Recorded.Repeated.class);
    }
  }

  @Test
  void versionsOfANewerReleaseAreLeftAlone() {
    Migration first = new Migration(1, "add_a", "create table a ()", "drop table a");
    Migration second = new Migration(2, "add_b", "create table b ()", "drop table b");
    new Migrations(source, List.of(first, second)).up(null);
    Migrations older = new Migrations(source, List.of(first));

    assertThat(older.up(null)).isEmpty();
    assertThat(older.status()).hasSize(2);
    assertThatThrownBy(() -> older.down(null))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no migration 2");
  }

  @Test
  void aNewVersionIsAPairOfFilesThatTheNextReleaseReads() throws Exception {
    Migrations.create(folder, "add_a");
    List<Path> files = Migrations.create(folder, "add_b");

    assertThat(files.stream().map(file -> file.getFileName().toString()))
        .containsExactly("V002__add_b.up.sql", "V002__add_b.down.sql");
    assertThat(MigrationFiles.in(folder)).hasSize(2);
    Files.delete(folder.resolve("V001__add_a.up.sql"));
    assertThatThrownBy(() -> MigrationFiles.in(folder)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> Migrations.create(folder, "Add B"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
