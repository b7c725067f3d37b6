package dev.build0711.runner.standalone;

import com.google.cloud.functions.HttpFunction;
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

/// One function in a process of its own, started from its zip as the platform's buildpack starts it
/// (`java -jar` of the functions framework's invoker, with the one jar as class path): all that it
/// knows are its environment variables.
final class FunctionProcess implements AutoCloseable {

  private static final Duration START = Duration.ofSeconds(60);

  /// Those that the platform is told to give it.
  private static final String OPTIONS = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1";

  private static final Path INVOKER = jarOf(Invoker.class);

  private final Process process;
  private final int port;
  private final Path log;

  private FunctionProcess(Process process, int port, Path log) {
    this.process = process;
    this.port = port;
    this.log = log;
  }

  /// Begins to start a function on a port; its output goes to a file in `folder`.
  static FunctionProcess launch(
      Class<? extends HttpFunction> function, int port, Map<String, String> variables, Path folder)
      throws IOException {
    Path log = folder.resolve(function.getSimpleName() + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                INVOKER.toString(),
                "--classpath",
                FunctionPackage.of(function).unpacked(folder).toString()));
    builder.environment().clear();
    builder.environment().put("FUNCTION_TARGET", function.getName());
    builder.environment().put("PORT", Integer.toString(port));
    builder.environment().put("JAVA_TOOL_OPTIONS", OPTIONS);
    builder.environment().putAll(variables);
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    return new FunctionProcess(process, port, log);
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

  URI uri() {
    return URI.create("http://localhost:" + port);
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
