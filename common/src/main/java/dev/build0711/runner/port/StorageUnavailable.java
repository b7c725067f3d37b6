package dev.build0711.runner.port;

/// The store cannot be used now; the same call may succeed later. Nothing is known of whether a
/// write was made.
public sealed class StorageUnavailable extends RuntimeException permits Secrets.SecretUnavailable {

  public StorageUnavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
