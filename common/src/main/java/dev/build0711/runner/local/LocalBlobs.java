package dev.build0711.runner.local;

import dev.build0711.runner.port.Artifact;
import dev.build0711.runner.port.Blobs;
import dev.build0711.runner.port.StorageUnavailable;
import dev.build0711.runner.run.RunId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/// Files below a directory, for the user of this process alone: a folder for each run. A file
/// appears under its name only once its bytes are on the disk.
public final class LocalBlobs implements Blobs {

  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

  private final Path root;

  /// @param root made when the first bytes are put
  public LocalBlobs(Path root) {
    this.root = root;
  }

  @Override
  public void put(RunId run, String key, byte[] bytes) {
    Path file = file(run, key);
    try {
      Files.createDirectories(file.getParent(), only("rwx------"));
      Path unfinished =
          Files.createTempFile(file.getParent(), ".unfinished-", "", only("rw-------"));
      try {
        write(unfinished, bytes);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(unfinished);
      }
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
  }

  @Override
  public byte[] get(RunId run, String key) {
    Path file = file(run, key);
    try {
      if (Files.size(file) > Artifact.MAX_BYTES) {
        throw new IOException("the file is larger than any artifact");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  @Override
  public void remove(RunId run) {
    Path folder = root.resolve(run.toString());
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> all = files.toList();
      for (Path file : all) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  private Path file(RunId run, String key) {
    if (!KEY.matcher(key).matches()) {
      throw new IllegalArgumentException("no key of a file");
    }
    return root.resolve(run.toString()).resolve(key);
  }

  private static FileAttribute<?>[] only(String permissions) {
    return POSIX
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  private static StorageUnavailable unavailable(IOException cause) {
    return new StorageUnavailable("the directory of artifacts cannot be used now", cause);
  }
}
