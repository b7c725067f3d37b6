package dev.build0711.runner.app;

import dev.build0711.runner.run.Marker;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.run.Run;

/// The text that an agent gets: the caller's prompt, and below it how a pull request is recognised
/// as the run's.
public final class Prompts {

  private final Marker marker;

  public Prompts(Marker marker) {
    this.marker = marker;
  }

  /// The whole prompt for `run`. The same run always gets the same text.
  public String of(Run run) {
    Repository repository = run.spec().repository();
    return run.spec().compiledPrompt()
        + "\n\n---\n"
        + (repository == null ? "" : workspace(repository))
        + pullRequest(run);
  }

  private static String workspace(Repository repository) {
    return """
    The repository %s is checked out in your working directory.
    """
        .formatted(repository.path());
  }

  private String pullRequest(Run run) {
    return """
    If you open a pull request or merge request for this task:
    * commit to a new branch named openhands/%s in the repository itself,
    * put this line into its description, unchanged: %s
    """
        .formatted(run.id(), marker.of(run.id()));
  }
}
