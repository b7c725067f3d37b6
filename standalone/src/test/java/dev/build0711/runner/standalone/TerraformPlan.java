package dev.build0711.runner.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// What `terraform/` would make, as Terraform plans it.
final class TerraformPlan {

  /// In the place of what only Google knows: a value that fits where an address does.
  private static final String UNKNOWN = "postgresql://10.21.0.3/runner?sslmode=require";

  private final JsonNode plan;

  private TerraformPlan(JsonNode plan) {
    this.plan = plan;
  }

  /// Plans with the variables of a file of `resources/deployments`. Where Terraform is not
  /// installed the test is left out, but not where CI runs.
  static TerraformPlan of(String variables) throws IOException, InterruptedException {
    if (System.getenv("CI") == null) {
      assumeThat(run("check", "--missing")).as("not installed").isBlank();
    }
    Path file = Tool.ROOT.resolve("standalone/src/test/resources/deployments").resolve(variables);
    return new TerraformPlan(new ObjectMapper().readTree(run("plan", file.toString())));
  }

  private static String run(String script, String argument)
      throws IOException, InterruptedException {
    Tool done =
        Tool.run(
            Tool.ROOT, Duration.ofMinutes(3), Map.of(), "scripts/deploy.d/" + script, argument);
    assertThat(done.exit()).as(done.err()).isZero();
    return done.out();
  }

  JsonNode output(String name) {
    JsonNode value = plan.path("planned_values").path("outputs").path(name).path("value");
    assertThat(value.isMissingNode()).as("no output " + name).isFalse();
    return value;
  }

  /// The environment of each function, by its name.
  Map<String, Map<String, String>> functions() {
    Map<String, Map<String, String>> functions = new TreeMap<>();
    for (JsonNode change : changes("google_cloudfunctions2_function")) {
      Map<String, String> variables = new HashMap<>();
      config(change, "after_unknown")
          .properties()
          .forEach(it -> variables.put(it.getKey(), UNKNOWN));
      config(change, "after")
          .properties()
          .forEach(it -> variables.put(it.getKey(), it.getValue().asString()));
      functions.put(change.path("index").asString(), variables);
    }
    return functions;
  }

  /// The environment of the service.
  Map<String, String> service() {
    Map<String, String> variables = new HashMap<>();
    for (JsonNode change : changes("google_cloud_run_v2_service")) {
      JsonNode template = change.path("change").path("after").path("template").path(0);
      for (JsonNode variable : template.path("containers").path(0).path("env")) {
        variables.put(variable.path("name").asString(), variable.path("value").asString(UNKNOWN));
      }
    }
    return variables;
  }

  /// The filter of each metric that is counted from the log, by its name.
  Map<String, String> logFilters() {
    Map<String, String> filters = new TreeMap<>();
    for (JsonNode change : changes("google_logging_metric")) {
      filters.put(
          change.path("index").asString(),
          change.path("change").path("after").path("filter").asString());
    }
    return filters;
  }

  private static JsonNode config(JsonNode change, String when) {
    JsonNode service = change.path("change").path(when).path("service_config").path(0);
    return service.path("environment_variables");
  }

  private List<JsonNode> changes(String type) {
    List<JsonNode> changes =
        plan.path("resource_changes").valueStream().filter(it -> is(it, type)).toList();
    assertThat(changes).as(type).isNotEmpty();
    return changes;
  }

  private static boolean is(JsonNode change, String type) {
    return change.path("type").asString().equals(type);
  }
}
