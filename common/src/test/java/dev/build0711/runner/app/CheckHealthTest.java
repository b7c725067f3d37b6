package dev.build0711.runner.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.app.CheckHealth.Backend;
import dev.build0711.runner.app.CheckHealth.Database;
import dev.build0711.runner.app.CheckHealth.Health;
import dev.build0711.runner.app.CheckHealth.Status;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheckHealthTest {

  private static final Database FINE =
      new Database(true, Duration.ofMillis(3), Duration.ofSeconds(20));
  private static final Backend UP = new Backend("blue", true, "1.36.0", null);
  private static final Backend LOST = new Backend("green", false, null, "unreachable");

  @Test
  void allIsWellWhenEverythingAnswers() {
    assertThat(new Health(FINE, List.of(UP)).status()).isEqualTo(Status.OK);
  }

  @Test
  void withoutTheDatabaseTheServiceIsDown() {
    var gone = new Database(false, CheckHealth.LIMIT, Duration.ZERO);

    Health health = new Health(gone, List.of(UP));

    assertThat(health.status()).isEqualTo(Status.DOWN);
    assertThat(health.queue()).isEqualTo(Status.DOWN);
  }

  @Test
  void aLostBackendOnlyDegradesTheService() {
    assertThat(new Health(FINE, List.of(LOST)).status()).isEqualTo(Status.DEGRADED);
    assertThat(new Health(FINE, List.of(LOST)).openhands()).isEqualTo(Status.DOWN);
    assertThat(new Health(FINE, List.of(UP, LOST)).openhands()).isEqualTo(Status.DEGRADED);
    assertThat(new Health(FINE, List.of()).status()).isEqualTo(Status.DEGRADED);
  }

  @Test
  void runsThatNobodyLooksAtDegradeTheService() {
    var late = new Database(true, Duration.ofMillis(3), CheckHealth.LATE.plusSeconds(1));

    assertThat(new Health(late, List.of(UP)).status()).isEqualTo(Status.DEGRADED);
  }
}
