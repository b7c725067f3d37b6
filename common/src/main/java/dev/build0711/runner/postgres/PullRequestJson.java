package dev.build0711.runner.postgres;

import dev.build0711.runner.run.GitProvider;
import dev.build0711.runner.run.LinkRule;
import dev.build0711.runner.run.LinkedPullRequest;
import dev.build0711.runner.run.PullRequest;
import dev.build0711.runner.run.Repository;
import java.util.Map;

/// Row of `pull_request` as JSON, with the names of its columns ↔ [LinkedPullRequest].
final class PullRequestJson {

  private PullRequestJson() {}

  static Map<String, Object> write(int position, LinkedPullRequest link) {
    PullRequest it = link.pullRequest();
    return new Members()
        .with("position", position)
        .with("git_provider", it.repository().provider())
        .with("git_host", it.repository().host())
        .with("repository", it.repository().path())
        .with("repository_id", it.repository().id())
        .with("number", it.number())
        .with("url", it.url())
        .with("state", it.state())
        .with("draft", it.draft())
        .with("head_branch", it.headBranch())
        .with("head_sha", it.headSha())
        .with("head_repository_id", it.headRepositoryId())
        .with("merge_commit_sha", it.mergeCommitSha())
        .with("created_at", it.createdAt())
        .with("updated_at", it.updatedAt())
        .with("rule", link.rule())
        .with("linked_at", link.linkedAt())
        .all();
  }

  static LinkedPullRequest read(Document row) {
    var repository =
        new Repository(
            row.word("git_provider", GitProvider.class),
            row.text("git_host"),
            row.text("repository"),
            row.numberOrNull("repository_id"));
    var pullRequest =
        new PullRequest(
            repository,
            row.number("number"),
            row.text("url"),
            row.word("state", PullRequest.State.class),
            row.flag("draft"),
            row.text("head_branch"),
            row.text("head_sha"),
            row.numberOrNull("head_repository_id"),
            row.textOrNull("merge_commit_sha"),
            row.time("created_at"),
            row.time("updated_at"));
    return new LinkedPullRequest(
        pullRequest, row.word("rule", LinkRule.class), row.time("linked_at"));
  }
}
