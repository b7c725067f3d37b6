package dev.build0711.runner.run;

import java.util.List;

/// What follows from a piece of evidence.
public sealed interface Transition {

  /// The run is now `run`, and `events` happened to it, in order. The status may be the same as
  /// before.
  record Moved(Run run, List<RunEvent> events) implements Transition {

    public Moved {
      events = List.copyOf(events);
    }
  }

  /// The evidence tells nothing new; repeats are ordinary.
  record Unchanged() implements Transition {}

  /// The evidence does not fit the run.
  record Refused(String why) implements Transition {}
}
