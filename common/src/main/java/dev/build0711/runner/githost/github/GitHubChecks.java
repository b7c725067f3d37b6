package dev.build0711.runner.githost.github;

import dev.build0711.runner.githost.Payload;
import dev.build0711.runner.port.GitEvent;
import dev.build0711.runner.port.GitEvent.CiFinished;
import dev.build0711.runner.port.GitEvent.Ignored;
import dev.build0711.runner.run.Clues;
import dev.build0711.runner.run.Repository;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What GitHub tells of checks, workflows and commit statuses.
final class GitHubChecks {

  private GitHubChecks() {}

  static GitEvent event(String kind, Repository repository, Payload body) {
    if (kind.equals("status")) {
      return status(repository, body);
    }
    Payload check = body.at(kind);
    String sha = check.commit("head_sha");
    String conclusion = check.word("conclusion");
    if (!"completed".equals(body.word("action")) || sha == null || conclusion == null) {
      return new Ignored("a check that has not ended");
    }
    return new CiFinished(
        repository,
        numbers(repository, check),
        sha,
        branch(kind, repository, check),
        GitHubFacts.word(conclusion),
        check.word("html_url"));
  }

  private static GitEvent status(Repository repository, Payload body) {
    String sha = body.commit("sha");
    String state = body.word("state");
    if (sha == null || state == null || state.equals("pending")) {
      return new Ignored("a check that has not ended");
    }
    String conclusion = state.equals("error") ? "failure" : GitHubFacts.word(state);
    return new CiFinished(repository, List.of(), sha, null, conclusion, null);
  }

  /// GitHub lists every pull request with this head, those into other repositories too.
  private static List<Long> numbers(Repository repository, Payload check) {
    return check.objects("pull_requests", Clues.MAX).stream()
        .filter(pull -> Objects.equals(pull.at("base", "repo").number("id"), repository.id()))
        .map(pull -> pull.number("number"))
        .filter(Objects::nonNull)
        .toList();
  }

  /// Checks of a fork's commit have no `head_branch`; workflows have one, and name the fork.
  private static @Nullable String branch(String kind, Repository repository, Payload check) {
    if (kind.equals("check_run")) {
      return check.at("check_suite").word("head_branch");
    }
    Long head = check.at("head_repository").number("id");
    boolean fork = head != null && !head.equals(repository.id());
    return fork ? null : check.word("head_branch");
  }
}
