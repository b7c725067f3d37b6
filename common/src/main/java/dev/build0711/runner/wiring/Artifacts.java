package dev.build0711.runner.wiring;

import dev.build0711.runner.config.RunnerConfig;
import dev.build0711.runner.gcs.Bucket;
import dev.build0711.runner.gcs.GcsBlobs;
import dev.build0711.runner.local.LocalBlobs;
import dev.build0711.runner.port.Blobs;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Makes what keeps the bytes of artifacts by a configuration.
final class Artifacts {

  private Artifacts() {}

  /// What keeps them outside the database, null where the database does.
  static @Nullable Blobs outside(RunnerConfig.Storage storage) {
    return switch (storage.type()) {
      case DATABASE -> null;
      case LOCAL -> new LocalBlobs(Path.of(storage.path()));
      case GCS -> GcsBlobs.of(Bucket.of(storage.path()));
    };
  }
}
