package dev.build0711.runner.openhands;

import dev.build0711.runner.run.Evidence.BackendSilent;

/// What came of a question that is asked on the way to something else.
public sealed interface Asked<T> {

  record Got<T>(T value) implements Asked<T> {}

  record Silent<T>(BackendSilent evidence) implements Asked<T> {}
}
