package dev.build0711.runner.app;

import dev.build0711.runner.port.ArtifactStore;
import dev.build0711.runner.port.ArtifactStore.Kept;
import dev.build0711.runner.run.RunId;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Finds what runs left for somebody who may see some projects, as [FindRuns] does.
public final class FindArtifacts {

  private final FindRuns runs;
  private final ArtifactStore store;

  public FindArtifacts(FindRuns runs, ArtifactStore store) {
    this.runs = runs;
    this.store = store;
  }

  /// What the run left, by name; empty if there is no such run that may be seen.
  public Optional<List<Kept>> list(RunId id, Set<String> projects) {
    return runs.one(id, projects).map(run -> store.list(run.id()));
  }

  /// The bytes of an artifact that was listed.
  public byte[] read(RunId id, Kept kept) {
    return store.read(id, kept);
  }
}
