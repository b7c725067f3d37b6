package dev.build0711.runner.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The words that callers meet, each in the table that explains it and in no other order.
class DocumentedWordsTest {

  private static final Pattern WORD = Pattern.compile("`([A-Za-z_]+)`");
  private static final Pattern REASON =
      Pattern.compile("(?m)^\\| `([a-z_]+)` \\| ([^|]+) \\| (yes|no) \\| ([^|]+) \\|$");

  @Test
  void everyStatusHasItsPlaceInTheReadme() throws IOException {
    assertThat(firstColumn("../README.md", "statuses")).containsExactly(words(RunStatus.values()));
  }

  @Test
  void everyPhaseHasItsPlaceInThePageOfTheApi() throws IOException {
    assertThat(firstColumn("../docs/api.md", "phases")).containsExactly(words(Phase.values()));
  }

  @Test
  void everyProofOfCompletionHasItsPlaceInThePageOfTheApi() throws IOException {
    assertThat(firstColumn("../docs/api.md", "complete_on"))
        .containsExactly(words(CompleteOn.values()));
  }

  @Test
  void everyReasonIsExplainedOnceWithItsMessageAndWhatToDo() throws IOException {
    List<String> codes = new ArrayList<>();
    Matcher row = REASON.matcher(section("../docs/troubleshooting.md", "reasons"));
    while (row.find()) {
      codes.add(row.group(1));
      Reason reason = Reason.valueOf(row.group(1).toUpperCase(Locale.ROOT));
      assertThat(row.group(2)).as(row.group(1)).isEqualTo(reason.message());
      assertThat(row.group(3)).as(row.group(1)).isEqualTo(reason.retryable() ? "yes" : "no");
      assertThat(row.group(4)).as(row.group(1)).isNotBlank();
    }

    assertThat(codes).containsExactly(words(Reason.values()));
  }

  private static String[] words(Enum<?>[] constants) {
    return Arrays.stream(constants).map(Enum::toString).toArray(String[]::new);
  }

  private static List<String> firstColumn(String page, String table) throws IOException {
    List<String> words = new ArrayList<>();
    for (String line : section(page, table).lines().skip(2).toList()) {
      Matcher word = WORD.matcher(line.substring(0, line.indexOf('|', 1)));
      while (word.find()) {
        words.add(word.group(1));
      }
    }
    return words;
  }

  private static String section(String page, String name) throws IOException {
    String text = Files.readString(Path.of(page));
    String begin = "<!-- " + name + " -->\n";
    int start = text.indexOf(begin);
    assertThat(start).as("%s in %s", begin, page).isNotNegative();
    return text.substring(start + begin.length(), text.indexOf("<!-- end of " + name, start));
  }
}
