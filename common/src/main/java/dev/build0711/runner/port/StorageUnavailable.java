package dev.build0711.runner.port;

/// The store cannot be used now; the same call may succeed later. Nothing is known of whether a
/// write was made.
public final class StorageUnavailable extends RuntimeException {

  public StorageUnavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
