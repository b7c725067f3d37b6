package dev.build0711.runner.githost.github;

import dev.build0711.runner.githost.Payload;
import dev.build0711.runner.port.GitEvent.Shown;
import dev.build0711.runner.run.GitProvider;
import dev.build0711.runner.run.PullRequest;
import dev.build0711.runner.run.Repository;
import java.time.Instant;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The things in GitHub's payloads that deliveries of several kinds share.
final class GitHubFacts {

  private static final Pattern WORD = Pattern.compile("[a-z_]{1,40}");

  private GitHubFacts() {}

  /// The repository, null where the host or the path is missing.
  static @Nullable Repository repository(Payload repository) {
    String host = repository.host("html_url");
    String path = repository.word("full_name");
    return host == null || path == null || path.indexOf('/') < 0
        ? null
        : new Repository(GitProvider.GITHUB, host, path, repository.number("id"));
  }

  /// The pull request, null where it is not told whole. Its text is that of its description.
  static @Nullable Shown shown(Repository repository, Payload pull) {
    Long number = pull.number("number");
    String url = pull.word("html_url");
    Instant updated = pull.time("updated_at");
    if (number == null || url == null || pull.host("html_url") == null || updated == null) {
      return null;
    }
    PullRequest.State state = state(pull);
    PullRequest facts =
        new PullRequest(
            repository,
            number,
            url,
            state,
            pull.flag("draft"),
            Objects.requireNonNullElse(pull.at("head").word("ref"), ""),
            Objects.requireNonNullElse(pull.at("head").word("sha"), ""),
            pull.at("head", "repo").number("id"),
            state == PullRequest.State.MERGED ? pull.word("merge_commit_sha") : null,
            Objects.requireNonNullElse(pull.time("created_at"), Instant.EPOCH),
            updated);
    return new Shown(facts, pull.text("body"));
  }

  /// Reviews show pull requests without `merged`, but with `merged_at`. `merge_commit_sha` says
  /// nothing: before the merge it names a trial.
  private static PullRequest.State state(Payload pull) {
    if (pull.flag("merged") || pull.time("merged_at") != null) {
      return PullRequest.State.MERGED;
    }
    return "closed".equals(pull.word("state")) ? PullRequest.State.CLOSED : PullRequest.State.OPEN;
  }

  /// One of GitHub's own words, which are lower case with underscores.
  static String word(String value) {
    return WORD.matcher(value).matches() ? value : "unknown";
  }
}
