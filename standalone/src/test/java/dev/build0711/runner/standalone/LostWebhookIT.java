package dev.build0711.runner.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.config.Deployment;
import dev.build0711.runner.config.Environment;
import dev.build0711.runner.exchange.ScriptedServer;
import dev.build0711.runner.exchange.ScriptedServer.Answer;
import dev.build0711.runner.exchange.ScriptedServer.Asked;
import dev.build0711.runner.testing.WebhookFixtures;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A git host whose webhooks never arrive, and which can be asked.
@Timeout(180)
class LostWebhookIT {

  private static final String TOKEN = "token-of-the-git-host";
  private static final Pattern BRANCH =
      Pattern.compile("/pulls\\?head=acme:(openhands/run_[0-9a-z]{26})&");

  @TempDir Path data;

  @Test
  void aPullRequestOfWhichNoWebhookToldCompletesItsRun() throws Exception {
    try (ScriptedServer gitHub = new ScriptedServer();
        Surroundings around = new Surroundings();
        StandaloneServer server =
            StandaloneServer.start(environment(around, gitHub.base()), data, false)) {
      gitHub.on("GET", "/api/v3/repos/acme/widgets/pulls", asked -> shown(gitHub.base(), asked));
      ApiUser user = new ApiUser(Product.of(server), Surroundings.TOKEN);

      String id = user.create("shop", "[[scenario: finish tasks=1]]", "pull_request");

      JsonNode run = user.await(id, "COMPLETED");
      assertThat(run.path("pull_requests"))
          .singleElement()
          .satisfies(link -> {
            assertThat(link.path("number").intValue()).isEqualTo(77);
            assertThat(link.path("rule").stringValue()).isEqualTo("branch");
            assertThat(link.path("state").stringValue()).isEqualTo("open");
          });
      assertThat(user.detail(id).path("events").findValuesAsString("type"))
          .contains("pull_request.linked");
      assertThat(gitHub.asked())
          .isNotEmpty()
          .allSatisfy(it -> assertThat(it.header("Authorization")).isEqualTo("Bearer " + TOKEN));
    }
  }

  /// The pull request of the branch that is asked for; every run has one.
  private static Answer shown(URI base, Asked asked) {
    String path = URLDecoder.decode(asked.path(), StandardCharsets.UTF_8);
    Matcher branch = BRANCH.matcher(path);
    if (!branch.find()) {
      return Answer.json(path.contains("?") ? 200 : 404, path.contains("?") ? "[]" : "{}");
    }
    ObjectNode pull =
        (ObjectNode) WebhookFixtures.body("github/pull_request.opened.json").path("pull_request");
    pull.put("number", 77);
    ((ObjectNode) pull.path("head")).put("ref", branch.group(1));
    return Answer.json(
        200, "[" + pull.toString().replace("https://github.com", base.toString()) + "]");
  }

  private static Environment environment(Surroundings around, URI gitHub) {
    Map<String, String> variables = new HashMap<>(around.variables());
    variables.put("PORT", "0");
    variables.put("LOG_LEVEL", "ERROR");
    variables.put("OPENHANDS_GIT_GITHUB_URL", gitHub.toString());
    variables.put("GITHUB_TOKEN", TOKEN);
    return new Environment(variables, Deployment.STANDALONE, false);
  }
}
