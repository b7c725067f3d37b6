package dev.build0711.runner.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A program that ran to its end, with what it said.
record Tool(int exit, String out, String err) {

  static final Path ROOT =
      Path.of(System.getProperty("basedir"), "..").toAbsolutePath().normalize();

  /// Runs a program with some more variables, no longer than `limit`.
  static Tool run(Path at, Duration limit, Map<String, String> variables, String... command)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile("tool", ".out");
    Path err = Files.createTempFile("tool", ".err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(at.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().putAll(variables);
    Process process = builder.start();
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError(
            command[0] + " takes longer than " + limit + "\n" + Files.readString(err));
      }
      return new Tool(process.exitValue(), Files.readString(out), Files.readString(err));
    } finally {
      process.destroy();
      Files.delete(out);
      Files.delete(err);
    }
  }
}
