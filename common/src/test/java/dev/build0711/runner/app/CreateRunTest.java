package dev.build0711.runner.app;

import static dev.build0711.runner.testing.Runs.T0;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.build0711.runner.port.RunStore.Creation;
import dev.build0711.runner.port.RunStore.Creation.Created;
import dev.build0711.runner.port.RunStore.IdempotencyKey;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.port.StorageUnavailable;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.Marker;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunSpec;
import dev.build0711.runner.run.RunStatus;
import dev.build0711.runner.testing.InMemoryRunStore;
import dev.build0711.runner.testing.RecordedWakeUps;
import dev.build0711.runner.testing.Runs;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What is accepted is stored before anything else, and looked at once.
class CreateRunTest {

  private static final RunSpec SPEC = Runs.spec(CompleteOn.EITHER);

  private final InMemoryRunStore store = new InMemoryRunStore(() -> T0);
  private final List<Wake> woken = new ArrayList<>();
  private final CreateRun createRun =
      new CreateRun(store, new RecordedWakeUps(woken), () -> T0, new Random(1));

  @Test
  void aRunIsStoredAndIsToBeLookedAtAtOnce() {
    Run run = created(createRun.create(SPEC, null));

    assertThat(store.find(run.id())).get().extracting(Run::status).isEqualTo(RunStatus.QUEUED);
    assertThat(woken).containsExactly(new Wake(run.id(), run.schedule().wakeNo(), T0));
  }

  @Test
  void theSameRequestIsAnsweredWithTheSameRunAndWakesNobody() {
    var key = new IdempotencyKey("order-1", "a".repeat(64));
    Run run = created(createRun.create(SPEC, key));

    assertThat(createRun.create(SPEC, key)).isEqualTo(new Creation.Replayed(run));
    assertThat(createRun.create(SPEC, new IdempotencyKey("order-1", "b".repeat(64))))
        .isEqualTo(new Creation.KeyReused());
    assertThat(woken).hasSize(1);
    assertThat(store.all()).hasSize(1);
  }

  @Test
  void whatCannotBeStoredIsNotAcceptedAndWakesNobody() {
    store.down(true);

    assertThatThrownBy(() -> createRun.create(SPEC, null)).isInstanceOf(StorageUnavailable.class);
    assertThat(woken).isEmpty();
  }

  @Test
  void theAgentGetsThePromptAndHowItsPullRequestIsRecognised() {
    Prompts prompts = new Prompts(new Marker(() -> "a key of the tests"));
    Run run = Runs.queued(CompleteOn.EITHER);

    assertThat(prompts.of(run))
        .startsWith(SPEC.compiledPrompt() + "\n\n---\n")
        .contains("The repository acme/widgets is checked out in your working directory.\n")
        .contains("named openhands/" + run.id())
        .contains(new Marker(() -> "a key of the tests").of(run.id()))
        .isEqualTo(prompts.of(run));
    assertThat(prompts.of(Runs.accepted("shop", 0, T0))).doesNotContain("The repository");
  }

  private static Run created(Creation creation) {
    return ((Created) creation).run();
  }
}
