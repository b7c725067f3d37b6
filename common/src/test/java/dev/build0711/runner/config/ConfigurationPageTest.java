package dev.build0711.runner.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What the README and the example of an environment say of the configuration, against the keys.
class ConfigurationPageTest {

  private static final String BEGIN = "<!-- configuration -->\n";
  private static final String END = "<!-- end of configuration -->";
  private static final Pattern VARIABLE = Pattern.compile("(?m)^(#?)([A-Z][A-Z0-9_]*)=(.*)$");

  @Test
  void theReadmeHasARowForEveryKey() throws IOException {
    String page = Files.readString(Path.of("../README.md"));

    String documented = page.substring(page.indexOf(BEGIN) + BEGIN.length(), page.indexOf(END));

    assertThat(documented).as("the table that the code makes:\n%s", table()).isEqualTo(table());
  }

  @Test
  void theExampleNamesOnlyVariablesThatMeanSomething() throws IOException {
    assertThat(example(true).keySet())
        .filteredOn(name -> !name.equals("OPENHANDS_CONFIG"))
        .isNotEmpty()
        .allSatisfy(name -> assertThat(ConfigKey.ofVariable(name)).isPresent());
  }

  @Test
  void theExampleCanBeUsedAsItIs() throws IOException {
    assertThat(read(example(false)).warnings()).isEmpty();
  }

  @Test
  void everyLineOfTheExampleCanBeUsedOnceItIsNoComment() throws IOException {
    Map<String, String> all = example(true);
    all.remove("OPENHANDS_CONFIG"); // names a file that is the reader's own

    RunnerConfig config = read(all);

    assertThat(config.warnings()).isEmpty();
    assertThat(config.openhands().backends()).isNotEmpty();
  }

  private static RunnerConfig read(Map<String, String> variables) {
    return RunnerConfig.from(new Environment(variables, Deployment.STANDALONE, false), Set.of());
  }

  private static Map<String, String> example(boolean comments) throws IOException {
    Matcher line = VARIABLE.matcher(Files.readString(Path.of("../.env.example")));
    Map<String, String> variables = new LinkedHashMap<>();
    while (line.find()) {
      if (comments || line.group(1).isEmpty()) {
        variables.put(line.group(2), line.group(3));
      }
    }
    return variables;
  }

  private static String table() {
    String head = "| key | variables | default | meaning |\n|---|---|---|---|\n";
    return Arrays.stream(ConfigKey.values())
        .map(ConfigurationPageTest::row)
        .collect(Collectors.joining("\n", head, "\n"));
  }

  private static String row(ConfigKey key) {
    return List.of(
            '`' + key.key() + '`',
            key.variables().stream().collect(Collectors.joining("`, `", "`", "`")),
            key.defaultText(),
            key.meaning()
                + (key.secret() ? " (secret)" : "")
                + (key.served() ? "" : "; **not served yet**"))
        .stream()
        .map(cell -> cell.replace("|", "\\|"))
        .collect(Collectors.joining(" | ", "| ", " |"));
  }
}
