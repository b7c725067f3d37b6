package dev.build0711.runner.standalone.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The records of decisions have one shape.
class DecisionsTest {

  private static final Path FOLDER = Pages.ROOT.resolve("docs/adr");
  private static final Pattern HEADING = Pattern.compile("(?m)^## (.+)$");
  private static final Pattern STATUS =
      Pattern.compile("(?m)^(Status: (?:accepted|superseded by \\d{4}), \\d{4}-\\d{2}-\\d{2})$");

  @Test
  void theyAreNumberedWithoutAGap() throws IOException {
    List<Path> decisions = decisions();

    assertThat(decisions).hasSizeGreaterThanOrEqualTo(4);
    for (int i = 0; i < decisions.size(); i++) {
      int number = i + 1;
      assertThat(decisions.get(i).getFileName().toString())
          .matches("%04d-[a-z0-9-]+\\.md".formatted(number));
      assertThat(Files.readString(decisions.get(i))).startsWith("# %d. ".formatted(number));
    }
  }

  @Test
  void eachSaysTheSameThingsInTheSameOrder() throws IOException {
    for (Path decision : decisions()) {
      String text = Files.readString(decision);
      assertThat(Pages.find(STATUS, text)).as(decision.toString()).hasSize(1);
      assertThat(Pages.find(HEADING, text))
          .as(decision.toString())
          .containsExactly("Context", "Options", "Decision", "Consequences");
    }
  }

  private static List<Path> decisions() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.sorted().toList();
    }
  }
}
