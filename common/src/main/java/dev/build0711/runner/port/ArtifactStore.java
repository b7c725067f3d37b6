package dev.build0711.runner.port;

import dev.build0711.runner.run.RunId;
import java.util.List;

/// What runs left, kept when their backends have long forgotten it.
///
/// Every method throws [StorageUnavailable] when the store cannot be used now.
public interface ArtifactStore {

  /// The most artifacts of a run.
  int MOST = 10;

  /// Keeps the artifacts of a run, all of them or none. One of the same name is replaced, so that
  /// keeping can be repeated; others that were kept before stay.
  ///
  /// @param artifacts at most [#MOST], no two of one name
  void keep(RunId id, List<Artifact> artifacts);

  /// The artifacts of a run by name, at most [#MOST].
  List<Kept> list(RunId id);

  /// The bytes of an artifact that was listed, exactly those of its digest.
  byte[] read(RunId id, Kept kept);

  /// Removes everything that a run left. Can be repeated.
  void forget(RunId id);

  /// An artifact that is kept.
  ///
  /// @param size in bytes
  /// @param sha256 of the bytes, in 64 lower-case hex digits
  /// @param truncated whether the run had left more
  record Kept(String name, String mediaType, long size, String sha256, boolean truncated) {}
}
