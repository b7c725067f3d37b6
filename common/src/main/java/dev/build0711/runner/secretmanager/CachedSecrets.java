package dev.build0711.runner.secretmanager;

import static java.lang.System.Logger.Level.WARNING;

import com.github.benmanes.caffeine.cache.CacheLoader;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.build0711.runner.log.LogFields;
import dev.build0711.runner.port.Secrets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/// Keeps secrets for five minutes. One caller reads a secret, all others wait for it or go on with
/// the old value; while it cannot be read, the old value holds.
public final class CachedSecrets implements Secrets {

  private static final System.Logger LOG = System.getLogger(CachedSecrets.class.getName());
  private static final Duration FRESH = Duration.ofMinutes(5);
  private static final Duration JUST_READ = Duration.ofSeconds(10);
  private static final int MAX_SECRETS = 200;

  private final Secrets origin;
  private final InstantSource clock;
  private final LoadingCache<String, Kept> cache;

  public CachedSecrets(Secrets origin, InstantSource clock) {
    this.origin = origin;
    this.clock = clock;
    this.cache =
        Caffeine.newBuilder()
            .maximumSize(MAX_SECRETS)
            .refreshAfterWrite(FRESH)
            // on the thread of the request: Cloud Run may give none to what runs beside it
            .executor(Runnable::run)
            .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
            .build(new Loader());
  }

  @Override
  public String read(String name) {
    return cache.get(name).value();
  }

  /// The value read anew, for when the other side no longer takes the old one. What was read less
  /// than ten seconds ago is not read again, so that a storm of refusals is one reading.
  ///
  /// @throws SecretUnavailable if it was never read and cannot be read now
  public String refresh(String name) {
    Kept kept = cache.getIfPresent(name);
    if (kept == null || kept.readAt().plus(JUST_READ).isAfter(clock.instant())) {
      return read(name);
    }
    return cache.refresh(name).join().value();
  }

  private Kept load(String name) {
    return new Kept(origin.read(name), clock.instant());
  }

  private final class Loader implements CacheLoader<String, Kept> {

    @Override
    public Kept load(String name) {
      return CachedSecrets.this.load(name);
    }

    /// The old value again where there is no new one; it is tried anew after the usual time.
    @Override
    public Kept reload(String name, Kept old) {
      try {
        return CachedSecrets.this.load(name);
      } catch (SecretUnavailable e) {
        LOG.log(
            WARNING,
            "secret could not be read, the old value holds",
            LogFields.of("secret", name).because(e));
        return old;
      }
    }
  }

  private record Kept(String value, Instant readAt) {

    @Override
    public String toString() {
      return "***";
    }
  }
}
