package dev.build0711.runner.simulator.contract;

import java.util.List;
import java.util.stream.Stream;

/// Every row, by what it is about.
final class Rows {

  private Rows() {}

  static List<Row> all() {
    return Stream.of(StatusRows.ROWS, ControlRows.ROWS).flatMap(List::stream).toList();
  }
}
