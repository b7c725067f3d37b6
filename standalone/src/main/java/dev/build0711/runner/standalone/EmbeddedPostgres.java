package dev.build0711.runner.standalone;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/// A PostgreSQL of the runner's own, for those who have none: its data stays in the data directory,
/// it listens on loopback only, and it is as durable as any (no setting trades safety for speed).
///
/// The server is a child process. One that was orphaned by a killed runner is stopped before a new
/// one starts.
final class EmbeddedPostgres implements AutoCloseable {

  private static final Duration STOP = Duration.ofSeconds(10);
  private static final Duration INIT = Duration.ofMinutes(2);
  private static final Logger LOG = System.getLogger(EmbeddedPostgres.class.getName());

  private final Path binaries;
  private final Path data;
  private final int port;

  private EmbeddedPostgres(Path binaries, Path data, int port) {
    this.binaries = binaries;
    this.data = data;
    this.port = port;
  }

  /// Starts the server on the folder `data`, which is made a database cluster if it is none.
  static EmbeddedPostgres start(Path binaries, Path data) {
    try {
      unpack(binaries);
      var postgres = new EmbeddedPostgres(binaries, data, freePort());
      if (Files.exists(data)) {
        postgres.endOrphan();
      } else {
        postgres.initialize();
      }
      postgres.serve();
      return postgres;
    } catch (IOException e) {
      throw new UncheckedIOException("the embedded database cannot be started", e);
    }
  }

  /// Removes the folder `data`, after stopping a server that may still run on it.
  static void remove(Path binaries, Path data) throws IOException {
    if (Files.exists(data)) {
      unpack(binaries);
      new EmbeddedPostgres(binaries, data, 0).endOrphan();
      delete(data);
    }
  }

  /// Where to connect: user and database are `postgres`, there is no password.
  String url() {
    return "postgresql://postgres@127.0.0.1:" + port + "/postgres?sslmode=disable";
  }

  @Override
  public void close() {
    try {
      stop();
    } catch (IOException e) {
      throw new UncheckedIOException("the embedded database cannot be stopped", e);
    }
  }

  /// Makes the cluster beside its place first: one that is only half made is never served.
  private void initialize() throws IOException {
    Path fresh = data.resolveSibling(data.getFileName() + ".new");
    delete(fresh);
    run(
        INIT,
        "initdb",
        "--pgdata=" + fresh,
        "--username=postgres",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--locale-provider=builtin");
    Files.move(fresh, data, StandardCopyOption.ATOMIC_MOVE);
  }

  /// Stops the server that a killed runner left behind. Its number may belong to another process by
  /// now, which must neither be stopped nor keep this one from starting; two runners cannot meet
  /// here, because each holds the lock of its data directory.
  private void endOrphan() throws IOException {
    Path note = data.resolve("postmaster.pid");
    if (!Files.exists(note)) {
      return;
    }
    if (postgres(Files.readAllLines(note).getFirst()).isPresent()) {
      LOG.log(Level.INFO, "stopping the database that an earlier runner left behind");
      stop();
    }
    Files.deleteIfExists(note);
  }

  private static Optional<ProcessHandle> postgres(String number) {
    return ProcessHandle.of(Long.parseLong(number.strip()))
        .filter(process ->
            process.info().command().filter(command -> command.endsWith("/postgres")).isPresent());
  }

  private void serve() throws IOException {
    run(
        Duration.ofSeconds(60),
        "pg_ctl",
        "--pgdata=" + data,
        "--wait",
        "--timeout=50",
        "--log=" + data.resolve("postgres.log"),
        "--options=-c listen_addresses=127.0.0.1 -c port=" + port + " -c unix_socket_directories=",
        "start");
  }

  private void stop() throws IOException {
    run(
        STOP.plusSeconds(5),
        "pg_ctl",
        "--pgdata=" + data,
        "--mode=fast",
        "--wait",
        "--timeout=" + STOP.toSeconds(),
        "stop");
  }

  private void run(Duration limit, String program, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    if ("root".equals(System.getProperty("user.name"))) {
      // PostgreSQL refuses to run as root; in a user namespace of its own it does not
      command.addAll(List.of("unshare", "--user"));
    }
    command.add(binaries.resolve("bin").resolve(program).toString());
    command.addAll(List.of(arguments));
    try {
      Path output = Files.createTempFile("openhands-runner-" + program, ".log");
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        process.destroyForcibly();
      }
      String said = Files.readString(output);
      Files.delete(output);
      if (!ended || process.exitValue() != 0) {
        throw new IOException(program + " failed: " + said.strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for " + program, e);
    }
  }

  /// Unpacks the programs once; a folder that is only half there is made anew.
  private static void unpack(Path binaries) throws IOException {
    if (Files.exists(binaries.resolve("bin/pg_ctl"))) {
      return;
    }
    String archive = "/postgres-" + platform() + ".txz";
    Path fresh = binaries.resolveSibling(binaries.getFileName() + ".new");
    delete(fresh);
    try (InputStream packed = EmbeddedPostgres.class.getResourceAsStream(archive)) {
      if (packed == null) {
        throw new IOException(
            "no PostgreSQL is packed for this platform (" + archive + "); set DATABASE_URL");
      }
      unpack(new TarArchiveInputStream(new XZInputStream(packed)), fresh);
    }
    delete(binaries);
    Files.move(fresh, binaries, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void unpack(TarArchiveInputStream tar, Path into) throws IOException {
    for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
      Path target = into.resolve(entry.getName()).normalize();
      if (!target.startsWith(into)) {
        throw new IOException("the archive of PostgreSQL has an entry outside itself");
      }
      if (entry.isDirectory()) {
        Files.createDirectories(target);
        continue;
      }
      Files.createDirectories(target.getParent());
      if (entry.isSymbolicLink()) {
        Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
      } else if (entry.isLink()) {
        Files.createLink(target, into.resolve(entry.getLinkName()));
      } else {
        Files.copy(tar, target);
        Files.setPosixFilePermissions(target, permissions(entry.getMode()));
      }
    }
  }

  private static java.util.Set<PosixFilePermission> permissions(int mode) {
    return PosixFilePermissions.fromString((mode & 0100) != 0 ? "rwxr-xr-x" : "rw-r--r--");
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static String platform() {
    String system =
        System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "darwin" : "linux";
    String machine =
        switch (System.getProperty("os.arch")) {
          case "amd64", "x86_64" -> "x86_64";
          case "aarch64" -> "arm_64";
          default -> System.getProperty("os.arch");
        };
    return system + "-" + machine;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
