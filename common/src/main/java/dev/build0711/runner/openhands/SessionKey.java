package dev.build0711.runner.openhands;

import org.jspecify.annotations.Nullable;

/// The key that an OpenHands server wants of its clients.
@FunctionalInterface
public interface SessionKey {

  /// The key as it is known now, asked for at every exchange; null where the server is open.
  ///
  /// @throws dev.build0711.runner.port.Secrets.SecretUnavailable if it cannot be read
  @Nullable String current();

  /// The key after the server has refused [#current], read anew where it can have changed.
  ///
  /// @throws dev.build0711.runner.port.Secrets.SecretUnavailable if it cannot be read
  default @Nullable String renewed() {
    return current();
  }
}
