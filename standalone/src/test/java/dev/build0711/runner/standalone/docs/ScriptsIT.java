package dev.build0711.runner.standalone.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The scripts that the pages name.
class ScriptsIT {

  private static final Pattern SCRIPT = Pattern.compile("\\bscripts/([a-z-]+)(?![a-z./-])");

  @TempDir private Path folder;

  @Test
  void everyScriptThatAPageNamesTellsHowItIsUsed() throws Exception {
    Set<String> named = named();

    assertThat(named).contains("run-local", "test");
    for (String name : named) {
      Path script = Pages.ROOT.resolve("scripts").resolve(name);
      assertThat(script).isExecutable();
      assertThat(help(script)).as(name).contains("scripts/" + name);
    }
  }

  private static Set<String> named() throws IOException {
    Set<String> named = new TreeSet<>();
    for (Path page : Pages.all()) {
      named.addAll(Pages.find(SCRIPT, Files.readString(page)));
    }
    return named;
  }

  private String help(Path script) throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "help", ".txt");
    Process process =
        new ProcessBuilder(script.toAbsolutePath().toString(), "-h")
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("%s -h", script).isTrue();
    assertThat(process.exitValue()).as("%s -h", script).isZero();
    return Files.readString(output);
  }
}
