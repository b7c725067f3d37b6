package dev.build0711.runner.postgres;

import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/// The migrations of a release that does not exist yet: those of this one, and one more that does
/// all that a version may do to the tables while this release runs.
public final class NextRelease {

  private static final String UP =
      """
      do $$
      declare
        old name;
      begin
        for old in
          select tablename from pg_tables
          where schemaname = current_schema() and tablename <> 'schema_version'
        loop
          execute format(
            'alter table %I add column next_note text, add column next_count integer not null default 0',
            old);
          execute format('create index %I on %I (next_count)', 'next_' || old, old);
        end loop;
      end
      $$;

      create table next_note (
        id     bigserial   not null constraint next_note_pk primary key,
        run_id uuid        not null constraint next_note_run_fk references run on delete cascade,
        at     timestamptz not null default now());

      create function next_noted() returns trigger language plpgsql as
        'begin insert into next_note (run_id) values (new.id); return new; end';
      create trigger next_noted after insert on run for each row execute function next_noted();
      """;

  private static final String DOWN =
      """
      drop trigger next_noted on run;
      drop function next_noted();
      drop table next_note;
      do $$
      declare
        old name;
      begin
        for old in
          select tablename from pg_tables
          where schemaname = current_schema() and tablename <> 'schema_version'
        loop
          execute format('alter table %I drop column next_note, drop column next_count', old);
        end loop;
      end
      $$;
      """;

  private NextRelease() {}

  /// Its migrations, for that database.
  public static Migrations migrations(DataSource source) {
    List<Migration> all = new ArrayList<>(MigrationFiles.shipped());
    all.add(new Migration(all.size() + 1, "next_release", UP, DOWN));
    return new Migrations(source, all);
  }
}
