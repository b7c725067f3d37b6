package dev.build0711.runner.testing;

import dev.build0711.runner.port.Artifact;
import dev.build0711.runner.port.ArtifactStore;
import dev.build0711.runner.port.StorageUnavailable;
import dev.build0711.runner.run.RunId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// A store of artifacts that forgets everything with its test.
public final class MemoryArtifacts implements ArtifactStore {

  private final Map<RunId, Map<String, Artifact>> runs = new HashMap<>();
  private boolean away;

  /// Whether every call fails from now on.
  public synchronized void away(boolean next) {
    away = next;
  }

  @Override
  public synchronized void keep(RunId id, List<Artifact> artifacts) {
    if (artifacts.size() > MOST) {
      throw new IllegalArgumentException("too many");
    }
    Map<String, Artifact> kept = of(id);
    artifacts.forEach(one -> kept.put(one.name(), one));
  }

  @Override
  public synchronized List<Kept> list(RunId id) {
    return of(id).values().stream().map(MemoryArtifacts::kept).limit(MOST).toList();
  }

  @Override
  public synchronized byte[] read(RunId id, Kept kept) {
    return Objects.requireNonNull(of(id).get(kept.name())).bytes().clone();
  }

  @Override
  public synchronized void forget(RunId id) {
    of(id).clear();
  }

  private Map<String, Artifact> of(RunId id) {
    if (away) {
      throw new StorageUnavailable("away", new IllegalStateException());
    }
    return runs.computeIfAbsent(id, _ -> new TreeMap<>());
  }

  private static Kept kept(Artifact one) {
    return new Kept(
        one.name(),
        one.mediaType(),
        one.bytes().length,
        Artifact.digest(one.bytes()),
        one.truncated());
  }
}
