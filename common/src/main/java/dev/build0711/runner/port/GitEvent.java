package dev.build0711.runner.port;

import dev.build0711.runner.run.PullRequest;
import dev.build0711.runner.run.Repository;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a delivery tells, in the same words for every git host. What people wrote is in
/// [Shown#text] alone, which is searched and never kept.
public sealed interface GitEvent {

  /// The host has tried out the webhook.
  record Ping() implements GitEvent {}

  /// A pull request as it is now, whatever happened to it.
  record PullRequestShown(Shown shown) implements GitEvent {}

  /// A branch was made or got commits.
  ///
  /// @param headSha its newest commit, null where the host does not tell
  record BranchPushed(Repository repository, String branch, @Nullable String headSha)
      implements GitEvent {}

  /// Somebody has judged a pull request.
  ///
  /// @param shown the pull request, where the delivery carries all of it
  /// @param verdict the host's word: `approved`, `changes_requested`, `commented`, `unapproved`
  record ReviewSubmitted(
      Repository repository,
      long number,
      @Nullable Shown shown,
      String verdict,
      @Nullable String url)
      implements GitEvent {}

  /// Somebody has commented on a pull request.
  ///
  /// @param shown the pull request, where the delivery carries all of it
  record CommentCreated(
      Repository repository, long number, @Nullable Shown shown, @Nullable String url)
      implements GitEvent {}

  /// A check, a workflow or a pipeline has ended.
  ///
  /// @param numbers the pull requests it was for, where the host tells
  /// @param branch its branch, null where that lies in a fork or is not told
  /// @param conclusion `success`, `failure`, or another word of the host
  record CiFinished(
      Repository repository,
      List<Long> numbers,
      String headSha,
      @Nullable String branch,
      String conclusion,
      @Nullable String url)
      implements GitEvent {

    public CiFinished {
      numbers = List.copyOf(numbers);
    }
  }

  /// A repository has a new name; its id stays.
  record RepositoryRenamed(Repository renamed, String oldPath) implements GitEvent {}

  /// Nothing that concerns runs.
  ///
  /// @param why one of our own sentences
  record Ignored(String why) implements GitEvent {}

  /// A pull request with its text.
  ///
  /// @param text the description, only to be searched for marks
  record Shown(PullRequest pullRequest, String text) {}
}
