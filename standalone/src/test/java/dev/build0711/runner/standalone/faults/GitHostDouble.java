package dev.build0711.runner.standalone.faults;

import dev.build0711.runner.port.GitEvent.Shown;
import dev.build0711.runner.port.PullRequestLookUp;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.run.RunId;
import java.time.Duration;
import java.util.List;

/// A git host that has lost every webhook: in one of its repositories each run has opened a pull
/// request, in the others none has.
final class GitHostDouble implements PullRequestLookUp {

  @Override
  public boolean covers(Repository repository) {
    return true;
  }

  @Override
  public List<Shown> find(Question question, Duration limit) {
    if (!question.repository().same(UseCases.LOST)) {
      return List.of();
    }
    RunId id = RunId.parse(question.branches().getFirst().replaceFirst(".*/", ""));
    return List.of(UseCases.shown(id, UseCases.LOST));
  }
}
