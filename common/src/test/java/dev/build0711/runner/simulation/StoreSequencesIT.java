package dev.build0711.runner.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.postgres.Database;
import dev.build0711.runner.testing.PostgresExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The stores in memory, over which everything is simulated, do what PostgreSQL does: the same
/// random commands are given to both, and after each of them answers and rows are compared.
class StoreSequencesIT {

  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final Duration TIME = Duration.ofSeconds(60);
  private static final int MOST = 1_000;
  private static final int LEAST = 100;
  private static final int LENGTH = 25;

  private static Database database;

  /// A schema that is looked at before the database's own has the clock and the dice in it.
  @BeforeAll
  static void open() {
    POSTGRES.execute(
        """
        create schema if not exists simulation;
        create table if not exists simulation.clock (at timestamptz not null);
        create or replace function simulation.now() returns timestamptz
          language sql stable as 'select at from simulation.clock';
        create or replace function simulation.random() returns double precision
          language sql stable as 'select 0.5::double precision'
        """);
    database =
        Database.forCallers(
            PostgresExtension.settings(
                POSTGRES.jdbcUrl() + "?options=-c%20search_path=simulation,pg_catalog,public", 2));
  }

  @AfterAll
  static void close() {
    database.close();
    POSTGRES.execute("drop schema simulation cascade");
  }

  @Test
  void bothStoresAnswerAlikeAndHaveTheSameRows() {
    long end = System.nanoTime() + TIME.toNanos();
    int sequences = 0;
    while (sequences < MOST && System.nanoTime() < end) {
      List<Integer> steps = new ArrayList<>();
      for (int i = 0; i < LENGTH; i++) {
        steps.add(i);
      }
      String difference = play(sequences, steps);
      if (!difference.isEmpty()) {
        difference = shrunk(sequences, steps, difference);
      }
      assertThat(difference).as("sequence %d", sequences).isEmpty();
      sequences++;
    }
    System.out.println(sequences + " sequences of " + LENGTH + " commands");
    assertThat(sequences).isGreaterThanOrEqualTo(LEAST);
  }

  private static String play(long seed, List<Integer> steps) {
    return new StoreSequence(seed, database.source()).play(steps);
  }

  /// The difference that the fewest commands show.
  private static String shrunk(long seed, List<Integer> steps, String difference) {
    List<Integer> fewest = steps;
    String shown = difference;
    for (int i = fewest.size() - 1; i >= 0; i--) {
      List<Integer> fewer = new ArrayList<>(fewest);
      fewer.subList(i, i + 1).clear();
      String its = play(seed, fewer);
      if (!its.isEmpty()) {
        fewest = fewer;
        shown = its;
      }
    }
    return shown;
  }
}
