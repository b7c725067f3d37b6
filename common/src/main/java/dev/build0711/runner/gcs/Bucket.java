package dev.build0711.runner.gcs;

import dev.build0711.runner.port.Blobs;
import dev.build0711.runner.run.RunId;

/// Where in Cloud Storage the objects lie.
///
/// @param prefix what the names of the objects begin with, empty or ending in a slash
public record Bucket(String name, String prefix) {

  /// Reads `BUCKET` or `BUCKET/PREFIX`.
  public static Bucket of(String path) {
    String[] parts = path.split("/", 2);
    return new Bucket(parts[0], parts.length == 1 ? "" : parts[1] + "/");
  }

  String folder(RunId run) {
    return prefix + run + "/";
  }

  String object(RunId run, String key) {
    if (!Blobs.KEY.matcher(key).matches()) {
      throw new IllegalArgumentException("no key of an object");
    }
    return folder(run) + key;
  }
}
