package dev.build0711.runner.standalone.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The words of the pages are those of the code.
class WordsTest {

  private static final Path CODE = Pages.ROOT.resolve("common/src/main/java");

  @Test
  void everyNameOfTheGlossaryIsInTheCode() throws IOException {
    List<List<String>> words = Pages.table("docs/architecture.md", "words");

    assertThat(words).hasSizeGreaterThan(12);
    for (List<String> word : words) {
      String[] name = word.get(1).replace("`", "").split("\\.", -1);
      String source = source(name[0]);
      if (name.length > 1) {
        assertThat(source).as(word.get(1)).containsPattern("\\b" + name[1] + "\\b");
      }
    }
  }

  private static String source(String type) throws IOException {
    try (Stream<Path> files = Files.walk(CODE)) {
      Path file =
          files
              .filter(path -> path.endsWith(type + ".java"))
              .findFirst()
              .orElseThrow(() -> new AssertionError("no type " + type));
      return Files.readString(file);
    }
  }
}
