package dev.build0711.runner.githost.gitlab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.build0711.runner.githost.Payload;
import dev.build0711.runner.port.GitEvent;
import dev.build0711.runner.port.GitEvent.CiFinished;
import dev.build0711.runner.port.GitEvent.CommentCreated;
import dev.build0711.runner.port.GitEvent.Ignored;
import dev.build0711.runner.port.GitEvent.PullRequestShown;
import dev.build0711.runner.port.GitEvent.RepositoryRenamed;
import dev.build0711.runner.port.GitEvent.ReviewSubmitted;
import dev.build0711.runner.run.GitProvider;
import dev.build0711.runner.run.PullRequest;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.testing.WebhookFixtures;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class GitLabPayloadsTest {

  private static final Repository WIDGETS =
      new Repository(GitProvider.GITLAB, "gitlab.example.com", "acme/widgets", 70_000_001L);

  @Test
  void aSystemHookTellsAMergeRequestWithoutActionDraftAndProjectId() {
    JsonNode body = WebhookFixtures.body("gitlab/system.merge_request.json");
    attributes(body).put("work_in_progress", true);

    PullRequest request = shown(body);

    assertThat(request.repository()).isEqualTo(WIDGETS);
    assertThat(request.draft()).isTrue();
    assertThat(request.state()).isEqualTo(PullRequest.State.OPEN);
  }

  @Test
  void draftCountsBeforeTheOldWorkInProgress() {
    JsonNode body = WebhookFixtures.body("gitlab/merge_request.open.json");
    attributes(body).put("draft", false).put("work_in_progress", true);

    assertThat(shown(body).draft()).isFalse();
  }

  @Test
  void timesInGitLabsOldWayAreUnderstood() {
    JsonNode body = WebhookFixtures.body("gitlab/merge_request.open.json");
    attributes(body)
        .put("created_at", "2026-03-02 12:30:00 UTC")
        .put("updated_at", "2026-03-02 12:31:00 UTC");

    assertThat(shown(body).createdAt()).isEqualTo(Instant.parse("2026-03-02T12:30:00Z"));
    assertThat(shown(body).updatedAt()).isEqualTo(Instant.parse("2026-03-02T12:31:00Z"));
  }

  @Test
  void aRequestInTheMomentOfItsMergeIsOpen() {
    JsonNode body = WebhookFixtures.body("gitlab/merge_request.open.json");
    attributes(body).put("state", "locked");

    assertThat(shown(body).state()).isEqualTo(PullRequest.State.OPEN);
  }

  @Test
  void aSquashedRequestIsMergedByItsSquashCommit() {
    JsonNode body = WebhookFixtures.body("gitlab/merge_request.merge.json");
    attributes(body)
        .putNull("merge_commit_sha")
        .put("squash_commit_sha", "d3adb33f0c9beabec07ff6874755f75e769f741c");

    assertThat(shown(body).mergeCommitSha()).isEqualTo("d3adb33f0c9beabec07ff6874755f75e769f741c");
  }

  @Test
  void anApprovalTakenBackIsAReviewToo() {
    JsonNode body = WebhookFixtures.body("gitlab/merge_request.approved.json");
    attributes(body).put("action", "unapproval");

    assertThat(read(body))
        .asInstanceOf(type(ReviewSubmitted.class))
        .satisfies(event -> assertThat(event.verdict()).isEqualTo("unapproved"));
  }

  @Test
  void aNoteThatIsChangedOrTheSystemsOnlyShowsTheRequest() {
    JsonNode body = WebhookFixtures.body("gitlab/note.merge_request.json");
    assertThat(read(body)).isInstanceOf(CommentCreated.class);
    attributes(body).put("action", "update");
    assertThat(read(body)).isInstanceOf(PullRequestShown.class);
    attributes(body).put("action", "create").put("system", true);
    assertThat(read(body)).isInstanceOf(PullRequestShown.class);
  }

  @Test
  void aNoteOnAnIssueIsIgnored() {
    JsonNode body = WebhookFixtures.body("gitlab/note.merge_request.json");
    ((ObjectNode) body).remove("merge_request");

    assertThat(read(body)).isInstanceOf(Ignored.class);
  }

  @Test
  void aPipelineStillRunningIsIgnored() {
    JsonNode body = WebhookFixtures.body("gitlab/pipeline.failed.json");
    attributes(body).put("status", "running");

    assertThat(read(body)).isInstanceOf(Ignored.class);
  }

  @Test
  void thePipelineOfAForkBelongsToTheRequestsTarget() {
    JsonNode body = WebhookFixtures.body("gitlab/pipeline.success.json");
    ((ObjectNode) body.path("merge_request")).put("source_project_id", 70_000_077L);
    ((ObjectNode) body.path("project"))
        .put("id", 70_000_077L)
        .put("path_with_namespace", "mona/widgets")
        .put("web_url", "https://gitlab.example.com/mona/widgets");

    assertThat(read(body))
        .asInstanceOf(type(CiFinished.class))
        .satisfies(event -> {
          assertThat(event.repository()).isEqualTo(WIDGETS);
          assertThat(event.branch()).isNull();
          assertThat(event.numbers()).containsExactly(11L);
        });
  }

  @Test
  void aRenameNeedsTheInstancesAddress() {
    JsonNode body = WebhookFixtures.body("gitlab/system.project_rename.json");
    Payload payload = Payload.of(WebhookFixtures.bytes(body));

    assertThat(GitLabPayloads.event("project_rename", payload, "gitlab.example.com"))
        .isEqualTo(
            new RepositoryRenamed(
                new Repository(
                    GitProvider.GITLAB, "gitlab.example.com", "acme/widgets-core", 70_000_001L),
                "acme/widgets"));
    assertThat(GitLabPayloads.event("project_rename", payload, null)).isInstanceOf(Ignored.class);
  }

  @Test
  void everyFieldMayBeMissingOrOfAnotherKind() {
    for (var expected : WebhookFixtures.all()) {
      if (expected.file().startsWith("gitlab/")) {
        everyFieldMayBeMissing(WebhookFixtures.body(expected.file()));
      }
    }
  }

  private static void everyFieldMayBeMissing(JsonNode body) {
    for (JsonNode node :
        List.of(
            body,
            body.path("object_attributes"),
            body.path("project"),
            body.path("merge_request"))) {
      if (node instanceof ObjectNode object) {
        for (String name : List.copyOf(object.propertyNames())) {
          JsonNode old = object.remove(name);
          assertThat(read(body)).as("without %s", name).isNotNull();
          object.putArray(name).add(7);
          assertThat(read(body)).as("with odd %s", name).isNotNull();
          object.set(name, old);
        }
      }
    }
  }

  @Test
  void aDeliveryIsNamedByTheFirstKeyThatSurvivesAResend() {
    String file = "gitlab/merge_request.update.token-19.json";

    assertThat(key(file, List.of())).isEqualTo("b575fc03-2e9e-4e06-91be-fc927e1c4d07");
    assertThat(key(file, List.of("Idempotency-Key")))
        .isEqualTo("b575fc03-2e9e-4e06-91be-fc927e1c4d07");
    assertThat(key(file, List.of("Idempotency-Key", "webhook-id")))
        .isEqualTo("mr:70000001:17:2026-03-02T14:10:00Z:update");
    assertThat(key("gitlab/push.json", List.of("Idempotency-Key"))).startsWith("sha256:");
  }

  private static String key(String file, List<String> without) {
    Map<String, List<String>> headers = new LinkedHashMap<>(WebhookFixtures.headers(file));
    new ArrayList<>(without).forEach(headers::remove);
    byte[] body = WebhookFixtures.bytes(WebhookFixtures.body(file));
    return new GitLab(List::of, List::of, InstantSource.system())
        .read(WebhookFixtures.posted(headers, body))
        .key();
  }

  private static PullRequest shown(JsonNode body) {
    return ((PullRequestShown) read(body)).shown().pullRequest();
  }

  private static GitEvent read(JsonNode body) {
    Payload payload = Payload.of(WebhookFixtures.bytes(body));
    return GitLabPayloads.event(GitLabPayloads.kind(payload), payload, "gitlab.example.com");
  }

  private static ObjectNode attributes(JsonNode body) {
    return (ObjectNode) body.path("object_attributes");
  }
}
