package dev.build0711.runner.port;

import dev.build0711.runner.run.RunId;
import java.util.regex.Pattern;

/// Bytes of runs, kept outside the database: a folder for each run, and in it a key for some bytes
/// that never change.
///
/// Every method throws [StorageUnavailable] when the store cannot be used now.
public interface Blobs {

  /// What keys look like: safe as the name of a file or an object.
  Pattern KEY = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,199}");

  /// Puts the bytes there, whole or not at all. What has the key already is the same bytes.
  void put(RunId run, String key, byte[] bytes);

  /// The bytes of a key.
  ///
  /// @throws StorageUnavailable also if nothing has that key
  byte[] get(RunId run, String key);

  /// Removes the folder of a run with all that is in it, if there is one.
  void remove(RunId run);
}
