package dev.build0711.runner.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.config.Deployment;
import dev.build0711.runner.config.Environment;
import dev.build0711.runner.config.RunnerConfig;
import dev.build0711.runner.port.RunStore.Creation.Created;
import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.RunSpec;
import dev.build0711.runner.testing.RecordedWakeUps;
import dev.build0711.runner.wiring.Wiring;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The standalone keeps the promises of the product.
class StandaloneEndToEndIT extends EndToEndContract<Product> {

  @TempDir static Path data;

  @Override
  Product start(Surroundings around) {
    return Product.of(StandaloneServer.start(environment(around), data, false));
  }

  @Test
  void aRunThatAnotherProcessHasAcceptedIsFound() throws Exception {
    RunnerConfig config = RunnerConfig.from(environment(around()), Set.of());
    try (Wiring other = Wiring.of(config, InstantSource.system())) {
      Created created =
          (Created)
              other
                  .createRun(new RecordedWakeUps())
                  .create(spec("[[scenario: finish tasks=1]]"), null);

      user().await(created.run().id().toString(), "COMPLETED");
    }
  }

  @Test
  void nothingOfTheQueueIsServed() throws Exception {
    assertThat(user().post("/tasks/maintain", "{}").statusCode()).isEqualTo(404);
  }

  private static Environment environment(Surroundings around) {
    Map<String, String> variables = new HashMap<>(around.variables());
    variables.put("PORT", "0");
    variables.put("LOG_LEVEL", "ERROR");
    return new Environment(variables, Deployment.STANDALONE, false);
  }

  private static RunSpec spec(String prompt) {
    return new RunSpec(
        "shop",
        prompt,
        null,
        null,
        null,
        null,
        CompleteOn.EITHER,
        Duration.ofHours(1),
        0,
        AgentOptions.NONE);
  }
}
