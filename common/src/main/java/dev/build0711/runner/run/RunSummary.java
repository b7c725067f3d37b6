package dev.build0711.runner.run;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is shown of a run at first, alone or in a list: little enough to be read for a whole page
/// of runs.
///
/// @param repository the path of the repository as it is known now, `owner/name`
/// @param branch the branch that was asked for, null for the repository's default
/// @param metadata the caller's JSON object as text
/// @param percent how far the run is, 100 once it is COMPLETED
/// @param pullRequests what was linked, earliest first
/// @param attempts how many starts and resumptions there were; zero before the first
public record RunSummary(
    RunId id,
    String projectId,
    @Nullable String title,
    @Nullable String repository,
    @Nullable String branch,
    @Nullable String metadata,
    Standing standing,
    int percent,
    List<LinkedPullRequest> pullRequests,
    int attempts,
    Instant createdAt,
    Instant updatedAt) {

  public RunSummary {
    pullRequests = List.copyOf(pullRequests);
  }
}
