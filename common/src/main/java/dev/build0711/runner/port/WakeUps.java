package dev.build0711.runner.port;

/// The queue, which only ever says "look now". Losing a wake-up delays a run, no more: whoever
/// sweeps finds it.
public interface WakeUps {

  /// Asks for a look at the run at `wake.at()` or soon after. Asking twice for the same `wake_no`
  /// is one look.
  ///
  /// Never throws: a wake-up that could not be asked for is logged.
  void wake(RunStore.Wake wake);
}
