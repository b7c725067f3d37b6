package dev.build0711.runner.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.build0711.runner.testing.PostgresExtension;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// On Cloud SQL the account of the migration owns the schema, and those of the functions use what
/// is in it by a role that all of them have; elsewhere this role does not exist. The end-to-end
/// tests of the functions run with that role, too.
class FunctionsRoleIT {

  private static final AtomicInteger NUMBER = new AtomicInteger();

  /// As Terraform names the accounts.
  private static final String ROLES =
      """
      create role cloudsqliamserviceaccount nologin;
      create role "create-run@acme.iam" login in role cloudsqliamserviceaccount
      """;

  private static final String GONE =
      """
      do $$
      begin
        if to_regrole('cloudsqliamserviceaccount') is not null then
          drop owned by cloudsqliamserviceaccount;
          drop role "create-run@acme.iam", cloudsqliamserviceaccount;
        end if;
      end
      $$
      """;

  private static final String RIGHTS =
      """
      select string_agg(distinct array_to_string(array_remove(array[
        case when has_table_privilege(f, c.oid, 'select') then 'select' end,
        case when has_table_privilege(f, c.oid, 'insert') then 'insert' end,
        case when has_table_privilege(f, c.oid, 'update') then 'update' end,
        case when has_table_privilege(f, c.oid, 'delete') then 'delete' end,
        case when has_table_privilege(f, c.oid, 'truncate, references, trigger') then 'more' end], null), ' '), ', ')
      from pg_class c, (values ('create-run@acme.iam'::name)) functions (f)
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and (c.relname = 'schema_version') = %s
      """;

  private static EmbeddedPostgres server;

  private DataSource admin;
  private DataSource owner;
  private DataSource functions;

  @BeforeAll
  static void start() {
    server = PostgresExtension.start();
    PostgresExtension.execute(
        server.getPostgresDatabase(), "create role \"migrate@acme.iam\" login");
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  @BeforeEach
  void anEmptyDatabase() {
    String name = "functions_" + NUMBER.incrementAndGet();
    PostgresExtension.execute(
        server.getPostgresDatabase(), "create database " + name + " owner \"migrate@acme.iam\"");
    admin = server.getDatabase("postgres", name);
    owner = server.getDatabase("migrate@acme.iam", name);
    functions = server.getDatabase("create-run@acme.iam", name);
  }

  @AfterEach
  void nobodyHasTheRole() {
    PostgresExtension.execute(admin, GONE);
  }

  @Test
  void theyUseEveryTableAndReadWhatIsApplied() {
    PostgresExtension.execute(admin, ROLES);

    new Migrations(owner).up(null);

    assertThat(rights()).isEqualTo("select insert update delete");
    assertThat(PostgresExtension.value(admin, RIGHTS.formatted(true))).isEqualTo("select");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "create table mine ()",
        "create schema mine",
        "create view mine as select * from run",
        "create function mine() returns integer language sql as 'select 1'",
        "drop table backend",
        "alter table run add column mine text",
        "create index mine on run (title)",
        "create trigger mine before update on run for each row execute function suppress_redundant_updates_trigger()",
        "truncate backend",
        "insert into schema_version values (99, 'mine', '', now())",
        "update schema_version set checksum = ''",
        "delete from schema_version",
        "drop schema public cascade",
        "set role \"migrate@acme.iam\"",
      })
  void theyNeitherMakeNorDropNorMigrate(String statement) {
    PostgresExtension.execute(admin, ROLES);
    new Migrations(owner).up(null);

    assertThatThrownBy(() -> PostgresExtension.execute(functions, statement))
        .rootCause()
        .hasMessageMatching("(?s)ERROR: (permission denied|must be owner of).*");
  }

  @Test
  void whatALaterVersionMakesIsTheirsFromThatMomentOn() {
    PostgresExtension.execute(admin, ROLES);
    new Migrations(owner).up(null);

    NextRelease.migrations(owner).up(null);

    assertThat(rights()).isEqualTo("select insert update delete");
    PostgresExtension.execute(functions, "select nextval('next_note_id_seq')");
    NextRelease.migrations(owner).down(null);
    assertThat(rights()).isEqualTo("select insert update delete");
  }

  /// The version alone does it, without what is done at the end of every way up.
  @Test
  void aVersionNeedsNoSecondStepForThem() {
    PostgresExtension.execute(admin, ROLES);
    new Migrations(owner).up(null);

    PostgresExtension.execute(owner, "create table later (id bigserial)");

    assertThat(rights()).isEqualTo("select insert update delete");
    PostgresExtension.execute(functions, "insert into later default values");
  }

  @Test
  void aRoleThatAppearsLaterIsGrantedTheSameByTheNextWayUp() {
    Migrations migrations = new Migrations(owner);
    assertThat(migrations.up(null)).hasSize(MigrationFiles.shipped().size());
    PostgresExtension.execute(admin, ROLES);
    assertThat(rights()).isEmpty();

    assertThat(migrations.up(null)).isEmpty();

    assertThat(rights()).isEqualTo("select insert update delete");
    PostgresExtension.execute(owner, "create table later (id bigserial)");
    PostgresExtension.execute(functions, "insert into later default values");
  }

  @Test
  void theSecondTimeChangesNothing() {
    PostgresExtension.execute(admin, ROLES);
    Migrations migrations = new Migrations(owner);
    migrations.up(null);
    String once = Catalog.of(admin);

    migrations.up(null);

    assertThat(Catalog.of(admin)).isEqualTo(once);
  }

  @Test
  void takenBackTheyHaveNothing() {
    PostgresExtension.execute(admin, ROLES);
    Migrations migrations = new Migrations(owner);
    migrations.up(null);

    migrations.down(5);

    assertThat(rights()).isEmpty();
    assertThat(migrations.status().get(5).appliedAt()).isNull();
    assertThat(migrations.up(5)).isEmpty();
    assertThat(rights()).isEmpty();
  }

  private String rights() {
    return PostgresExtension.value(admin, RIGHTS.formatted(false));
  }
}
