package dev.build0711.runner.run;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A pull request, or GitLab's merge request, as a delivery or a look-up showed it.
///
/// @param repository the repository it asks to be merged into
/// @param headRepositoryId where its branch lies; another number than the repository's for a fork
/// @param updatedAt the host's time of these facts; older facts change nothing
public record PullRequest(
    Repository repository,
    long number,
    String url,
    State state,
    boolean draft,
    String headBranch,
    String headSha,
    @Nullable Long headRepositoryId,
    @Nullable String mergeCommitSha,
    Instant createdAt,
    Instant updatedAt) {

  public enum State {
    OPEN,
    CLOSED,
    MERGED;

    @Override
    public String toString() {
      return Words.of(this);
    }
  }

  /// Whether both are the same request, whatever is known of each.
  public boolean same(PullRequest other) {
    return number == other.number && repository.same(other.repository);
  }

  public boolean fromFork() {
    return headRepositoryId == null || !headRepositoryId.equals(repository.id());
  }
}
