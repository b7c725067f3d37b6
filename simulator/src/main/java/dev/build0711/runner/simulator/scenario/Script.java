package dev.build0711.runner.simulator.scenario;

import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// What an agent does from a user's message on. It is computed step by step, so that it may go on
/// for ever and costs no memory.
///
/// @param beats the steps from 0 on; one of a finite script ends the run, and none is asked for
///   after that
/// @param answerTime how long the server takes for each answer about the conversation
record Script(IntFunction<Beat> beats, Duration answerTime, @Nullable Outage outage) {

  static Script of(IntFunction<Beat> beats) {
    return new Script(beats, Duration.ZERO, null);
  }

  static Script of(Beat... beats) {
    return of(List.of(beats)::get);
  }

  Script answeringIn(Duration time) {
    return new Script(beats, time, outage);
  }

  Script interruptedBy(Outage outage) {
    return new Script(beats, answerTime, outage);
  }

  Beat beat(int index) {
    return beats.apply(index);
  }
}
