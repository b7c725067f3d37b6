package dev.build0711.runner.port;

/// Where secrets are kept that the configuration only names.
public interface Secrets {

  /// The secret's current value.
  ///
  /// @param name `projects/P/secrets/S/versions/V`
  /// @throws SecretUnavailable if it cannot be read now
  String read(String name);

  /// A secret cannot be read now; what needs it may be tried again.
  final class SecretUnavailable extends StorageUnavailable {

    public SecretUnavailable(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
