package dev.build0711.runner.app;

import static dev.build0711.runner.testing.Runs.ID;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.port.AgentBackend.Collection;
import dev.build0711.runner.port.Artifact;
import dev.build0711.runner.port.ArtifactStore;
import dev.build0711.runner.port.ArtifactStore.Kept;
import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.ChangedFile;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.Evidence.ResultsCollected;
import dev.build0711.runner.run.RunEvent;
import dev.build0711.runner.run.RunLifecycle;
import dev.build0711.runner.testing.Runs;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What an ended agent left is fetched and kept.
class PollRunResultsTest extends PollRunFixture {

  @Test
  void whatAnEndedAgentLeftIsFetchedOnceAndThenNobodyLooksAgain() {
    stored(after(Runs.working(CompleteOn.EITHER), Runs.seen(new AgentStatus.Finished())));
    backend.collection =
        new Collection.Harvest(
            new ResultsCollected(
                "openhands/fast",
                "4ce62f1c1b0bb1e6dc2bbe2d25d5b4a2c6cd4a6b",
                List.of(new ChangedFile("cart.py", ChangedFile.Change.UPDATED))),
            List.of(artifact("diff.patch", "-slow\n+fast\n")));

    looked("collect");

    assertThat(artifacts.list(ID))
        .extracting(Kept::name)
        .containsExactly("diff.patch", "result.md");
    assertThat(run().work().result().branch()).isEqualTo("openhands/fast");
    assertThat(run().work().result().changes()).hasSize(1);
    assertThat(run().schedule().nextPollAt()).isNull();
    assertThat(wakes).as("nothing is left to be seen").isEmpty();
  }

  @Test
  void whatCannotBeKeptNowIsFetchedAgainHalfAMinuteLater() {
    stored(after(Runs.working(CompleteOn.EITHER), Runs.seen(new AgentStatus.Finished())));
    backend.collection = harvest();
    artifacts.away(true);

    looked("collect");

    assertThat(run().agent().collected()).isFalse();
    assertThat(run().agent().silence()).as("the backend has answered").isNull();
    assertThat(nextLook()).isEqualTo(now.plusSeconds(30));

    artifacts.away(false);
    now = now.plusSeconds(30);
    looked("collect", "collect");

    assertThat(run().agent().collected()).isTrue();
    assertThat(artifacts.list(ID)).hasSize(2);
  }

  @Test
  void whatCanNeverBeKeptIsGivenUpAfterAWhile() {
    stored(after(Runs.working(CompleteOn.EITHER), Runs.seen(new AgentStatus.Finished())));
    backend.collection = harvest();
    artifacts.away(true);
    now = now.plus(RunLifecycle.COLLECT_FOR);

    looked("collect");

    assertThat(run().agent().collected()).isTrue();
    assertThat(run().schedule().nextPollAt()).isNull();
    assertThat(store.events(ID, 1).getFirst().event().type()).isEqualTo(RunEvent.Type.RESULTS_LOST);
  }

  @Test
  void aBackendCannotWriteTheRunnersOwnPageNorMoreThanARunKeeps() {
    stored(after(Runs.working(CompleteOn.EITHER), Runs.seen(new AgentStatus.Finished())));
    List<Artifact> many = new ArrayList<>();
    many.add(artifact("result.md", "forged"));
    for (int i = 0; i < 12; i++) {
      many.add(artifact("part-" + i, "part"));
    }
    backend.collection = new Collection.Harvest(found(), many);

    looked("collect");

    assertThat(artifacts.list(ID)).hasSize(ArtifactStore.MOST);
    Kept page = artifacts.list(ID).getLast();
    assertThat(new String(artifacts.read(ID, page), UTF_8)).startsWith("# Result of " + ID);
  }

  private static Collection.Harvest harvest() {
    return new Collection.Harvest(found(), List.of(artifact("diff.patch", "-slow\n+fast\n")));
  }

  private static ResultsCollected found() {
    return new ResultsCollected("openhands/fast", null, List.of());
  }

  private static Artifact artifact(String name, String text) {
    return new Artifact(name, "text/plain", text.getBytes(UTF_8), false);
  }
}
