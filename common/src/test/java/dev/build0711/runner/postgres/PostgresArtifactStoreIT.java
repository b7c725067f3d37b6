package dev.build0711.runner.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.build0711.runner.port.ArtifactStore;
import dev.build0711.runner.port.StorageUnavailable;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.testing.ArtifactStoreContract;
import dev.build0711.runner.testing.PostgresExtension;
import dev.build0711.runner.testing.Runs;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Artifacts whose bytes lie in the database.
class PostgresArtifactStoreIT extends ArtifactStoreContract {

  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private final ArtifactStore store = new PostgresArtifactStore(POSTGRES.source(), null);

  @Override
  protected ArtifactStore store() {
    return store;
  }

  @Override
  protected void created(Run run) {
    new PostgresRunStore(POSTGRES.source()).create(run, null);
  }

  @Test
  void artifactsGoWithTheirRun() {
    keptOfOne();

    POSTGRES.execute("delete from run");

    assertThat(store.list(Runs.ID)).isEmpty();
  }

  @Test
  void bytesThatAreNotThoseOfTheDigestAreNotServed() {
    keptOfOne();
    POSTGRES.execute("update run_artifact set bytes = 'x'");

    assertUnreadable();
  }

  @Test
  void whatWasKeptOutsideIsNotTakenForEmpty() {
    keptOfOne();
    POSTGRES.execute("update run_artifact set bytes = null");

    assertUnreadable();
  }

  private void keptOfOne() {
    created(Run.accepted(Runs.ID, Runs.spec(CompleteOn.EITHER), Runs.T0));
    store.keep(Runs.ID, List.of(artifact("diff.patch", "text/x-patch", "+1\n")));
  }

  private void assertUnreadable() {
    ArtifactStore.Kept kept = store.list(Runs.ID).getFirst();
    assertThatThrownBy(() -> store.read(Runs.ID, kept)).isInstanceOf(StorageUnavailable.class);
  }
}
