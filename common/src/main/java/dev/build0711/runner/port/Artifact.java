package dev.build0711.runner.port;

/// A file that a run left, as it is handed to the store.
///
/// @param name its name in the API, such as `diff.patch`
/// @param bytes at most [#MAX_BYTES]; not copied
/// @param truncated whether there was more
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
public record Artifact(String name, String mediaType, byte[] bytes, boolean truncated) {

  public static final int MAX_BYTES = 5 * 1024 * 1024;

  @Override
  public String toString() {
    return name + ", " + bytes.length + " bytes" + (truncated ? ", truncated" : "");
  }
}
