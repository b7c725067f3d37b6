package dev.build0711.runner.githost.github;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.build0711.runner.githost.Payload;
import dev.build0711.runner.port.GitEvent;
import dev.build0711.runner.port.GitEvent.BranchPushed;
import dev.build0711.runner.port.GitEvent.CiFinished;
import dev.build0711.runner.port.GitEvent.CommentCreated;
import dev.build0711.runner.port.GitEvent.Ignored;
import dev.build0711.runner.port.GitEvent.Ping;
import dev.build0711.runner.port.GitEvent.PullRequestShown;
import dev.build0711.runner.port.GitEvent.RepositoryRenamed;
import dev.build0711.runner.port.GitEvent.ReviewSubmitted;
import dev.build0711.runner.run.GitProvider;
import dev.build0711.runner.run.PullRequest;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.testing.WebhookFixtures;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class GitHubPayloadsTest {

  private static final Repository WIDGETS =
      new Repository(GitProvider.GITHUB, "github.com", "acme/widgets", 900_000_001L);

  @Test
  void aPingNeedsNoRepository() {
    assertThat(read("ping", "ping.app")).isEqualTo(new Ping());
  }

  @Test
  void apartFromThatWhatNamesNoRepositoryIsIgnored() {
    assertThat(read("installation", "installation.created")).isInstanceOf(Ignored.class);
  }

  @Test
  void aMergeIsKnownByMergedAtWhereMergedIsMissing() {
    JsonNode body = WebhookFixtures.body("github/pull_request.closed.merged.json");
    at(body, "/pull_request").remove("merged");

    PullRequest pull = shown("pull_request", body);

    assertThat(pull.state()).isEqualTo(PullRequest.State.MERGED);
    assertThat(pull.mergeCommitSha()).isEqualTo("9a0648d99adb26733b2b1dbf44841d2c042bb884");
  }

  @Test
  void theTrialMergeOfAClosedPullRequestIsNoMerge() {
    JsonNode body = WebhookFixtures.body("github/pull_request.closed.unmerged.json");
    assertThat(body.at("/pull_request/merge_commit_sha").isString()).isTrue();

    PullRequest pull = shown("pull_request", body);

    assertThat(pull.state()).isEqualTo(PullRequest.State.CLOSED);
    assertThat(pull.mergeCommitSha()).isNull();
  }

  @Test
  void aPullRequestWhoseForkWasDeletedComesFromAFork() {
    JsonNode body = WebhookFixtures.body("github/pull_request.opened.json");
    at(body, "/pull_request/head").putNull("repo");

    assertThat(shown("pull_request", body).fromFork()).isTrue();
  }

  @Test
  void anActionNobodyKnowsStillShowsThePullRequest() {
    JsonNode body = WebhookFixtures.body("github/pull_request.opened.json");
    ((ObjectNode) body).put("action", "enqueued_by_a_bot");

    assertThat(shown("pull_request", body).number()).isEqualTo(101);
  }

  @Test
  void aPullRequestWithoutTextHasAnEmptyText() {
    JsonNode body = WebhookFixtures.body("github/pull_request.opened.json");
    at(body, "/pull_request").putNull("body");

    assertThat(read("pull_request", body))
        .asInstanceOf(type(PullRequestShown.class))
        .satisfies(event -> assertThat(event.shown().text()).isEmpty());
  }

  @Test
  void everyFieldMayBeMissingOrOfAnotherKind() {
    Set<String> kinds = new HashSet<>();
    for (var expected : WebhookFixtures.all()) {
      if (expected.file().startsWith("github/")) {
        String kind = WebhookFixtures.posted(expected.file()).only("X-GitHub-Event").orElseThrow();
        if (kinds.add(kind)) {
          everyFieldMayBeMissing(kind, WebhookFixtures.body(expected.file()));
        }
      }
    }
    assertThat(kinds).hasSizeGreaterThan(10);
  }

  private static void everyFieldMayBeMissing(String kind, JsonNode body) {
    for (JsonNode node : List.of(body, body.path("pull_request"), body.path("repository"))) {
      if (node instanceof ObjectNode object) {
        for (String name : List.copyOf(object.propertyNames())) {
          JsonNode old = object.remove(name);
          assertThat(read(kind, body)).as("%s without %s", kind, name).isNotNull();
          object.putArray(name).add(7);
          assertThat(read(kind, body)).as("%s with odd %s", kind, name).isNotNull();
          object.set(name, old);
        }
      }
    }
  }

  @Test
  void theHostIsThatOfTheRepositorysAddress() {
    JsonNode body = WebhookFixtures.body("github/push.json");
    at(body, "/repository").put("html_url", "https://git.example.com:8443/acme/widgets");

    assertThat(read("push", body))
        .asInstanceOf(type(BranchPushed.class))
        .satisfies(
            event -> assertThat(event.repository().host()).isEqualTo("git.example.com:8443"));
  }

  @Test
  void aDeletedOrTaggedRefIsNoPush() {
    assertThat(read("push", "push.branch-deleted")).isInstanceOf(Ignored.class);
    JsonNode body = WebhookFixtures.body("github/push.json");
    ((ObjectNode) body).put("ref", "refs/tags/v1");
    assertThat(read("push", body)).isInstanceOf(Ignored.class);
  }

  @Test
  void aReviewThatIsEditedOnlyShowsThePullRequest() {
    JsonNode body =
        WebhookFixtures.body("github/pull_request_review.submitted.changes-requested.json");
    assertThat(read("pull_request_review", body))
        .asInstanceOf(type(ReviewSubmitted.class))
        .satisfies(event -> assertThat(event.verdict()).isEqualTo("changes_requested"));

    ((ObjectNode) body).put("action", "edited");

    assertThat(read("pull_request_review", body)).isInstanceOf(PullRequestShown.class);
  }

  @Test
  void aCommentOnAnIssueIsIgnored() {
    JsonNode body = WebhookFixtures.body("github/issue_comment.created.json");
    assertThat(read("issue_comment", body)).isInstanceOf(CommentCreated.class);

    at(body, "/issue").remove("pull_request");

    assertThat(read("issue_comment", body)).isInstanceOf(Ignored.class);
  }

  @Test
  void aCheckThatHasNotEndedIsIgnored() {
    JsonNode body = WebhookFixtures.body("github/check_run.completed.json");
    ((ObjectNode) body).put("action", "created");

    assertThat(read("check_run", body)).isInstanceOf(Ignored.class);
  }

  @Test
  void aCheckNamesOnlyPullRequestsIntoItsOwnRepository() {
    JsonNode body = WebhookFixtures.body("github/check_suite.completed.json");
    at(body, "/check_suite/pull_requests/0/base/repo").put("id", 900_000_077L);

    assertThat(read("check_suite", body))
        .asInstanceOf(type(CiFinished.class))
        .satisfies(event -> assertThat(event.numbers()).isEmpty());
  }

  @Test
  void aWorkflowOfAForkHasNoBranch() {
    JsonNode body = WebhookFixtures.body("github/workflow_run.completed.success.json");
    at(body, "/workflow_run/head_repository").put("id", 900_000_077L);

    assertThat(read("workflow_run", body))
        .asInstanceOf(type(CiFinished.class))
        .satisfies(event -> assertThat(event.branch()).isNull());
  }

  @Test
  void aTransferFromAUserIsARenameToo() {
    JsonNode body = WebhookFixtures.body("github/repository.transferred.json");
    ObjectNode from = at(body, "/changes/owner/from");
    from.remove("organization");
    from.putObject("user").put("login", "mona");

    assertThat(read("repository", body))
        .isEqualTo(
            new RepositoryRenamed(
                new Repository(
                    GitProvider.GITHUB, "github.com", "acme-labs/widgets-core", WIDGETS.id()),
                "mona/widgets-core"));
  }

  @Test
  void aDeliveryWithoutANameIsNamedByItsBytes() {
    byte[] body = WebhookFixtures.utf8("{\"zen\":\"Small steps leave clear tracks.\"}");
    var host = new GitHub(List::of);
    var posted = WebhookFixtures.posted(Map.of("X-GitHub-Event", List.of("ping")), body);

    assertThat(host.read(posted).key()).isEqualTo("sha256:" + posted.digest());
    assertThat(
            host.read(WebhookFixtures.posted(Map.of("X-GitHub-Delivery", List.of("a b")), body))
                .key())
        .startsWith("sha256:");
    assertThat(
            host.read(WebhookFixtures.posted(Map.of("x-github-delivery", List.of("7ae4")), body))
                .key())
        .isEqualTo("7ae4");
  }

  private static PullRequest shown(String kind, JsonNode body) {
    return ((PullRequestShown) read(kind, body)).shown().pullRequest();
  }

  private static GitEvent read(String kind, String file) {
    return read(kind, WebhookFixtures.body("github/" + file + ".json"));
  }

  private static GitEvent read(String kind, JsonNode body) {
    return GitHubPayloads.event(kind, Payload.of(WebhookFixtures.bytes(body)));
  }

  private static ObjectNode at(JsonNode body, String pointer) {
    return (ObjectNode) body.at(pointer);
  }
}
