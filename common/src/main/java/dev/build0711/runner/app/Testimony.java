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
import java.util.List;
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
}
