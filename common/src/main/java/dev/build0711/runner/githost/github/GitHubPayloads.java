package dev.build0711.runner.githost.github;

import dev.build0711.runner.githost.Payload;
import dev.build0711.runner.port.GitEvent;
import dev.build0711.runner.port.GitEvent.BranchPushed;
import dev.build0711.runner.port.GitEvent.CommentCreated;
import dev.build0711.runner.port.GitEvent.Ignored;
import dev.build0711.runner.port.GitEvent.Ping;
import dev.build0711.runner.port.GitEvent.PullRequestShown;
import dev.build0711.runner.port.GitEvent.RepositoryRenamed;
import dev.build0711.runner.port.GitEvent.ReviewSubmitted;
import dev.build0711.runner.port.GitEvent.Shown;
import dev.build0711.runner.run.Repository;
import org.jspecify.annotations.Nullable;

/// What GitHub's payloads tell, after its page "Webhook events and payloads".
final class GitHubPayloads {

  private static final String BRANCHES = "refs/heads/";

  private GitHubPayloads() {}

  /// @param kind the value of `X-GitHub-Event`
  static GitEvent event(String kind, Payload body) {
    if (kind.equals("ping")) {
      return new Ping();
    }
    Repository repository = GitHubFacts.repository(body.at("repository"));
    if (repository == null) {
      return new Ignored("names no repository");
    }
    return switch (kind) {
      case "pull_request", "pull_request_review_thread" -> shown(repository, body);
      case "pull_request_review" -> review(repository, body);
      case "pull_request_review_comment", "issue_comment" -> comment(repository, body);
      case "push" -> push(repository, body);
      case "create" -> created(repository, body);
      case "check_run", "check_suite", "workflow_run", "status" ->
          GitHubChecks.event(kind, repository, body);
      case "repository" -> renamed(repository, body);
      default -> new Ignored("no event that concerns runs");
    };
  }

  private static GitEvent shown(Repository repository, Payload body) {
    Shown shown = GitHubFacts.shown(repository, body.at("pull_request"));
    return shown == null ? new Ignored("shows no whole pull request") : new PullRequestShown(shown);
  }

  private static GitEvent review(Repository repository, Payload body) {
    Long number = body.at("pull_request").number("number");
    String verdict = body.at("review").word("state");
    if (!"submitted".equals(body.word("action")) || number == null || verdict == null) {
      return shown(repository, body);
    }
    return new ReviewSubmitted(
        repository,
        number,
        GitHubFacts.shown(repository, body.at("pull_request")),
        GitHubFacts.word(verdict),
        body.at("review").word("html_url"));
  }

  /// A comment on a line shows the pull request; one below it shows the issue behind it, which has
  /// a `pull_request` where it is one.
  private static GitEvent comment(Repository repository, Payload body) {
    Payload issue = body.at("issue");
    boolean below = issue.at("pull_request").present();
    Long number = (below ? issue : body.at("pull_request")).number("number");
    if (number == null) {
      return new Ignored("comments on no pull request");
    }
    if (!"created".equals(body.word("action"))) {
      return shown(repository, body);
    }
    @Nullable Shown shown = GitHubFacts.shown(repository, body.at("pull_request"));
    return new CommentCreated(repository, number, shown, body.at("comment").word("html_url"));
  }

  private static GitEvent push(Repository repository, Payload body) {
    String ref = body.word("ref");
    String after = body.commit("after");
    if (ref == null || !ref.startsWith(BRANCHES) || body.flag("deleted") || after == null) {
      return new Ignored("pushes no commits to a branch");
    }
    return new BranchPushed(repository, ref.substring(BRANCHES.length()), after);
  }

  private static GitEvent created(Repository repository, Payload body) {
    String ref = body.word("ref");
    return ref == null || !"branch".equals(body.word("ref_type"))
        ? new Ignored("makes no branch")
        : new BranchPushed(repository, ref, null);
  }

  private static GitEvent renamed(Repository repository, Payload body) {
    String oldPath =
        switch (body.text("action")) {
          case "renamed" -> oldName(repository, body);
          case "transferred" -> oldOwner(repository, body);
          default -> null;
        };
    return oldPath == null
        ? new Ignored("changes no repository's name")
        : new RepositoryRenamed(repository, oldPath);
  }

  private static @Nullable String oldName(Repository repository, Payload body) {
    String name = body.at("changes", "repository", "name").word("from");
    String path = repository.path();
    return name == null ? null : path.substring(0, path.lastIndexOf('/') + 1) + name;
  }

  private static @Nullable String oldOwner(Repository repository, Payload body) {
    Payload from = body.at("changes", "owner", "from");
    String organization = from.at("organization").word("login");
    String owner = organization == null ? from.at("user").word("login") : organization;
    String path = repository.path();
    return owner == null ? null : owner + path.substring(path.lastIndexOf('/'));
  }
}
