package dev.build0711.runner.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.exchange.ScriptedServer;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Nothing that a user sent and nothing secret reaches the log or a problem, at its most talkative
/// and whatever goes wrong; and what reaches the log can be read by machines.
@Timeout(180)
class SilenceIT {

  /// In every secret, every text of a user and every answer of a server that goes wrong.
  private static final String CANARY = "canary";

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

  /// What is said to the person who starts the runner, beside the log.
  private static final Pattern GREETING =
      Pattern.compile("^(OpenHands Runner is ready .*|Start a run:|\\s*|\\s+(curl|-d) .*)$");

  @TempDir Path folder;

  private final List<HttpResponse<String>> problems = new ArrayList<>();

  @Test
  void neitherLogNorProblemsTellWhatTheyMustNot() throws Exception {
    List<String> lines;
    String id;
    try (Surroundings around = new Surroundings();
        ScriptedServer gitHub = new ScriptedServer().on("GET", "/", 500, "\"" + CANARY + "\"");
        RunnerProcess runner =
            RunnerProcess.start(
                folder,
                variables(around, gitHub.base()),
                "serve",
                "--port",
                "0",
                "--data",
                folder.resolve("data").toString())) {
      ApiUser user = new ApiUser(runner.ready(), CANARY + "-token-of-the-api");
      id = user.create("shop", CANARY + "-prompt [[scenario: finish tasks=2 seconds=2]]");
      user.await(id, ApiUser.PATIENCE, run -> run.path("percent").intValue() > 10);
      around
          .openHands()
          .answering("502 Bad Gateway", "text/html", "<p>" + CANARY + "-of-a-proxy</p>");
      user.await(id, ApiUser.PATIENCE, run -> run.path("status_reason").isObject());
      around.openHands().open();
      user.await(id, "COMPLETED");
      String lookedUp =
          user.create("shop", CANARY + "-prompt [[scenario: finish tasks=1]]", "pull_request");
      user.await(lookedUp, ApiUser.PATIENCE, _ -> !gitHub.asked().isEmpty());
      askWrongly(user);
      around.database().shut();
      problems.add(
          user.impatient()
              .get("/runs/" + id, "traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01"));
      around.database().open();
      user.run(id);
      lines = runner.out().lines().toList();
      assertThat(runner.err().lines()).allMatch(line -> GREETING.matcher(line).find());
    }

    assertThat(problems)
        .allSatisfy(problem -> assertThat(problem.statusCode()).isGreaterThanOrEqualTo(400))
        .allSatisfy(problem -> assertThat(problem.body()).doesNotContain(CANARY));
    assertThat(lines).isNotEmpty().allSatisfy(line -> assertThat(line).doesNotContain(CANARY));
    List<JsonNode> log = parsed(lines);
    assertThat(log)
        .anySatisfy(line -> assertThat(line.path("run_id").stringValue("")).isEqualTo(id))
        .anySatisfy(line ->
            assertThat(line.path("logging.googleapis.com/trace").stringValue("")).isEqualTo(TRACE));
    assertThat(log)
        .filteredOn(line -> line.has("logging.googleapis.com/trace"))
        .allSatisfy(line -> assertThat(line.path("request_id").stringValue("")).isNotEmpty());
  }

  private void askWrongly(ApiUser user) throws Exception {
    String body = ApiUser.body("shop", CANARY + "-prompt", "either");
    problems.add(user.post("/runs", body.replace("either", CANARY + "-condition")));
    problems.add(user.post("/runs", body.replace("acme/widgets", CANARY)));
    problems.add(user.post("/runs", body.substring(0, body.length() - 9)));
    problems.add(user.post("/runs", body.replace("-prompt", "\\u0000")));
    problems.add(user.get("/runs/" + CANARY));
    problems.add(user.get("/runs?cursor=" + CANARY));
    problems.add(user.with(CANARY + "-token-of-a-stranger").get("/runs"));
    problems.add(user.post("/webhooks/github", body, "X-Hub-Signature-256", "sha256=" + CANARY));
    problems.add(user.post("/webhooks/gitlab", body, "X-Gitlab-Token", CANARY + "-of-nobody"));
  }

  private static List<JsonNode> parsed(List<String> lines) {
    List<JsonNode> log = new ArrayList<>();
    for (String line : lines) {
      JsonNode entry = JsonMapper.shared().readTree(line);
      assertThat(entry.path("severity").stringValue("")).as(line).isNotEmpty();
      assertThat(entry.path("message").stringValue("")).as(line).isNotEmpty();
      assertThat(entry.path("time").stringValue("")).as(line).isNotEmpty();
      log.add(entry);
    }
    return log;
  }

  private static Map<String, String> variables(Surroundings around, URI gitHub) {
    Map<String, String> variables = new HashMap<>(around.variables());
    variables.put("LOG_LEVEL", "DEBUG");
    variables.put(
        "DATABASE_URL", around.databaseUrl().replace(":postgres@", ":" + CANARY + "-password@"));
    variables.put("OPENHANDS_SECURITY_API_TOKENS", CANARY + "-token-of-the-api");
    variables.put("OPENHANDS_SECURITY_MARKER_KEY", CANARY + "-marker-key");
    variables.put("OPENHANDS_LLM_MODEL", "small");
    variables.put("OPENHANDS_LLM_API_KEY", CANARY + "-llm-key");
    variables.put("GITHUB_WEBHOOK_SECRET", CANARY + "-of-github");
    variables.put("GITLAB_WEBHOOK_SECRET", CANARY + "-of-gitlab");
    variables.put("GITHUB_TOKEN", CANARY + "-git-token");
    variables.put("OPENHANDS_GIT_GITHUB_URL", gitHub.toString());
    return variables;
  }
}
