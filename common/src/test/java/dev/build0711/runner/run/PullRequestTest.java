package dev.build0711.runner.run;

import static dev.build0711.runner.testing.Runs.T0;
import static dev.build0711.runner.testing.Runs.WIDGETS;
import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PullRequestTest {

  @Test
  void whoseBranchIsNotKnownToLieInItsRepositoryIsOfAFork() {
    assertThat(from(WIDGETS, WIDGETS.id()).fromFork()).isFalse();
    assertThat(from(WIDGETS, 5L).fromFork()).isTrue();
    assertThat(from(WIDGETS, null).fromFork()).isTrue();
    Repository unknown = new Repository(GitProvider.GITHUB, "github.com", "acme/widgets", null);
    assertThat(from(unknown, 5L).fromFork()).isTrue();
  }

  private static PullRequest from(Repository repository, @Nullable Long head) {
    return new PullRequest(
        repository, 7, "", PullRequest.State.OPEN, false, "fix", "ada6", head, null, T0, T0);
  }
}
