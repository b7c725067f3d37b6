package dev.build0711.runner.standalone.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The figures of the page about costs are those that `scripts/cost` computes.
class CostPageIT {

  private static final Path PAGE = Pages.ROOT.resolve("docs/cost.md");

  @TempDir private Path folder;

  @Test
  void everyTableIsWhatIsComputed() throws Exception {
    assertThat(Command.run(folder, "scripts/cost", "--check")).isEqualTo(new Command(0, ""));
  }

  @Test
  void aFigureThatIsWrongIsFound() throws Exception {
    Command check = check(Files.readString(PAGE).replace("| Cloud Tasks | ", "| Cloud Tasks | 1"));

    assertThat(check.exit()).isOne();
    assertThat(check.output()).contains("something else than scripts/cost in bill;");
  }

  @Test
  void aTableThatIsMissingIsFound() throws Exception {
    Command check = check(Files.readString(PAGE).replace("<!-- cost: margin -->", ""));

    assertThat(check.exit()).isOne();
    assertThat(check.output()).contains("no section margin");
  }

  private Command check(String page) throws IOException, InterruptedException {
    Path copy = folder.toAbsolutePath().resolve("cost.md");
    Files.writeString(copy, page);
    return Command.run(folder, "scripts/cost", "--check", "--page", copy.toString());
  }
}
