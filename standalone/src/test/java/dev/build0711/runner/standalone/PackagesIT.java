package dev.build0711.runner.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.controlrun.ControlRunFunction;
import dev.build0711.runner.createrun.CreateRunFunction;
import dev.build0711.runner.getrun.GetRunFunction;
import dev.build0711.runner.health.HealthFunction;
import dev.build0711.runner.maintain.MaintainFunction;
import dev.build0711.runner.pollrun.PollRunFunction;
import dev.build0711.runner.webhook.WebhookFunction;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The zips of the functions have the form that Google's buildpack takes. That each of them starts,
/// as the buildpack would start it, is what [FunctionsEndToEndIT] begins with.
class PackagesIT {

  private static final long MAX_BYTES = 25_000_000;

  static Stream<String> functions() {
    return DeployedFunctions.all().stream().map(DeployedFunction::name);
  }

  @Test
  void everyFunctionIsDeployedByTheNameOfItsClass() {
    assertThat(DeployedFunctions.all())
        .extracting(DeployedFunction::entryPoint)
        .containsExactlyInAnyOrder(
            ControlRunFunction.class.getName(),
            CreateRunFunction.class.getName(),
            GetRunFunction.class.getName(),
            HealthFunction.class.getName(),
            MaintainFunction.class.getName(),
            PollRunFunction.class.getName(),
            WebhookFunction.class.getName());
  }

  @ParameterizedTest
  @MethodSource("functions")
  void aZipIsOneJarAndItsLibraries(String function) throws IOException {
    FunctionPackage zip = FunctionPackage.of(function);
    List<String> names = zip.names();

    assertThat(names.stream().filter(name -> !name.startsWith("lib/")))
        .as("a second jar at the top is refused, a pom would be built")
        .containsExactly(zip.name() + ".jar");
    assertThat(names.stream().filter(name -> name.startsWith("lib/") && !name.equals("lib/")))
        .allMatch(name -> name.matches("lib/[^/]+\\.jar"))
        .noneMatch(name -> name.contains("functions-framework"))
        .anyMatch(name -> name.startsWith("lib/common-"))
        .anyMatch(name -> name.startsWith("lib/postgresql-"));
    assertThat(Files.size(zip.zip())).isLessThan(MAX_BYTES);
    assertThat(zip.zip().resolveSibling("bom.json"))
        .content()
        .contains("\"bomFormat\" : \"CycloneDX\"", "pkg:maven/org.postgresql/postgresql@");
  }
}
