package dev.build0711.runner.testing;

import dev.build0711.runner.port.ArtifactStore;
import dev.build0711.runner.run.Run;

/// The store of artifacts that other tests use behaves like the real ones.
class MemoryArtifactsTest extends ArtifactStoreContract {

  private final MemoryArtifacts store = new MemoryArtifacts();

  @Override
  protected ArtifactStore store() {
    return store;
  }

  @Override
  protected void created(Run run) {
    // this store asks nobody whether there is such a run
  }
}
