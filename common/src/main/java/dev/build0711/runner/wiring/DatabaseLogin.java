package dev.build0711.runner.wiring;

import dev.build0711.runner.cloudsql.LoginToken;
import dev.build0711.runner.config.RunnerConfig;
import dev.build0711.runner.config.RunnerConfig.DatabasePassword;
import dev.build0711.runner.config.Secret;
import dev.build0711.runner.postgres.DatabaseUrl;
import dev.build0711.runner.postgres.Login;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Logs in to the database of a configuration. What its URL says of user and password counts before
/// what stands beside it.
final class DatabaseLogin implements Login {

  private final RunnerConfig.Database config;
  private final SecretValues secrets;
  private final LoginToken token;

  /// @throws IllegalArgumentException if the URL is no reference and cannot be read
  DatabaseLogin(RunnerConfig.Database config, SecretValues secrets, LoginToken token) {
    this.config = config;
    this.secrets = secrets;
    this.token = token;
    Secret url = config.url();
    if (url != null && url.reference().isEmpty()) {
      // what is wrong with a URL that stands in the configuration is told at the start
      DatabaseUrl.parse(url.value(secrets));
    }
  }

  @Override
  public DatabaseUrl current() {
    return login(secrets::optional, token::current);
  }

  @Override
  public DatabaseUrl renewed() {
    return login(secrets::renewed, token::renewed);
  }

  private DatabaseUrl login(
      Function<@Nullable Secret, @Nullable String> value, Supplier<String> accessToken) {
    String text =
        Optional.ofNullable(value.apply(config.url()))
            .orElseThrow(() -> new IllegalStateException("database.url is not set"));
    DatabaseUrl url = DatabaseUrl.parse(text);
    String password =
        url.password() != null
            ? url.password()
            : switch (config.password()) {
              case null -> null;
              case DatabasePassword.Given given -> value.apply(given.secret());
              case DatabasePassword.AccessToken _ -> accessToken.get();
            };
    return new DatabaseUrl(
        url.jdbcUrl(), url.user() == null ? config.user() : url.user(), password);
  }
}
