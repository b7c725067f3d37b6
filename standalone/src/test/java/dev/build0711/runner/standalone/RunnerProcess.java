package dev.build0711.runner.standalone;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The packaged runner in a process of its own, as people start it.
final class RunnerProcess implements Product {

  private static final Duration START = Duration.ofSeconds(90);
  private static final Pattern READY = Pattern.compile("is ready at (http://\\S+)");

  private final Process process;
  private final Path out;
  private final Path err;
  private URI uri = URI.create("http://localhost:1");

  private RunnerProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /// The runner that this build has packaged.
  static Path jar() {
    return Path.of(System.getProperty("basedir"), "target/openhands-runner.jar");
  }

  /// Starts a command of the runner; its output goes to new files in `folder`.
  static RunnerProcess start(Path folder, Map<String, String> variables, String... arguments)
      throws IOException {
    return start(jar(), folder, variables, arguments);
  }

  /// Starts a command of the runner that `jar` is, which may be one of another release.
  static RunnerProcess start(
      Path jar, Path folder, Map<String, String> variables, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-jar");
    command.add(jar.toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> !name.equals("PATH"));
    builder.environment().putAll(variables);
    return start(folder, builder);
  }

  /// Starts the runner in another way; its output goes to new files in `folder`.
  static RunnerProcess start(Path folder, ProcessBuilder builder) throws IOException {
    Path out = Files.createTempFile(folder, "out", ".log");
    Path err = Files.createTempFile(folder, "err", ".log");
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    return new RunnerProcess(builder.start(), out, err);
  }

  /// Waits until the server has said where it is ready.
  RunnerProcess ready() throws IOException, InterruptedException {
    long end = System.nanoTime() + START.toNanos();
    while (System.nanoTime() < end && process.isAlive()) {
      Matcher ready = READY.matcher(err());
      if (ready.find()) {
        uri = URI.create(ready.group(1));
        return this;
      }
      Thread.sleep(50);
    }
    close();
    throw new IllegalStateException("the runner does not start: " + out() + err());
  }

  /// Waits until the process has ended by itself.
  ///
  /// @return its exit code
  int ended(Duration limit) throws InterruptedException {
    if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      close();
      throw new AssertionError("the runner has not ended within " + limit);
    }
    return process.exitValue();
  }

  /// Asks the process to end, as Ctrl-C and container platforms do.
  void terminate() {
    process.destroy();
  }

  /// `kill -9`.
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  String out() throws IOException {
    return Files.readString(out);
  }

  String err() throws IOException {
    return Files.readString(err);
  }

  @Override
  public URI at(String method, String path) {
    return uri.resolve(path);
  }

  @Override
  public void close() {
    kill();
  }
}
