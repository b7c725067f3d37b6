package dev.build0711.runner.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A function that lacks something does not start, and says everything that it lacks. That each
/// starts with what it needs, from its environment alone, is what [FunctionsEndToEndIT] begins
/// with.
class FunctionStartIT {

  @TempDir Path folder;

  static Stream<DeployedFunction> functions() {
    return DeployedFunctions.all().stream();
  }

  @ParameterizedTest
  @MethodSource("functions")
  void aWrongConfigurationFailsTheStartAndNamesEveryMistake(DeployedFunction function)
      throws Exception {
    Map<String, String> wrong =
        Map.of(
            "OPENHANDS_DIALECT", "app-v9",
            "OPENHANDS_RUNS_STALL_TIMEOUT", "soon",
            "GITHUB_WEBHOOK_SECRET", "s3cr3t,,",
            "LOG_LEVEL", "LOUD");

    FunctionProcess process =
        FunctionProcess.launch(function, FunctionProcess.freePort(), wrong, folder);

    assertThat(process.ended()).isNotZero();
    assertThat(process.output())
        .contains("database.url", "OPENHANDS_DIALECT", "OPENHANDS_RUNS_STALL_TIMEOUT", "LOG_LEVEL")
        .doesNotContain("s3cr3t");
  }
}
