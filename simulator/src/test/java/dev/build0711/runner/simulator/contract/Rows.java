package dev.build0711.runner.simulator.contract;

import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/// Every row, by what it is about.
final class Rows {

  private Rows() {}

  static List<Row> all() {
    return Stream.of(
            StatusRows.ROWS,
            ControlRows.ROWS,
            StartRows.ROWS,
            ModelRows.ROWS,
            ErrorRows.ROWS,
            LegacyStateRows.ROWS,
            SandboxRows.ROWS,
            WordRows.ROWS,
            DetectionRows.ROWS,
            ShownRows.ROWS,
            PlaceRows.ROWS,
            StartTaskRows.ROWS,
            SilenceRows.ROWS,
            AnswerRows.ROWS,
            OnceRows.ROWS,
            TroubleRows.ROWS,
            ReadingRows.ROWS)
        .flatMap(Collection::stream)
        .toList();
  }
}
