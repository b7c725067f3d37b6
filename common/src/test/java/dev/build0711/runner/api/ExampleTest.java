package dev.build0711.runner.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.http.JsonWriter;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.Evidence.PullRequestSeen;
import dev.build0711.runner.run.LinkRule;
import dev.build0711.runner.run.PullRequest;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.testing.Runs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The example of a run in the page of the API, against the view of a run.
class ExampleTest {

  private static final Pattern EXAMPLE =
      Pattern.compile("(?ms)^```json\\n(\\{\\s*\"run_id\".*?)^```$");

  @Test
  void theExampleOfARunHasTheMembersOfARunInTheirOrder() throws IOException {
    JsonNode example = example();
    JsonNode real =
        JsonMapper.shared().readTree(JsonWriter.bytes(new ShortView(linked().summary())));

    assertThat(example.propertyNames()).containsExactlyElementsOf(real.propertyNames());
    assertThat(example.path("pull_requests").path(0).propertyNames())
        .isNotEmpty()
        .containsExactlyElementsOf(real.path("pull_requests").path(0).propertyNames());
  }

  private static JsonNode example() throws IOException {
    Matcher example = EXAMPLE.matcher(Files.readString(Path.of("../docs/api.md")));
    assertThat(example.find()).isTrue();
    return JsonMapper.shared().readTree(example.group(1));
  }

  private static Run linked() {
    PullRequest pullRequest = Runs.pullRequest(7, PullRequest.State.OPEN, Runs.T0);
    return Runs.after(
        Runs.working(CompleteOn.AGENT),
        new PullRequestSeen(pullRequest, LinkRule.MARKER),
        Runs.T0.plusSeconds(60));
  }
}
