package dev.build0711.runner.githost.github;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.exchange.ScriptedServer.Asked;
import dev.build0711.runner.githost.LookUpContract;
import dev.build0711.runner.githost.Payload;
import dev.build0711.runner.port.GitEvent.PullRequestShown;
import dev.build0711.runner.port.GitEvent.Shown;
import dev.build0711.runner.port.PullRequestLookUp;
import dev.build0711.runner.run.GitProvider;
import dev.build0711.runner.run.PullRequest.State;
import dev.build0711.runner.testing.WebhookFixtures;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class GitHubLookUpIT extends LookUpContract {

  @Override
  protected PullRequestLookUp host(URI url, Supplier<@Nullable String> token, InstantSource clock) {
    return new GitHubLookUp(url, token, exchanges, clock);
  }

  @Override
  protected GitProvider provider() {
    return GitProvider.GITHUB;
  }

  @Override
  protected String shown() {
    return listed("github/pull_request.opened.json").toString();
  }

  /// A pull request as lists show it: without what costs GitHub a look at the branch.
  private JsonNode listed(String file) {
    ObjectNode pull = (ObjectNode) WebhookFixtures.body(file).path("pull_request");
    pull.remove(
        List.of(
            "merged",
            "mergeable",
            "rebaseable",
            "mergeable_state",
            "merged_by",
            "comments",
            "review_comments",
            "maintainer_can_modify",
            "commits",
            "additions",
            "deletions",
            "changed_files"));
    ((ObjectNode) pull.path("head")).put("ref", BRANCH);
    return here(pull);
  }

  /// On the server of the test instead of github.com.
  private JsonNode here(JsonNode pull) {
    return tools.jackson.databind.json.JsonMapper.shared()
        .readTree(pull.toString().replace("https://github.com", server.base().toString()));
  }

  @Test
  void branchesAndNumbersAreAskedForAsTheApiWants() {
    answer(200, "[]", Map.of());

    ask(List.of(BRANCH, "openhands/b8d7ffd04b7e7c798c5518f83057f265"), List.of(7L, 8L));

    assertThat(server.asked())
        .extracting(Asked::path)
        .containsExactly(
            "/api/v3/repos/acme/widgets/pulls?head=acme%3Aopenhands%2F"
                + "run_01jxt21q00f9k8z8zhwrb15266&state=all&per_page=10",
            "/api/v3/repos/acme/widgets/pulls/7",
            "/api/v3/repos/acme/widgets/pulls?head=acme%3Aopenhands%2F"
                + "b8d7ffd04b7e7c798c5518f83057f265&state=all&per_page=10");
    assertThat(server.asked())
        .allSatisfy(it -> {
          assertThat(it.header("Accept")).isEqualTo("application/vnd.github+json");
          assertThat(it.header("X-github-api-version")).isEqualTo("2022-11-28");
        });
  }

  @ParameterizedTest
  @CsvSource({
    "https://github.com, https://api.github.com",
    "https://acme.ghe.com, https://api.acme.ghe.com",
    "https://git.acme.test:8443, https://git.acme.test:8443/api/v3",
    "https://notgithub.com, https://notgithub.com/api/v3"
  })
  void theApiIsWhereThatGitHubHasIt(URI url, URI api) {
    assertThat(GitHubLookUp.api(url)).isEqualTo(api);
  }

  @ParameterizedTest
  @CsvSource({
    "github/pull_request.opened.json",
    "github/pull_request.opened.draft.json",
    "github/pull_request.opened.fork.json",
    "github/pull_request.closed.merged.json",
    "github/pull_request.closed.unmerged.json"
  })
  void aListShowsThePullRequestAsADeliveryDoes(String file) {
    answer(200, "[" + listed(file) + "]", Map.of());
    ObjectNode body = (ObjectNode) here(WebhookFixtures.body(file));
    ((ObjectNode) body.path("pull_request").path("head")).put("ref", BRANCH);
    byte[] bytes = WebhookFixtures.bytes(body);
    Shown delivered =
        ((PullRequestShown) GitHubPayloads.event("pull_request", Payload.of(bytes))).shown();

    assertThat(ask()).containsExactly(delivered);
  }

  @Test
  void oneIsShownByItsNumber() {
    answer(200, listed("github/pull_request.closed.merged.json").toString(), Map.of());

    assertThat(ask(List.of(), List.of(101L)))
        .singleElement()
        .satisfies(it -> assertThat(it.pullRequest().state()).isEqualTo(State.MERGED))
        .satisfies(it ->
            assertThat(it.pullRequest().updatedAt())
                .isAfter(Instant.parse("2026-03-02T00:00:00Z")));
  }
}
