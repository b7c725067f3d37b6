package dev.build0711.runner.simulator.web;

/// One way in which an OpenHands server speaks.
@FunctionalInterface
public interface Dialect {

  /// Answers any request, also one for a path that it does not know.
  Reply answer(Request request);
}
