package dev.build0711.runner.gcs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.build0711.runner.port.ArtifactStore;
import dev.build0711.runner.port.StorageUnavailable;
import dev.build0711.runner.postgres.PostgresArtifactStore;
import dev.build0711.runner.postgres.PostgresRunStore;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.testing.ArtifactStoreContract;
import dev.build0711.runner.testing.CloudStorageServer;
import dev.build0711.runner.testing.PostgresExtension;
import dev.build0711.runner.testing.Runs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Artifacts whose bytes lie in a bucket.
class GcsBlobsIT extends ArtifactStoreContract {

  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private final CloudStorageServer cloud = new CloudStorageServer("acme-artifacts");
  private final GcsBlobs blobs =
      GcsBlobs.at(cloud.endpoint(), Bucket.of("acme-artifacts/runner/prod"));

  @AfterEach
  void close() {
    cloud.close();
  }

  @Override
  protected ArtifactStore store() {
    return new PostgresArtifactStore(POSTGRES.source(), blobs);
  }

  @Override
  protected void created(Run run) {
    new PostgresRunStore(POSTGRES.source()).create(run, null);
  }

  @Test
  void objectsLieBelowThePrefixInTheFolderOfTheRun() {
    blobs.put(Runs.ID, "notes.txt", new byte[] {1, 2});

    assertThat(cloud.names()).containsExactly("runner/prod/" + Runs.ID + "/notes.txt");
  }

  @Test
  void whatIsThereAlreadyIsLeftAsItIs() {
    blobs.put(Runs.ID, "notes.txt", new byte[] {1, 2});

    blobs.put(Runs.ID, "notes.txt", new byte[] {1, 2});

    assertThat(blobs.get(Runs.ID, "notes.txt")).containsExactly(1, 2);
  }

  @Test
  void aMomentaryFailureIsRetried() {
    cloud.refuse(503, 503);

    blobs.put(Runs.ID, "notes.txt", new byte[] {1, 2});

    assertThat(cloud.names()).hasSize(1);
    assertThat(cloud.calls()).isEqualTo(3);
  }

  @Test
  void aRefusalIsToldAtOnce() {
    cloud.refuse(403, 403, 403);

    assertThatThrownBy(() -> blobs.put(Runs.ID, "notes.txt", new byte[1]))
        .isInstanceOf(StorageUnavailable.class);
    assertThatThrownBy(() -> blobs.get(Runs.ID, "notes.txt"))
        .isInstanceOf(StorageUnavailable.class);
    assertThatThrownBy(() -> blobs.remove(Runs.ID)).isInstanceOf(StorageUnavailable.class);
    assertThat(cloud.calls()).isEqualTo(3);
  }

  @Test
  void aMissingObjectIsAFaultOfTheStoreNotAnEmptyAnswer() {
    assertThatThrownBy(() -> blobs.get(Runs.ID, "notes.txt"))
        .isInstanceOf(StorageUnavailable.class);
  }

  @Test
  void aBucketCanBeUsedWithoutAPrefix() {
    GcsBlobs whole = GcsBlobs.at(cloud.endpoint(), Bucket.of("acme-artifacts"));

    whole.put(Runs.ID, "notes.txt", new byte[] {1, 2});

    assertThat(cloud.names()).containsExactly(Runs.ID + "/notes.txt");
  }
}
