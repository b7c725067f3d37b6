package dev.build0711.runner.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A version adds; it takes away only what the former release does not use any more, and says so.
/// `scripts/roll` runs that release on the new schema.
class AddFirstTest {

  /// What takes away what the running release may name or write, and no constraint or index: they
  /// are replaced by wider ones.
  private static final Pattern TAKES_AWAY =
      Pattern.compile(
          "\\bdrop\\s+(?:table|column|view|sequence|function|type)\\b"
              + "|\\brename\\b"
              + "|\\bset\\s+(?:not\\s+null|schema)\\b"
              + "|\\balter\\s+column\\s+\\w+\\s+(?:set\\s+data\\s+)?type\\b"
              + "|\\badd\\s+column\\s+(?![^,;]*\\bdefault\\b)[^,;]*\\bnot\\s+null\\b"
              + "|\\btruncate\\b"
              + "|\\block\\s+table\\b");

  private static final Pattern COMMENT =
      Pattern.compile("--[^\n]*|\\bcomment\\s+on\\s[^']*'(?:[^']|'')*'");
  private static final String UNUSED = "-- Unused since release ";

  @Test
  void everyVersionAddsOrSaysSinceWhenNobodyUsesWhatItTakesAway() {
    for (Migration migration : MigrationFiles.shipped()) {
      assertThat(takesAway(migration.up())).as("version %d", migration.version()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "drop table run_artifact",
        "alter table run drop column title",
        "alter table run add column a text, drop  column title",
        "alter table run rename column title to name",
        "alter table run rename to runs",
        "alter table run alter column title set not null",
        "alter table run alter column percent type bigint",
        "alter table run alter column percent set data type bigint",
        "alter table run add column a text not null",
        "truncate backend",
        "lock table run",
        "-- drops\nDROP\nTABLE run",
      })
  void whatTheFormerReleaseMayUseIsNotTakenAway(String statement) {
    assertThat(takesAway(statement)).isNotEmpty();
    assertThat(takesAway(UNUSED + "0.3.0\n" + statement)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "alter table run add column a text, add column b integer not null default 0",
        "alter table run add column b integer default 0 not null",
        "create table a (b text not null)",
        "drop index run_due; create index run_due on run (next_poll_at)",
        "alter table run drop constraint run_phase_word, add constraint run_phase_word check (true)",
        "-- drop table run\nselect 1",
        "comment on column run.title is 'it''s; for rename only'",
      })
  void whatItDoesNotNoticeMayBeDone(String statement) {
    assertThat(takesAway(statement)).isEmpty();
  }

  private static List<String> takesAway(String up) {
    if (up.lines().anyMatch(line -> line.startsWith(UNUSED))) {
      return List.of();
    }
    String statements = COMMENT.matcher(up).replaceAll("").toLowerCase(Locale.ROOT);
    return TAKES_AWAY.matcher(statements).results().map(MatchResult::group).toList();
  }
}
