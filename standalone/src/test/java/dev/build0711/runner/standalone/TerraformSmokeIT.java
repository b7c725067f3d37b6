package dev.build0711.runner.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `scripts/deploy.d/smoke` against the packaged runner.
@Timeout(180)
class TerraformSmokeIT {

  @TempDir private static Path folder;
  private static Surroundings around;
  private static RunnerProcess runner;

  @BeforeAll
  static void start() throws Exception {
    around = new Surroundings();
    String data = folder.resolve("data").toString();
    runner =
        RunnerProcess.start(folder, around.variables(), "serve", "--port", "0", "--data", data)
            .ready();
  }

  @AfterAll
  static void stop() throws Exception {
    runner.close();
    around.close();
  }

  @Test
  void aRunnerThatWorksPasses() throws Exception {
    Tool smoke = smoke(runner.at("GET", "/").toString(), Surroundings.WEBHOOK_SECRET);

    assertThat(smoke.exit()).as(smoke.err()).isZero();
    assertThat(smoke.out().lines()).hasSize(6);
  }

  @Test
  void aSecretThatIsNotTheRunnersDoesNot() throws Exception {
    Tool smoke = smoke(runner.at("GET", "/").toString(), "another");

    assertThat(smoke.exit()).isEqualTo(1);
    assertThat(smoke.err().lines())
        .singleElement()
        .asString()
        .contains("NOT takes what GitHub signs: answers 401, not 200");
  }

  @Test
  void anAddressWhereNobodyAnswersDoesNot() throws Exception {
    Tool smoke = smoke("http://localhost:1", "");

    assertThat(smoke.exit()).isEqualTo(1);
    assertThat(smoke.err()).contains("NOT alive: no answer");
  }

  private static Tool smoke(String url, String secret) throws Exception {
    return Tool.run(
        Tool.ROOT,
        Duration.ofSeconds(60),
        Map.of("GITHUB_WEBHOOK_SECRET", secret),
        "scripts/deploy.d/smoke",
        "--for",
        "0",
        url);
  }
}
