package dev.build0711.runner.app;

import dev.build0711.runner.run.Clues;
import dev.build0711.runner.run.Evidence;
import dev.build0711.runner.run.Evidence.GitActivity;
import dev.build0711.runner.run.Evidence.PullRequestSeen;
import dev.build0711.runner.run.LinkRule;
import dev.build0711.runner.run.LinkingLadder;
import dev.build0711.runner.run.LinkingLadder.Hit;
import dev.build0711.runner.run.PullRequest;
import dev.build0711.runner.run.Repository;
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
          RUN_SET_ASIDE,
          RUN_REQUEUED,
          CONVERSATION_STARTED,
          CONVERSATION_RESUMED,
          CONVERSATION_DOUBLED,
          MESSAGE_ACCEPTED,
          MESSAGE_DELIVERED,
          MESSAGE_REFUSED,
          AGENT_STATUS_UNKNOWN,
          AGENT_ENDED,
          RESULTS_COLLECTED,
          RESULTS_LOST,
          BACKEND_CHANGED,
          BACKEND_SILENT,
          BACKEND_ANSWERED,
          PULL_REQUEST_LINKED,
          PULL_REQUEST_UPDATED,
          PULL_REQUEST_DUPLICATE,
          PULL_REQUEST_MENTIONED ->
          throw new IllegalArgumentException("no activity of a git host: " + activity.type());
    };
  }

  /// Enough to try the ladder again later, as JSON values.
  Map<String, Object> facts() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("clues", json(clues));
    if (pullRequest != null) {
      facts.put("pull_request", json(pullRequest));
    }
    if (activity != null) {
      facts.put("activity", activity.data());
    }
    return facts;
  }

  private static Map<String, Object> json(Clues clues) {
    Repository repository = clues.repository();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("provider", repository.provider().toString());
    json.put("host", repository.host());
    json.put("repository", repository.path());
    put(json, "repository_id", repository.id());
    json.put("numbers", clues.numbers());
    json.put("head_shas", clues.headShas());
    put(json, "marker", clues.marker() == null ? null : clues.marker().toString());
    put(json, "branch", clues.branch());
    json.put("conversations", clues.conversations());
    put(json, "url", clues.url());
    return json;
  }

  private static Map<String, Object> json(PullRequest pull) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("number", pull.number());
    json.put("url", pull.url());
    json.put("state", pull.state().toString());
    json.put("draft", pull.draft());
    json.put("head_branch", pull.headBranch());
    json.put("head_sha", pull.headSha());
    put(json, "head_repository_id", pull.headRepositoryId());
    put(json, "merge_commit_sha", pull.mergeCommitSha());
    json.put("created_at", pull.createdAt().toString());
    json.put("updated_at", pull.updatedAt().toString());
    return json;
  }

  private static void put(Map<String, Object> json, String name, @Nullable Object value) {
    if (value != null) {
      json.put(name, value);
    }
  }
}
