package dev.build0711.runner.openhands.legacy;

import dev.build0711.runner.port.Artifact;
import java.util.Arrays;

/// Makes artifacts of texts that may be longer than one can be.
final class Cut {

  private Cut() {}

  /// The artifact with as much of `bytes` as there is room for.
  ///
  /// @param whole whether `bytes` is all that there was
  static Artifact artifact(String name, String mediaType, byte[] bytes, boolean whole) {
    boolean fits = bytes.length <= Artifact.MAX_BYTES;
    return new Artifact(
        name, mediaType, fits ? bytes : Arrays.copyOf(bytes, Artifact.MAX_BYTES), !whole || !fits);
  }
}
