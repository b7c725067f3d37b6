package dev.build0711.runner.wiring;

import dev.build0711.runner.config.Secret;
import dev.build0711.runner.port.Secrets;
import dev.build0711.runner.secretmanager.CachedSecrets;
import dev.build0711.runner.secretmanager.SecretManagerSecrets;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// The secrets of a process. Secret Manager's client is made when the first reference is read,
/// never where every secret was given as it is.
final class SecretValues implements Secrets {

  private final InstantSource time;
  private @Nullable Secrets manager;

  SecretValues(InstantSource time) {
    this.time = time;
  }

  @Override
  public String read(String name) {
    return manager().read(name);
  }

  /// The value of a secret that may be missing.
  @Nullable String optional(@Nullable Secret secret) {
    return secret == null ? null : secret.value(this);
  }

  /// The value of a secret that the process cannot work without.
  String required(@Nullable Secret secret, String key) {
    if (secret == null) {
      throw new IllegalStateException(key + " is not set");
    }
    return secret.value(this);
  }

  private synchronized Secrets manager() {
    if (manager == null) {
      manager = new CachedSecrets(SecretManagerSecrets.open(null), time);
    }
    return manager;
  }
}
