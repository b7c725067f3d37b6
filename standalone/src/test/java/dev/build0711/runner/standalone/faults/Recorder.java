package dev.build0711.runner.standalone.faults;

import java.util.ArrayList;
import java.util.List;

/// Writes down to which points a use case comes. After a call that fails there is none.
final class Recorder extends Watch {

  private final Stage stage;
  private final List<Point> points = new ArrayList<>();

  Recorder(Stage stage) {
    this.stage = stage;
  }

  @Override
  synchronized void at(int number, String name, Side side) {
    points.add(new Point(stage, number, name, side));
  }

  synchronized List<Point> points() {
    return List.copyOf(points);
  }
}
