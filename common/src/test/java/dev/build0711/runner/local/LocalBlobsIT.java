package dev.build0711.runner.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.build0711.runner.port.ArtifactStore;
import dev.build0711.runner.port.StorageUnavailable;
import dev.build0711.runner.postgres.PostgresArtifactStore;
import dev.build0711.runner.postgres.PostgresRunStore;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.testing.ArtifactStoreContract;
import dev.build0711.runner.testing.PostgresExtension;
import dev.build0711.runner.testing.Runs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Artifacts whose bytes lie in files.
class LocalBlobsIT extends ArtifactStoreContract {

  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  @TempDir private Path directory;

  private LocalBlobs blobs() {
    return new LocalBlobs(directory.resolve("data"));
  }

  @Override
  protected ArtifactStore store() {
    return new PostgresArtifactStore(POSTGRES.source(), blobs());
  }

  @Override
  protected void created(Run run) {
    new PostgresRunStore(POSTGRES.source()).create(run, null);
  }

  @Test
  void filesAreForTheirUserAlone() throws IOException {
    blobs().put(Runs.ID, "notes.txt", new byte[] {1, 2});

    Path folder = directory.resolve("data").resolve(Runs.ID.toString());
    assertThat(permissions(directory.resolve("data"))).isEqualTo("rwx------");
    assertThat(permissions(folder)).isEqualTo("rwx------");
    assertThat(permissions(folder.resolve("notes.txt"))).isEqualTo("rw-------");
  }

  @Test
  void nothingUnfinishedIsLeftBesideAFile() throws IOException {
    blobs().put(Runs.ID, "notes.txt", new byte[] {1, 2});
    blobs().put(Runs.ID, "notes.txt", new byte[] {1, 2});

    try (Stream<Path> files = Files.list(directory.resolve("data").resolve(Runs.ID.toString()))) {
      assertThat(files.map(Path::getFileName)).containsExactly(Path.of("notes.txt"));
    }
  }

  @Test
  void noKeyLeavesTheFolderOfTheRun() {
    for (String key : List.of("../escaped", "a/b", "/etc/passwd", "..", ".hidden", "", "a\0b")) {
      assertThatThrownBy(() -> blobs().put(Runs.ID, key, new byte[1]))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> blobs().get(Runs.ID, key))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aMissingFileIsAFaultOfTheStoreNotAnEmptyAnswer() {
    assertThatThrownBy(() -> blobs().get(Runs.ID, "notes.txt"))
        .isInstanceOf(StorageUnavailable.class);
  }

  @Test
  void aDirectoryThatCannotBeWrittenIsUnavailable() throws IOException {
    Files.writeString(directory.resolve("data"), "a file where the directory should be");

    assertThatThrownBy(() -> blobs().put(Runs.ID, "notes.txt", new byte[1]))
        .isInstanceOf(StorageUnavailable.class);
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
