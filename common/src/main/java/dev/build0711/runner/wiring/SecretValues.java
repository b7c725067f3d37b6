package dev.build0711.runner.wiring;

import dev.build0711.runner.config.Secret;
import dev.build0711.runner.port.Secrets;
import dev.build0711.runner.secretmanager.CachedSecrets;
import dev.build0711.runner.secretmanager.SecretManagerSecrets;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The secrets of a process. Secret Manager's client is made when the first reference is read,
/// never where every secret was given as it is.
final class SecretValues implements Secrets {

  private final InstantSource time;
  private final Supplier<Secrets> origin;
  private @Nullable CachedSecrets manager;

  SecretValues(InstantSource time) {
    this(() -> SecretManagerSecrets.open(null), time);
  }

  /// @param origin opens what keeps the secrets, asked for once at most
  SecretValues(Supplier<Secrets> origin, InstantSource time) {
    this.origin = origin;
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

  /// The value of a secret that the other side no longer takes, read anew where it is a reference.
  @Nullable String renewed(@Nullable Secret secret) {
    return secret == null ? null : secret.value(name -> manager().refresh(name));
  }

  /// The value of a secret that the process cannot work without.
  String required(@Nullable Secret secret, String key) {
    if (secret == null) {
      throw new IllegalStateException(key + " is not set");
    }
    return secret.value(this);
  }

  private synchronized CachedSecrets manager() {
    if (manager == null) {
      manager = new CachedSecrets(origin.get(), time);
    }
    return manager;
  }
}
