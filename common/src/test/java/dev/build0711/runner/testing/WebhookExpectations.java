package dev.build0711.runner.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.port.DeliveryStore.Delivery;
import dev.build0711.runner.port.DeliveryStore.Outcome;
import dev.build0711.runner.run.LinkedPullRequest;
import dev.build0711.runner.run.PullRequest;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunStatus;
import dev.build0711.runner.testing.WebhookFixtures.Expected;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// What the fixtures say must become of a delivery.
public final class WebhookExpectations {

  private WebhookExpectations() {}

  /// The outcome in the words of the API.
  public static Outcome outcome(Expected expected) {
    return switch (expected.effect()) {
      case "pong", "ignored" -> Outcome.IGNORED;
      case "unlinked" -> Outcome.UNLINKED;
      case "repeat" -> Outcome.DUPLICATE;
      default -> Outcome.APPLIED;
    };
  }

  /// Checks the stored delivery.
  public static void checkRow(Expected expected, Delivery row) {
    assertThat(row.runId()).isEqualTo(expected.run().orElse(null));
    assertThat(row.facts().toString()).doesNotContain("The cart accepted");
    if (expected.effect().equals("repeat")) {
      return; // the row is that of the first delivery
    }
    assertThat(row.effect()).isEqualTo(expected.effect());
    assertThat(row.outcome()).isEqualTo(outcome(expected));
    Optional<String> rule = expected.rule().filter(word -> !word.equals("attached"));
    if (rule.isPresent()) {
      assertThat(row.rule())
          .hasToString(rule.get().replace("conversation_url", "conversation_link"));
    }
    assertThat(row.rule() != null).isEqualTo(expected.rule().isPresent());
  }

  /// Checks every run: the one that was meant has changed as it should, the others not at all.
  public static void checkRuns(Expected expected, List<Run> before, List<Run> after) {
    for (int i = 0; i < before.size(); i++) {
      Run run = after.get(i);
      if (expected.run().filter(run.id()::equals).isEmpty()) {
        assertThat(run.status()).isEqualTo(before.get(i).status());
        assertThat(run.pullRequests()).isEqualTo(before.get(i).pullRequests());
        continue;
      }
      RunStatus status = expected.status().orElse(before.get(i).status());
      assertThat(run.status()).isEqualTo(status);
      checkPullRequest(expected.expect().path("pull_request"), run);
    }
  }

  /// Checks that a rename has reached every run of the repository.
  public static void checkNames(Expected expected, List<Run> runs) {
    JsonNode renamed = expected.expect().path("repository");
    for (Run run : runs) {
      Repository repository = Objects.requireNonNull(run.repository());
      if (renamed.isObject() && Objects.equals(repository.id(), renamed.path("id").longValue())) {
        assertThat(repository.path()).isEqualTo(renamed.path("to").stringValue());
      }
    }
  }

  private static void checkPullRequest(JsonNode facts, Run run) {
    if (!facts.isObject()) {
      return;
    }
    PullRequest pull =
        run.pullRequests().stream()
            .map(LinkedPullRequest::pullRequest)
            .filter(one -> one.number() == either(facts, "number", "iid").longValue())
            .findFirst()
            .orElseThrow();
    assertThat(pull.repository().id())
        .isEqualTo(either(facts, "repository_id", "project_id").longValue());
    if (facts.has("state")) {
      assertThat(pull.state()).hasToString(facts.path("state").stringValue());
      assertThat(pull.draft()).isEqualTo(facts.path("draft").booleanValue());
      assertThat(pull.url()).isEqualTo(facts.path("url").stringValue());
      assertThat(pull.headBranch()).isEqualTo(facts.path("head_ref").stringValue());
      assertThat(pull.headSha()).isEqualTo(facts.path("head_sha").stringValue());
      assertThat(pull.headRepositoryId())
          .isEqualTo(either(facts, "head_repository_id", "head_project_id").longValue());
      assertThat(pull.mergeCommitSha()).isEqualTo(facts.path("merge_commit_sha").stringValue(null));
      assertThat(pull.repository().path())
          .isEqualTo(either(facts, "repository", "project").stringValue());
    }
  }

  private static JsonNode either(JsonNode facts, String one, String other) {
    return facts.has(one) ? facts.path(one) : facts.path(other);
  }
}
