package dev.build0711.runner.standalone;

import com.google.cloud.functions.invoker.runner.Invoker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// One function in a process of its own, started from its zip as the platform's buildpack starts it
/// (`java -jar` of the functions framework's invoker, with the one jar as class path): all that it
/// knows are its environment variables. It counts with the memory and the processors that it has on
/// the platform, as if those of this machine were no more.
final class FunctionProcess implements AutoCloseable {

  private static final Duration START = Duration.ofSeconds(60);

  private static final Path INVOKER = jarOf(Invoker.class);

  private final Process process;
  private final int port;
  private final Path log;
  private final Path scratch;

  private FunctionProcess(Process process, int port, Path log, Path scratch) {
    this.process = process;
    this.port = port;
    this.log = log;
    this.scratch = scratch;
  }

  /// Begins to start a function on a port; its output goes to a file in `folder`.
  static FunctionProcess launch(
      DeployedFunction function, int port, Map<String, String> variables, Path folder)
      throws IOException {
    Path log = folder.resolve(function.name() + ".log");
    Path scratch = Files.createDirectories(folder.resolve(function.name() + "-tmp"));
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                INVOKER.toString(),
                "--classpath",
                FunctionPackage.of(function.name()).unpacked(folder).toString()));
    builder.environment().clear();
    builder.environment().put("FUNCTION_TARGET", function.entryPoint());
    builder.environment().put("PORT", Integer.toString(port));
    builder
        .environment()
        .put(
            "JDK_JAVA_OPTIONS",
            "-XX:MaxRAM=%d -XX:ActiveProcessorCount=%s -Djava.io.tmpdir=%s"
                .formatted(function.memory(), function.cpus(), scratch));
    builder.environment().putAll(variables);
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    return new FunctionProcess(process, port, log, scratch);
  }

  /// Waits until the function serves.
  FunctionProcess ready() throws IOException, InterruptedException {
    long end = System.nanoTime() + START.toNanos();
    while (System.nanoTime() < end && process.isAlive()) {
      try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return this;
      } catch (IOException e) {
        Thread.sleep(50);
      }
    }
    close();
    throw new IllegalStateException("the function does not start: " + output());
  }

  /// Waits until the process has ended by itself.
  ///
  /// @return its exit code
  int ended() throws InterruptedException {
    if (!process.waitFor(START.toSeconds(), TimeUnit.SECONDS)) {
      close();
      throw new IllegalStateException("the function has not ended");
    }
    return process.exitValue();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /// The function by itself, past all that stands before it on the platform. Closing this ends
  /// nothing.
  Product alone() {
    URI address = URI.create("http://localhost:" + port);
    return new Product() {
      @Override
      public URI at(String method, String path) {
        return address.resolve(path);
      }

      @Override
      public void close() {
        // the process goes on
      }
    };
  }

  /// The most memory that the process has had, and with it the files that it has written, which the
  /// platform counts as memory too; on Linux only.
  long peakOfMemory() throws IOException {
    long resident =
        Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
            .filter(line -> line.startsWith("VmHWM:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
            .sum();
    try (Stream<Path> files = Files.walk(scratch)) {
      return resident + files.mapToLong(it -> it.toFile().length()).sum();
    }
  }

  /// Everything the process has said.
  String output() throws IOException {
    return Files.readString(log);
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }

  private static Path jarOf(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
