package dev.build0711.runner.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.build0711.runner.testing.PostgresExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  /// Everything that a migration can leave behind in the schema, in words.
  private static final String CATALOG =
      """
      select coalesce(string_agg(line, chr(10) order by line), '') from (
        select format('%s %s', c.relkind, c.relname) || coalesce(' -- ' || obj_description(c.oid), '')
          || coalesce(array_to_string(c.reloptions, ','), '') as line
        from pg_class c where c.relnamespace = 'public'::regnamespace
        union all
        select format('%s.%s %s %s %s %s', c.relname, a.attname,
                      format_type(a.atttypid, a.atttypmod), a.attnotnull,
                      pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum))
        from pg_attribute a
        join pg_class c on c.oid = a.attrelid
        left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where c.relnamespace = 'public'::regnamespace and a.attnum > 0 and not a.attisdropped
        union all
        select format('%s %s', conname, pg_get_constraintdef(oid))
        from pg_constraint where connamespace = 'public'::regnamespace
        union all
        select pg_get_indexdef(i.indexrelid)
        from pg_index i join pg_class c on c.oid = i.indexrelid
        where c.relnamespace = 'public'::regnamespace
        union all
        select format('function %s', p.oid::regprocedure)
        from pg_proc p where p.pronamespace = 'public'::regnamespace
        union all
        select format('type %s', t.typname)
        from pg_type t where t.typnamespace = 'public'::regnamespace
        union all
        select format('trigger %s', t.tgname)
        from pg_trigger t where not t.tgisinternal) lines (line)
      """;

  @TempDir Path folder;

  private Database database;
  private DataSource source;

  @BeforeEach
  void anEmptyDatabase() {
    String name = "migrations_" + NUMBER.incrementAndGet();
    POSTGRES.execute("create database " + name);
    database =
        Database.forCallers(
            PostgresExtension.settings(
                POSTGRES.jdbcUrl().replaceFirst("/postgres$", "/" + name), 8));
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
  void downRestoresTheFormerSchemaExactly() {
    Migrations migrations = new Migrations(source);
    migrations.status();
    List<String> before = new ArrayList<>();
    for (Migration migration : MigrationFiles.shipped()) {
      before.add(catalog());
      migrations.up(migration.version());
      assertThat(catalog()).isNotEqualTo(before.getLast());
    }

    for (Migration migration : MigrationFiles.shipped().reversed()) {
      assertThat(migrations.down(null)).containsExactly(migration.version());
      assertThat(catalog()).isEqualTo(before.get(migration.version() - 1));
    }
    assertThat(migrations.down(null)).isEmpty();
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

  private String catalog() {
    return PostgresExtension.value(source, CATALOG);
  }
}
