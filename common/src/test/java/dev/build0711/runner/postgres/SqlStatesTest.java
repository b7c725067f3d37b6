package dev.build0711.runner.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.port.StorageUnavailable;
import dev.build0711.runner.postgres.SqlStates.Line;
import dev.build0711.runner.postgres.SqlStates.Meaning;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postgresql.util.PSQLState;

class SqlStatesTest {

  /// Every class of the appendix, in its order.
  private static final List<String> CLASSES =
      List.of(
          "00", "01", "02", "03", "08", "09", "0A", "0B", "0F", "0L", "0P", "0Z", "10", "20", "21",
          "22", "23", "24", "25", "26", "27", "28", "2B", "2D", "2F", "34", "38", "39", "3B", "3D",
          "3F", "40", "42", "44", "53", "54", "55", "57", "58", "72", "F0", "HV", "P0", "XX");

  /// Every state after which the same call may succeed, as the appendix has them.
  private static final Set<String> LATER =
      Set.of(
          "08000", "08003", "08006", "08001", "08004", "08007", "08P01", // connections
          "25006", "25P03", // a standby; idle for too long
          "28000", "28P01", // a login, while its password is replaced
          "53000", "53100", "53200", "53300", "53400", // disk, memory, connections, limits
          "42703", "42P01", // a schema that is not there yet
          "55P03", // a lock
          "57014", "57P01", "57P02", "57P03", "57P04", "57P05", // cancelled, shutting down
          "58000", "58030", "58P01", "58P02", "58P03"); // the machine

  /// Every state after which nothing was done and the same transaction may be made again at once.
  private static final Set<String> AGAIN =
      Set.of("40001", "40P01", "0A000"); // serialization, deadlock, a plan of a former schema

  /// States beside those in the same classes, which always fail again.
  private static final Set<String> FAULTS =
      Set.of(
          "00000", "22001", "22021", "22P02", "23502", "23505", "23514", "25000", "25001", "25P01",
          "25P02", "25P04", "3D000", "3F000", "40000", "40002", "40003", "42501", "42601", "54000",
          "55000", "55006", "55P02", "55P04", "57000", "F0000", "HV000", "P0001", "XX000", "XX001",
          "XX002");

  @Test
  void theTableHasEveryClassOnceAndNothingTwice() {
    List<String> beginnings = SqlStates.TABLE.stream().map(Line::beginning).toList();

    assertThat(beginnings).doesNotHaveDuplicates();
    assertThat(beginnings.stream().filter(one -> one.length() == 2)).isEqualTo(CLASSES);
    assertThat(beginnings.stream().map(one -> one.substring(0, 2)).collect(Collectors.toSet()))
        .isEqualTo(new HashSet<>(CLASSES));
  }

  @Test
  void everyLineMeansWhatItSays() {
    for (Line line : SqlStates.TABLE) {
      String state = (line.beginning() + "000").substring(0, 5);
      assertThat(SqlStates.of(state)).as("%s", line).isEqualTo(line.meaning());
      assertThat(SqlStates.translate(new SQLException("", state)))
          .as("%s", line)
          .isInstanceOf(
              line.meaning() == Meaning.FAULT ? DatabaseFault.class : StorageUnavailable.class);
    }
  }

  @Test
  void whatMaySucceedLaterIsToldFromWhatNeverDoes() {
    assertThat(LATER).allSatisfy(state -> assertThat(SqlStates.of(state)).isEqualTo(Meaning.LATER));
    assertThat(AGAIN).allSatisfy(state -> assertThat(SqlStates.of(state)).isEqualTo(Meaning.AGAIN));
    assertThat(FAULTS)
        .allSatisfy(state -> assertThat(SqlStates.of(state)).isEqualTo(Meaning.FAULT));
    assertThat(SqlStates.of(null)).isEqualTo(Meaning.FAULT);
    assertThat(SqlStates.of("ZZ000")).isEqualTo(Meaning.FAULT);
  }

  @Test
  void everyStateTheDriverMakesItselfIsInTheTableOrAMistake() {
    Set<String> classes =
        Stream.of(PSQLState.values())
            .map(PSQLState::getState)
            .filter(state -> state.length() == 5)
            .map(state -> state.substring(0, 2))
            .collect(Collectors.toCollection(TreeSet::new));

    classes.removeAll(CLASSES);
    assertThat(classes).isSubsetOf("07", "60", "99"); // its own mistakes, which PostgreSQL has not
    assertThat(classes).allSatisfy(one -> assertThat(SqlStates.of(one)).isEqualTo(Meaning.FAULT));
  }

  @Test
  void withoutAConnectionItIsLaterWhateverTheState() {
    assertThat(
            Stream.of(
                new SQLTransientConnectionException("no connection in time"),
                new SQLNonTransientConnectionException("refused", "28P01"),
                new SQLTimeoutException("too slow", new IOException())))
        .allSatisfy(e -> assertThat(SqlStates.translate(e)).isInstanceOf(StorageUnavailable.class));
  }
}
