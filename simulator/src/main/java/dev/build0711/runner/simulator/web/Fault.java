package dev.build0711.runner.simulator.web;

import java.time.Duration;

/// One way in which a server, or what stands before it, fails a caller.
sealed interface Fault {

  /// Something else is answered.
  ///
  /// @param effect whether the request takes effect all the same
  record Answered(Reply.Answer answer, boolean effect) implements Fault {}

  /// The connection is closed unanswered.
  ///
  /// @param effect whether the request takes effect all the same
  record HungUp(boolean effect) implements Fault {}

  /// The request takes effect at once and is answered so much later.
  record Delayed(Duration time) implements Fault {}

  /// Something else is answered, the connection is closed, and for so long nobody is answered at
  /// all: what is asked meanwhile is answered at the end.
  record Deafened(Reply.Answer answer, Duration time) implements Fault {}

  /// The request takes effect, but only so many bytes of its answer's body arrive.
  record Truncated(int bytes) implements Fault {}

  /// The request takes effect, and its answer takes so long to arrive.
  record Trickled(Duration over) implements Fault {}

  /// The request takes effect, and its answer is no JSON although it says so.
  record Garbled() implements Fault {}
}
