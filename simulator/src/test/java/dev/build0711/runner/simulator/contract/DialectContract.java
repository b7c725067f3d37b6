package dev.build0711.runner.simulator.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Holds one kind of server against every row. A row that it cannot show is skipped with the
/// reason.
abstract class DialectContract {

  /// A fresh server with nothing on it.
  abstract Stage open();

  @TestFactory
  Stream<DynamicTest> everyRowHolds() {
    return Rows.all().stream().map(row -> DynamicTest.dynamicTest(row.name(), () -> play(row)));
  }

  @Test
  void everyRowHasANameOfItsOwn() {
    assertThat(Rows.all().stream().map(Row::name)).doesNotHaveDuplicates();
  }

  private void play(Row row) {
    try (Stage stage = open()) {
      String excuse = row.excuse(stage);
      if (excuse != null) {
        Assumptions.abort(excuse);
      }
      row.body().play(new Play(stage, row.name().hashCode()));
    }
  }
}
