package dev.build0711.runner.simulation;

/// A process dies. No use case catches it.
final class Crash extends Error {

  Crash() {
    super("the process has died", null, false, false);
  }
}
