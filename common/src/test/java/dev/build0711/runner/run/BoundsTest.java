package dev.build0711.runner.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.build0711.runner.run.Progress.Task;
import dev.build0711.runner.run.Progress.TaskStatus;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a run may say of itself, however much its agent says.
class BoundsTest {

  @Test
  void aPercentageIsOne() {
    assertThat(progress(0, 0).percent()).isZero();
    assertThat(progress(100, 0).percent()).isEqualTo(100);
    assertThatIllegalArgumentException().isThrownBy(() -> progress(-1, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> progress(101, 0))
        .withMessage("percent must be 0 to 100, not 101");
  }

  @Test
  void ofATaskListTheFirstHundredAreKept() {
    assertThat(progress(15, 100).total()).isEqualTo(100);
    assertThat(progress(15, 101).total()).isEqualTo(100);
  }

  @Test
  void ofTheFilesThatChangedTheFirstThousandAreKept() {
    ChangedFile file = new ChangedFile("README.md", ChangedFile.Change.UPDATED);

    assertThat(Result.NONE.found(null, null, Collections.nCopies(999, file)).changes())
        .hasSize(999);
    assertThat(Result.NONE.found(null, null, Collections.nCopies(1_001, file)).changes())
        .hasSize(1_000);
  }

  @Test
  void lastWordsAreCutBetweenCharacters() {
    String crab = Character.toString(0x1F980);

    assertThat(Result.NONE.saying(crab.repeat(20_000)).message()).isEqualTo(crab.repeat(20_000));
    assertThat(Result.NONE.saying(crab.repeat(20_001)).message()).isEqualTo(crab.repeat(20_000));
  }

  private static Progress progress(int percent, int tasks) {
    List<Task> all = Collections.nCopies(tasks, new Task("Do it", TaskStatus.DONE));
    return new Progress(percent, all, 0, null, null);
  }
}
