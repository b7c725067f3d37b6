package dev.build0711.runner.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.app.PollRun;
import dev.build0711.runner.cloudtasks.CloudTasksWakeUps;
import dev.build0711.runner.cloudtasks.TaskQueue;
import dev.build0711.runner.config.Deployment;
import dev.build0711.runner.config.Environment;
import dev.build0711.runner.config.RunnerConfig;
import dev.build0711.runner.http.Owner;
import dev.build0711.runner.port.WakeUps;
import dev.build0711.runner.run.RunStatus;
import dev.build0711.runner.testing.CloudTasksServer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// What Terraform repeats of the code is what the code says: variables, routes, clocks, and the
/// messages that are counted.
class TerraformIT {

  /// What the platform or the JVM reads, and not the runner.
  private static final Set<String> NOT_OURS =
      Set.of("GOOGLE_CLOUD_PROJECT", "LOG_EXECUTION_ID", "JAVA_TOOL_OPTIONS");

  private static final Pattern COMPARED =
      Pattern.compile(
          "jsonPayload\\.message(?<operator>=~|=)(?<texts>\"[^\"]*\"|\\((\"[^\"]*\"| OR )+\\))");
  private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"");

  private static TerraformPlan plan;

  @BeforeAll
  static void plan() throws Exception {
    plan = TerraformPlan.of("functions.tfvars");
  }

  @Test
  void everyFunctionUnderstandsItsEnvironment() {
    Map<String, Map<String, String>> functions = plan.functions();

    assertThat(functions).hasSize(DeployedFunctions.all().size());
    functions.forEach((name, variables) -> assertUnderstood(name, variables, Deployment.FUNCTIONS));
  }

  @Test
  void theServiceUnderstandsItsEnvironment() throws Exception {
    Map<String, String> variables = TerraformPlan.of("service.tfvars").service();

    assertUnderstood("service", variables, Deployment.STANDALONE);
  }

  private static void assertUnderstood(
      String name, Map<String, String> variables, Deployment deployment) {
    assertThat(variables).as(name).containsKey("OPENHANDS_DATABASE_URL");
    assertThat(variables.keySet())
        .as(name)
        .allMatch(it -> it.startsWith("OPENHANDS_") || NOT_OURS.contains(it));
    RunnerConfig config =
        RunnerConfig.from(new Environment(variables, deployment, false), Set.of());
    assertThat(config.warnings()).as(name).isEmpty();
  }

  @Test
  void theLoadBalancerSendsEveryRouteToTheFunctionThatServesIt() {
    JsonNode routes = plan.output("routes");
    Set<JsonNode> used = new HashSet<>();
    for (ServedRoute route : ServedRoute.all()) {
      JsonNode rule = rule(routes, route);
      if (rule != null) {
        used.add(rule);
      }
      String function = (rule == null ? routes.path("default") : rule.path("function")).asString();
      if (route.task()) {
        assertThat(rule).as(route + " is not for callers").isNull();
      } else if (route.owner() != Owner.EVERY) {
        assertThat(function).as(route.toString()).isEqualTo(route.owner().toString());
      }
    }
    assertThat(used).containsExactlyInAnyOrderElementsOf(routes.path("rules"));
  }

  private static @Nullable JsonNode rule(JsonNode routes, ServedRoute route) {
    for (JsonNode rule : routes.path("rules")) {
      JsonNode method = rule.path("method");
      if ((method.isNull() || method.asString().equals(route.method()))
          && pathOf(rule).matcher(route.path()).matches()) {
        return rule;
      }
    }
    return null;
  }

  /// A path of the load balancer: `*` is one segment, `**` is any number of them.
  private static Pattern pathOf(JsonNode rule) {
    String segment = "[^/]+";
    String path = rule.path("path").asString();
    return Pattern.compile(path.replace("/**", "(/" + segment + ")+").replace("/*", "/" + segment));
  }

  @Test
  void aTaskFailsWhenTheCodeSaysSo() throws Exception {
    try (CloudTasksServer server = CloudTasksServer.onRealTime(null)) {
      TaskQueue queue =
          new TaskQueue("acme", "europe-west1", "poll", null, null, server.endpoint());
      try (CloudTasksWakeUps wakeUps = CloudTasksWakeUps.open(queue)) {
        wakeUps.wake(WakeUps.Tick.notBefore("main", Instant.now()));
      }

      assertThat(server.created())
          .extracting(CloudTasksServer.Task::dispatchDeadline)
          .containsExactly(seconds("dispatch_deadline"));
    }
  }

  @Test
  void aLookHasItsRunToItselfForAsLongAsTheCodeSays() {
    assertThat(seconds("lease")).isEqualTo(PollRun.LEASE);
  }

  private static Duration seconds(String clock) {
    return Duration.ofSeconds(plan.output("clocks").path(clock).asLong());
  }

  @Test
  void everyMessageThatIsCountedIsOneThatTheCodeLogs() throws Exception {
    Set<String> said = CompiledTexts.ofModule(PollRun.class, "COMPLETED");
    int compared = 0;
    for (Map.Entry<String, String> metric : plan.logFilters().entrySet()) {
      for (Message message : messages(metric.getValue())) {
        assertThat(said).as(metric.getKey() + ": " + message.text()).anyMatch(message.counts());
        compared++;
      }
    }
    assertThat(compared).isGreaterThanOrEqualTo(8);
  }

  @Test
  void runsHaveEndedWhereTheirStatusIsAnEnd() {
    List<Message> ended = messages(plan.logFilters().getOrDefault("runs_ended", ""));

    assertThat(ended).hasSize(1);
    for (RunStatus status : RunStatus.values()) {
      assertThat(ended.getFirst().counts().test("run moved from RUNNING to " + status))
          .as(status.toString())
          .isEqualTo(status.terminal());
    }
  }

  private static List<Message> messages(String filter) {
    List<Message> messages = new ArrayList<>();
    int comparisons = 0;
    for (Matcher compared = COMPARED.matcher(filter); compared.find(); comparisons++) {
      boolean pattern = compared.group("operator").equals("=~");
      QUOTED
          .matcher(compared.group("texts"))
          .results()
          .map(text -> message(text.group(1), pattern))
          .forEach(messages::add);
    }
    assertThat(comparisons).as(filter).isEqualTo(filter.split("jsonPayload", -1).length - 1);
    return messages;
  }

  private static Message message(String text, boolean pattern) {
    return new Message(text, pattern ? Pattern.compile(text).asPredicate() : text::equals);
  }

  /// A message as a filter names it, and what of the log it counts.
  private record Message(String text, Predicate<String> counts) {}
}
