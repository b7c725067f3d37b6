package dev.build0711.runner.port;

import dev.build0711.runner.port.GitEvent.Shown;
import dev.build0711.runner.run.Repository;
import java.time.Duration;
import java.util.List;

/// One git host that can be asked for pull requests, rather than waited for.
public interface PullRequestLookUp {

  /// Whether the repository lies on this host.
  boolean covers(Repository repository);

  /// What the host shows of the pull requests that are asked for: nothing where it cannot be asked,
  /// or answers nothing of use. Whatever it does, this never throws.
  ///
  /// @param limit for all of it
  List<Shown> find(Question question, Duration limit);

  /// Which pull requests are wanted; where they are too many to be asked for at once, the first of
  /// each list are.
  ///
  /// @param branches those from these branches of the repository itself
  /// @param numbers those with these numbers
  record Question(Repository repository, List<String> branches, List<Long> numbers) {

    public Question {
      branches = List.copyOf(branches);
      numbers = List.copyOf(numbers);
    }
  }
}
