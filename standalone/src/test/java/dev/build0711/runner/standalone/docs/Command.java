package dev.build0711.runner.standalone.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// What a script said and how it ended.
///
/// @param output what it wrote, errors too
record Command(int exit, String output) {

  /// Runs a script of the repository to its end, half a minute at most.
  ///
  /// @param folder where its output may be kept meanwhile
  static Command run(Path folder, String... words) throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "output", ".txt");
    Process process =
        new ProcessBuilder(words)
            .directory(Pages.ROOT.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).as(String.join(" ", words)).isTrue();
    return new Command(process.exitValue(), Files.readString(output));
  }
}
