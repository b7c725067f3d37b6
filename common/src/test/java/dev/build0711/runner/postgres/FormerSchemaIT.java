package dev.build0711.runner.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.build0711.runner.testing.PostgresExtension;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The way down of every version leads to exactly the schema from which its way up had come, on a
/// laptop as on Cloud SQL.
class FormerSchemaIT {

  private static final AtomicInteger NUMBER = new AtomicInteger();

  /// A database with every version, to be copied.
  private static final String WHOLE = "whole";

  private static EmbeddedPostgres laptop;
  private static EmbeddedPostgres cloud;

  @BeforeAll
  static void start() {
    laptop = PostgresExtension.start();
    cloud = PostgresExtension.start();
    PostgresExtension.execute(
        cloud.getPostgresDatabase(), "create role cloudsqliamserviceaccount nologin");
    PostgresExtension.execute(laptop.getPostgresDatabase(), "create database " + WHOLE);
    new Migrations(laptop.getDatabase("postgres", WHOLE)).up(null);
  }

  @AfterAll
  static void stop() throws IOException {
    laptop.close();
    cloud.close();
  }

  static Stream<Arguments> versions() {
    return IntStream.rangeClosed(1, MigrationFiles.shipped().size())
        .boxed()
        .flatMap(version -> Stream.of(arguments("laptop", version), arguments("cloud", version)));
  }

  @ParameterizedTest
  @MethodSource("versions")
  void eachVersionIsTakenBackWhole(String where, int version) {
    DataSource source = database(where);
    Migrations migrations = new Migrations(source);
    if (version == 1) {
      migrations.status(); // what is applied is written down in a table of its own
    } else {
      migrations.up(version - 1);
    }
    String former = Catalog.of(source);

    migrations.up(version);
    String whole = Catalog.of(source);
    assertThat(migrations.down(null)).containsExactly(version);

    assertThat(Catalog.of(source)).isEqualTo(former);
    assertThat(migrations.up(version)).containsExactly(version);
    assertThat(Catalog.of(source)).isEqualTo(whole);
  }

  @ParameterizedTest
  @ValueSource(strings = {"laptop", "cloud"})
  void allVersionsAreTakenBackOneAfterTheOther(String where) {
    DataSource source = database(where);
    Migrations migrations = NextRelease.migrations(source);
    migrations.status();
    List<String> former = new ArrayList<>();
    for (int version = 1; version <= MigrationFiles.shipped().size() + 1; version++) {
      former.add(Catalog.of(source));
      migrations.up(version);
    }

    for (String schema : former.reversed()) {
      migrations.down(null);
      assertThat(Catalog.of(source)).isEqualTo(schema);
    }
  }

  /// The grants are there only where somebody is to be granted something.
  @Test
  void everyVersionChangesTheSchemaOfTheCloud() {
    DataSource source = database("cloud");
    Migrations migrations = new Migrations(source);
    migrations.status();
    for (int version = 1; version <= MigrationFiles.shipped().size(); version++) {
      String former = Catalog.of(source);
      migrations.up(version);
      assertThat(Catalog.of(source)).isNotEqualTo(former);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "create table left_over ()",
        "create index left_over on run (title)",
        "create view left_over as select 1",
        "create sequence left_over",
        "create type left_over as enum ('a')",
        "create domain left_over as text",
        "create schema left_over",
        "create statistics left_over on status, phase from run",
        "create function left_over() returns integer language sql as 'select 1'",
        "create trigger left_over before update on run for each row execute function suppress_redundant_updates_trigger()",
        "create rule left_over as on delete to run do instead nothing",
        "create policy left_over on run",
        "alter table run enable row level security",
        "alter table run add column left_over text",
        "alter table run alter column title set default ''",
        "alter table run alter column title set not null",
        "alter table run alter column revision type bigint",
        "alter table run alter column title set storage external",
        "alter table run drop column title, add column title text",
        "alter table run drop constraint run_percent_range",
        "alter table run add constraint left_over check (percent > 0) not valid",
        "alter table run set (fillfactor = 90)",
        "alter table run set unlogged",
        "alter index run_due rename to left_over",
        "comment on column run.title is 'left over'",
        "comment on table run is 'left over'",
        "comment on constraint run_percent_range on run is 'left over'",
        "comment on index run_due is 'left over'",
        "grant select on run to pg_monitor",
        "grant select (title) on run to pg_monitor",
        "grant create on schema public to pg_monitor",
        "alter default privileges in schema public grant select on tables to pg_monitor",
        "alter table run owner to pg_monitor",
      })
  void whateverIsLeftOverIsSeen(String statement) {
    DataSource source = database(laptop, " template " + WHOLE);
    if (statement.contains("unlogged")) { // nothing logged may refer to it
      PostgresExtension.execute(
          source,
          "drop table run_event, pull_request, webhook_delivery, run_message, run_artifact");
    }
    String before = Catalog.of(source);

    PostgresExtension.execute(source, statement);

    assertThat(Catalog.of(source)).isNotEqualTo(before);
  }

  private static DataSource database(String where) {
    return database(where.equals("cloud") ? cloud : laptop, "");
  }

  private static DataSource database(EmbeddedPostgres server, String options) {
    String name = "former_" + NUMBER.incrementAndGet();
    PostgresExtension.execute(server.getPostgresDatabase(), "create database " + name + options);
    return server.getDatabase("postgres", name);
  }
}
