package dev.build0711.runner.wiring;

import dev.build0711.runner.config.RunnerConfig;
import dev.build0711.runner.postgres.Database;
import dev.build0711.runner.postgres.DatabaseUrl;
import org.jspecify.annotations.Nullable;

/// How the configuration of the database becomes the settings of its pool.
final class DatabaseSettings {

  private DatabaseSettings() {}

  static Database.Settings of(RunnerConfig.Database config, SecretValues secrets) {
    DatabaseUrl url = DatabaseUrl.parse(secrets.required(config.url(), "database.url"));
    return new Database.Settings(
        url.jdbcUrl(),
        url.user() == null ? config.user() : url.user(),
        () -> password(config, url, secrets),
        config.poolSize());
  }

  private static @Nullable String password(
      RunnerConfig.Database config, DatabaseUrl url, SecretValues secrets) {
    return url.password() == null ? secrets.optional(config.password()) : url.password();
  }
}
