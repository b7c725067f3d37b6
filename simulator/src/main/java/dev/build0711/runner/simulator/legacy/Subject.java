package dev.build0711.runner.simulator.legacy;

import org.jspecify.annotations.Nullable;

/// What a conversation is about, as its start said.
///
/// @param repository as `owner/name`, null for none
/// @param provider the git host's name, null when the start did not say
record Subject(@Nullable String repository, @Nullable String branch, @Nullable String provider) {

  /// The page of the repository, null when there is none.
  @Nullable String repositoryUrl() {
    String host =
        switch (provider == null ? "" : provider) {
          case "gitlab" -> "gitlab.com";
          case "bitbucket" -> "bitbucket.org";
          default -> "github.com";
        };
    return repository == null ? null : "https://" + host + "/" + repository;
  }

  /// Where the agent works.
  String workingDir() {
    return repository == null
        ? "/workspace"
        : "/workspace/" + repository.substring(repository.lastIndexOf('/') + 1);
  }
}
