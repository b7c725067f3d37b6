package dev.build0711.runner.standalone.faults;

import dev.build0711.runner.standalone.faults.Watch.Side;

/// A place at which a use case can be broken off: just before or just after one of its calls.
///
/// @param number of the call, from 0
/// @param call what was called there when it was recorded
record Point(Stage stage, int number, String call, Side side) {

  /// Does something when a use case comes there.
  Watch reached(Runnable then) {
    return new Watch() {
      @Override
      void at(int number, String name, Side side) {
        if (number == Point.this.number && side == Point.this.side) {
          then.run();
        }
      }
    };
  }

  @Override
  public String toString() {
    return stage + ", " + side + " call " + number + ", " + call;
  }
}
