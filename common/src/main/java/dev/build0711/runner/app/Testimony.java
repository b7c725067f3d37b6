package dev.build0711.runner.app;

import dev.build0711.runner.run.Clues;
import dev.build0711.runner.run.Evidence;
import dev.build0711.runner.run.Evidence.GitActivity;
import dev.build0711.runner.run.Evidence.PullRequestSeen;
import dev.build0711.runner.run.LinkRule;
import dev.build0711.runner.run.LinkingLadder;
import dev.build0711.runner.run.LinkingLadder.Hit;
import dev.build0711.runner.run.PullRequest;
import dev.build0711.runner.run.Run;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a delivery has to say to a run, and how to find that run; nothing that people wrote.
///
/// @param pullRequest the pull request, where the delivery shows all of it
/// @param activity what else happened, where something did
record Testimony(Clues clues, @Nullable PullRequest pullRequest, @Nullable GitActivity activity) {

  Optional<Hit> find(List<Run> candidates) {
    return pullRequest == null
        ? LinkingLadder.attach(clues, candidates)
        : LinkingLadder.link(pullRequest, clues, candidates);
  }

  /// What the run is told, in order.
  List<Evidence> evidence(LinkRule rule) {
    Stream<Evidence> seen =
        pullRequest == null ? Stream.empty() : Stream.of(new PullRequestSeen(pullRequest, rule));
    return Stream.concat(seen, Stream.ofNullable(activity)).toList();
  }

  /// The word for what this does to `run`.
  String effect(Run run) {
    if (activity != null) {
      return word(activity);
    }
    PullRequest shown = pullRequest;
    if (shown != null
        && run.pullRequests().stream().anyMatch(link -> link.pullRequest().same(shown))) {
      return "update";
    }
    return run.pullRequests().isEmpty() ? "link" : "duplicate-pr";
  }

  private static String word(GitActivity activity) {
    return switch (activity.type()) {
      case BRANCH_PUSHED -> "branch";
      case REVIEW_SUBMITTED -> "review";
      case COMMENT_CREATED -> "comment";
      case CI_FINISHED -> "ci";
      case RUN_CREATED,
          RUN_MOVED,
          RUN_CORRECTED,
          RUN_PROGRESSED,
          CONVERSATION_STARTED,
          CONVERSATION_RESUMED,
          CONVERSATION_DOUBLED,
          AGENT_STATUS_UNKNOWN,
          AGENT_ENDED,
          BACKEND_SILENT,
          BACKEND_ANSWERED,
          PULL_REQUEST_LINKED,
          PULL_REQUEST_UPDATED,
          PULL_REQUEST_DUPLICATE,
          PULL_REQUEST_MENTIONED ->
          throw new IllegalArgumentException("no activity of a git host: " + activity.type());
    };
  }

  /// All of this as JSON values, enough to try the ladder again later.
  Map<String, @Nullable Object> facts() {
    Map<String, @Nullable Object> facts = new LinkedHashMap<>();
    facts.put("clues", cluesAsJson());
    facts.put("pull_request", pullRequest == null ? null : asJson(pullRequest));
    facts.put("activity", activity == null ? null : asJson(activity));
    return facts;
  }

  private Map<String, @Nullable Object> cluesAsJson() {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("provider", clues.repository().provider().toString());
    json.put("host", clues.repository().host());
    json.put("repository", clues.repository().path());
    json.put("repository_id", clues.repository().id());
    json.put("numbers", clues.numbers());
    json.put("head_shas", clues.headShas());
    json.put("marker", clues.marker() == null ? null : clues.marker().toString());
    json.put("branch", clues.branch());
    json.put("conversations", clues.conversations());
    json.put("url", clues.url());
    return json;
  }

  private static Map<String, @Nullable Object> asJson(PullRequest pull) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("number", pull.number());
    json.put("url", pull.url());
    json.put("state", pull.state().toString());
    json.put("draft", pull.draft());
    json.put("head_branch", pull.headBranch());
    json.put("head_sha", pull.headSha());
    json.put("head_repository_id", pull.headRepositoryId());
    json.put("merge_commit_sha", pull.mergeCommitSha());
    json.put("created_at", pull.createdAt().toString());
    json.put("updated_at", pull.updatedAt().toString());
    return json;
  }

  private static Map<String, @Nullable Object> asJson(GitActivity activity) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("type", activity.type().toString());
    json.put("data", activity.data());
    return json;
  }
}
