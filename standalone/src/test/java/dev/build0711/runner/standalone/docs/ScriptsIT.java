package dev.build0711.runner.standalone.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The scripts that the pages name.
class ScriptsIT {

  private static final Pattern SCRIPT = Pattern.compile("\\bscripts/([a-z-]+)(?![a-z./-])");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```bash\\n(.*?)^```$");

  @TempDir private Path folder;

  @Test
  void everyScriptThatAPageNamesTellsHowItIsUsed() throws Exception {
    Set<String> named = named();

    assertThat(named).contains("run-local", "test");
    for (String name : named) {
      Path script = Pages.ROOT.resolve("scripts").resolve(name);
      assertThat(script).isExecutable();
      assertThat(help(name)).as(name).contains("scripts/" + name);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"docs/deploy.md", "docs/operations.md"})
  void everyBlockOfAPageIsBash(String page) throws Exception {
    List<String> blocks = Pages.find(BLOCK, Files.readString(Pages.ROOT.resolve(page)));

    assertThat(blocks).hasSizeGreaterThan(5);
    for (String block : blocks) {
      assertThat(Command.run(folder, "bash", "-n", "-c", block))
          .as(block)
          .isEqualTo(new Command(0, ""));
    }
  }

  private static Set<String> named() throws IOException {
    Set<String> named = new TreeSet<>();
    for (Path page : Pages.all()) {
      named.addAll(Pages.find(SCRIPT, Files.readString(page)));
    }
    return named;
  }

  private String help(String name) throws IOException, InterruptedException {
    Command help = Command.run(folder, "scripts/" + name, "-h");
    assertThat(help.exit()).as("%s -h", name).isZero();
    return help.output();
  }
}
