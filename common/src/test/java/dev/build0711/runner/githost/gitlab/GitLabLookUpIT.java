package dev.build0711.runner.githost.gitlab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.exchange.ScriptedServer.Asked;
import dev.build0711.runner.githost.LookUpContract;
import dev.build0711.runner.port.PullRequestLookUp;
import dev.build0711.runner.port.PullRequestLookUp.Question;
import dev.build0711.runner.run.GitProvider;
import dev.build0711.runner.run.PullRequest;
import dev.build0711.runner.run.PullRequest.State;
import dev.build0711.runner.run.Repository;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GitLabLookUpIT extends LookUpContract {

  private static final String SHA = "43da9ee8d033ef1ab6d1d5dbc9d9ea6f466f1607";

  @Override
  protected PullRequestLookUp host(URI url, Supplier<@Nullable String> token, InstantSource clock) {
    return new GitLabLookUp(url, token, exchanges, clock);
  }

  @Override
  protected GitProvider provider() {
    return GitProvider.GITLAB;
  }

  @Override
  protected String shown() {
    return shown("opened", "null");
  }

  /// A merge request with the fields that the API gives it.
  private String shown(String state, String mergeCommit) {
    return """
    {
      "id": 383208851, "iid": 11, "project_id": 70000001,
      "title": "Reject negative quantities in the cart",
      "description": "The cart accepted -1.", "state": "%1$s", "merged_at": null,
      "created_at": "2026-03-02T09:30:00.417Z", "updated_at": "2026-03-02T09:31:00.520Z",
      "target_branch": "main", "source_branch": "%2$s", "upvotes": 0, "downvotes": 0,
      "author": {"id": 3101, "username": "mona", "web_url": "%3$s/mona"},
      "source_project_id": 70000001, "target_project_id": 70000001, "labels": [],
      "draft": true, "work_in_progress": true, "milestone": null,
      "merge_status": "can_be_merged", "detailed_merge_status": "mergeable", "sha": "%4$s",
      "merge_commit_sha": %5$s, "squash_commit_sha": null, "user_notes_count": 0,
      "web_url": "%3$s/acme/widgets/-/merge_requests/11",
      "references": {"short": "!11", "relative": "!11", "full": "acme/widgets!11"}
    }
    """
        .formatted(state, BRANCH, server.base(), SHA, mergeCommit);
  }

  @Test
  void branchesAndNumbersAreAskedForAsTheApiWants() {
    answer(200, "[]", Map.of());

    ask(List.of(BRANCH), List.of(7L, 8L));
    host.find(new Question(widgets(70000001L), List.of(BRANCH), List.of()), LONG);

    assertThat(server.asked())
        .extracting(Asked::path)
        .containsExactly(
            "/api/v4/projects/acme%2Fwidgets/merge_requests?state=all&per_page=20"
                + "&iids%5B%5D=7&iids%5B%5D=8",
            "/api/v4/projects/acme%2Fwidgets/merge_requests?state=all&per_page=20"
                + "&source_branch=openhands%2Frun_01jxt21q00f9k8z8zhwrb15266",
            "/api/v4/projects/70000001/merge_requests?state=all&per_page=20"
                + "&source_branch=openhands%2Frun_01jxt21q00f9k8z8zhwrb15266");
  }

  @Test
  void aMergeRequestIsShownWithAllThatDecides() {
    answer(200, "[" + shown() + "]", Map.of());

    assertThat(ask())
        .singleElement()
        .satisfies(it -> assertThat(it.text()).isEqualTo("The cart accepted -1."))
        .satisfies(it ->
            assertThat(it.pullRequest())
                .isEqualTo(
                    new PullRequest(
                        new Repository(
                            GitProvider.GITLAB,
                            server.base().getRawAuthority(),
                            "acme/widgets",
                            70000001L),
                        11,
                        server.base() + "/acme/widgets/-/merge_requests/11",
                        State.OPEN,
                        true,
                        BRANCH,
                        SHA,
                        70000001L,
                        null,
                        Instant.parse("2026-03-02T09:30:00.417Z"),
                        Instant.parse("2026-03-02T09:31:00.520Z"))));
  }

  @Test
  void whatBecameOfItIsRead() {
    answer(
        200,
        "[%s,%s,%s]"
            .formatted(
                shown("merged", "\"" + SHA + "\""),
                shown("closed", "null"),
                shown("locked", "\"" + SHA + "\"")),
        Map.of());

    assertThat(ask())
        .extracting(it -> it.pullRequest().state())
        .containsExactly(State.MERGED, State.CLOSED, State.OPEN);
    assertThat(ask())
        .extracting(it -> it.pullRequest().mergeCommitSha())
        .containsExactly(SHA, null, null);
  }

  @Test
  void addressesOfOldReleasesAreReadToo() {
    answer(200, "[" + shown().replace("/-/merge_requests", "/merge_requests") + "]", Map.of());

    assertThat(ask())
        .singleElement()
        .satisfies(
            it -> assertThat(it.pullRequest().repository().path()).isEqualTo("acme/widgets"));
  }
}
