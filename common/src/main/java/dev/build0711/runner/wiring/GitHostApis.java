package dev.build0711.runner.wiring;

import dev.build0711.runner.config.RunnerConfig;
import dev.build0711.runner.config.Secret;
import dev.build0711.runner.exchange.Exchanges;
import dev.build0711.runner.githost.github.GitHubLookUp;
import dev.build0711.runner.githost.gitlab.GitLabLookUp;
import dev.build0711.runner.port.PullRequestLookUp;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// Makes the git hosts that can be asked: those of a configuration for which it has a token.
final class GitHostApis {

  private GitHostApis() {}

  static List<PullRequestLookUp> of(
      RunnerConfig.Git git, SecretValues secrets, InstantSource time) {
    Secret github = git.githubToken();
    Secret gitlab = git.gitlabToken();
    if (github == null && gitlab == null) {
      return List.of();
    }
    var exchanges = new Exchanges();
    List<PullRequestLookUp> hosts = new ArrayList<>();
    if (github != null) {
      hosts.add(new GitHubLookUp(git.githubUrl(), () -> secrets.optional(github), exchanges, time));
    }
    if (gitlab != null) {
      hosts.add(new GitLabLookUp(git.gitlabUrl(), () -> secrets.optional(gitlab), exchanges, time));
    }
    return hosts;
  }
}
