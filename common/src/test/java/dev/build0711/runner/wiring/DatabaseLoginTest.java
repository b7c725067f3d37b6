package dev.build0711.runner.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.build0711.runner.cloudsql.LoginToken;
import dev.build0711.runner.config.Deployment;
import dev.build0711.runner.config.Environment;
import dev.build0711.runner.config.RunnerConfig;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DatabaseLoginTest {

  @Test
  void aUrlThatCannotBeReadIsToldAtTheStart() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> login("postgresql://database.internal"))
        .withMessageContaining("names no database");
  }

  @Test
  void aReferenceIsReadWhenAConnectionIsMadeAndNotBefore() {
    assertThat(login("sm://projects/oaks/secrets/database-url")).isNotNull();
  }

  private static DatabaseLogin login(String url) {
    var environment = new Environment(Map.of("DATABASE_URL", url), Deployment.FUNCTIONS, false);
    var secrets =
        new SecretValues(
            () -> {
              throw new AssertionError("a secret was read");
            },
            InstantSource.system());
    return new DatabaseLogin(
        RunnerConfig.from(environment, Set.of()).database(), secrets, new LoginToken());
  }
}
