package dev.build0711.runner.gcs;

import dev.build0711.runner.port.Blobs;
import dev.build0711.runner.run.RunId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where in Cloud Storage the objects lie.
///
/// @param prefix what the names of the objects begin with, empty or ending in a slash
public record Bucket(String name, String prefix) {

  private static final Pattern PATH =
      Pattern.compile(
          "(?:gs://)?([a-z0-9][a-z0-9._-]{1,220}[a-z0-9])"
              + "((?:/[A-Za-z0-9][A-Za-z0-9._-]{0,99}){0,5})/?");

  /// Reads `BUCKET` or `BUCKET/PREFIX`, with or without `gs://` before it.
  public static Optional<Bucket> of(String path) {
    Matcher parts = PATH.matcher(path);
    return parts.matches()
        ? Optional.of(new Bucket(parts.group(1), prefix(parts.group(2))))
        : Optional.empty();
  }

  private static String prefix(String folders) {
    return folders.isEmpty() ? "" : folders.substring(1) + "/";
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
