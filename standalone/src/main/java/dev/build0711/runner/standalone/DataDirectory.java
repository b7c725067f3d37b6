package dev.build0711.runner.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// The folder of one standalone runner: its database, its generated secrets, and the lock that
/// keeps a second runner out. The operating system drops the lock with the process, however it
/// ends.
final class DataDirectory implements AutoCloseable {

  private static final String DATABASE = "postgres";
  private static final int SECRET_BYTES = 32;

  private final Path folder;
  private final FileChannel lock;

  private DataDirectory(Path folder, FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /// Takes the folder of a runner that has been served from it.
  ///
  /// @throws Unusable if it is none, or another runner has it
  static DataDirectory existing(Path folder) {
    if (!Files.isDirectory(folder.resolve(DATABASE))) {
      throw new Unusable(
          "no runner has kept its runs in " + folder + "; name its folder with --data");
    }
    return open(folder);
  }

  /// Takes the folder, making it if it is not there.
  ///
  /// @throws Unusable if another runner has it
  static DataDirectory open(Path folder) {
    try {
      Files.createDirectories(folder);
      FileChannel channel =
          FileChannel.open(
              folder.resolve("lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      if (tryLock(channel) == null) {
        String owner = owner(channel);
        channel.close();
        throw new Unusable(
            "another runner (process "
                + owner
                + ") is using "
                + folder
                + "; stop it, or name another folder with --data");
      }
      channel.truncate(0);
      channel.write(utf8(Long.toString(ProcessHandle.current().pid())));
      return new DataDirectory(folder.toAbsolutePath().normalize(), channel);
    } catch (IOException e) {
      throw new Unusable("the data directory " + folder + " cannot be used: " + why(e));
    }
  }

  private static String why(IOException e) {
    return switch (e) {
      case FileAlreadyExistsException _ -> "it is a file";
      case AccessDeniedException _ -> "permission denied";
      default -> String.valueOf(e.getMessage());
    };
  }

  Path database() {
    return folder.resolve(DATABASE);
  }

  Path binaries() {
    return folder.resolve("postgres-binaries");
  }

  /// Where the simulated OpenHands remembers its conversations.
  Path simulator() {
    return folder.resolve("simulator.jsonl");
  }

  /// The secret kept under `name`, made at random when it is first asked for; readable by its owner
  /// only.
  String secret(String name) {
    Path file = folder.resolve(name);
    try {
      byte[] bytes = new byte[SECRET_BYTES];
      new SecureRandom().nextBytes(bytes);
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, HexFormat.of().formatHex(bytes) + "\n");
    } catch (FileAlreadyExistsException e) {
      // made by an earlier start
    } catch (IOException e) {
      throw new UncheckedIOException("the secret " + file + " cannot be written", e);
    }
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("the secret " + file + " cannot be read", e);
    }
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static String owner(FileChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(20);
    channel.read(buffer, 0);
    return StandardCharsets.UTF_8.decode(buffer.flip()).toString().strip();
  }

  private static ByteBuffer utf8(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  /// The folder is not one to be worked with; the message says why in one line.
  static final class Unusable extends RuntimeException {

    Unusable(String why) {
      super(why);
    }
  }
}
