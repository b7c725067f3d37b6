package dev.build0711.runner.run;

import dev.build0711.runner.run.Evidence.GitActivity;
import dev.build0711.runner.run.Evidence.PullRequestSeen;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What follows from what a git host tells.
final class GitWitness {

  /// A run keeps this many pull requests; what comes after them is not attached.
  static final int MAX_PULL_REQUESTS = 20;

  private GitWitness() {}

  static void seen(Draft draft, PullRequestSeen evidence) {
    PullRequest shown = evidence.pullRequest();
    Repository known = draft.run().repository();
    if (known != null && !known.same(shown.repository())) {
      draft.refuse("the pull request belongs to another repository");
      return;
    }
    List<LinkedPullRequest> links = new ArrayList<>(draft.run().pullRequests());
    int at = indexOf(links, shown);
    if (at >= 0) {
      update(draft, links, at, shown);
    } else if (links.size() < MAX_PULL_REQUESTS) {
      attach(draft, links, evidence);
    } else {
      draft.refuse("the run has too many pull requests");
      return;
    }
    decide(draft);
  }

  static void told(Draft draft, GitActivity evidence) {
    Repository known = draft.run().repository();
    if (known != null && known.id() == null && evidence.repositoryId() != null) {
      draft.set(
          draft
              .run()
              .with(
                  new Repository(
                      known.provider(), known.host(), known.path(), evidence.repositoryId())));
    }
    draft.event(evidence.type(), evidence.data());
  }

  private static int indexOf(List<LinkedPullRequest> links, PullRequest shown) {
    for (int i = 0; i < links.size(); i++) {
      if (links.get(i).pullRequest().same(shown)) {
        return i;
      }
    }
    return -1;
  }

  private static void attach(Draft draft, List<LinkedPullRequest> links, PullRequestSeen evidence) {
    PullRequest shown = evidence.pullRequest();
    RunEvent.Type type =
        links.isEmpty() ? RunEvent.Type.PULL_REQUEST_LINKED : RunEvent.Type.PULL_REQUEST_DUPLICATE;
    links.add(new LinkedPullRequest(shown, evidence.rule(), draft.now()));
    draft.set(draft.run().withPullRequests(links).with(shown.repository()));
    Map<String, Object> data = facts(shown);
    data.put("rule", evidence.rule().toString());
    draft.event(type, data);
  }

  private static void update(
      Draft draft, List<LinkedPullRequest> links, int at, PullRequest shown) {
    LinkedPullRequest old = links.get(at);
    if (shown.updatedAt().isBefore(old.pullRequest().updatedAt())
        || shown.equals(old.pullRequest())) {
      return;
    }
    links.set(at, new LinkedPullRequest(shown, old.rule(), old.linkedAt()));
    draft.set(draft.run().withPullRequests(links).with(shown.repository()));
    draft.event(RunEvent.Type.PULL_REQUEST_UPDATED, facts(shown));
  }

  private static void decide(Draft draft) {
    boolean byPullRequest =
        switch (draft.run().spec().completeOn()) {
          case AGENT -> false;
          case EITHER, PULL_REQUEST, MERGE -> RunLifecycle.satisfied(draft.run());
        };
    switch (draft.run().status()) {
      case QUEUED, RUNNING, AWAITING_INPUT, CANCELLING, FAILED, TIMED_OUT -> {
        if (byPullRequest) {
          draft.move(RunStatus.COMPLETED, null);
        } else if (draft.run().standing().phase() == Phase.AWAITING_MERGE
            && RunLifecycle.closedForGood(draft.run())) {
          draft.move(RunStatus.FAILED, Reason.PULL_REQUEST_CLOSED);
        }
      }
      case COMPLETED, CANCELLED -> {
        // only recorded
      }
    }
  }

  private static Map<String, Object> facts(PullRequest shown) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("repository", shown.repository().path());
    data.put("number", shown.number());
    data.put("url", shown.url());
    data.put("state", shown.state().toString());
    data.put("draft", shown.draft());
    data.put("head_sha", shown.headSha());
    return data;
  }
}
