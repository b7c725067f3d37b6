package dev.build0711.runner.app;

import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.port.WakeUps;
import dev.build0711.runner.run.RunId;
import java.util.List;
import java.util.Optional;

/// Looks early where a backend says that there is news. A forged or repeated hint costs a look a
/// second and run at most.
public final class TakeHint {

  private final RunStore store;
  private final WakeUps wakeUps;

  public TakeHint(RunStore store, WakeUps wakeUps) {
    this.store = store;
    this.wakeUps = wakeUps;
  }

  /// The run that will be looked at sooner; empty where none is.
  ///
  /// @param conversationId in lower case and without dashes
  /// @throws dev.build0711.runner.port.StorageUnavailable if that could not be stored
  public Optional<RunId> take(String conversationId) {
    List<Wake> sooner = store.hint(conversationId);
    sooner.forEach(wakeUps::wake);
    return sooner.stream().map(Wake::id).findFirst();
  }
}
