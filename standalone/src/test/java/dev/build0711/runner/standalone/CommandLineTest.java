package dev.build0711.runner.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

class CommandLineTest {

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @CsvSource({
    "'',                            Name a command",
    "sevre,                         sevre",
    "serve --prot 1,                --prot",
    "serve --port,                  --port",
    "serve --port x,                --port",
    "serve --port 65536,            a port is 0 to 65535",
    "serve --port -1,               a port is 0 to 65535",
    "serve more,                    more",
    "migrate,                       'Say up, down, status or new'",
    "migrate sideways,              sideways",
    "migrate up --to one,           --to",
    "migrate new,                   NAME",
    "migrate new Add-Priority,      no folder",
    "health --url nowhere,          nowhere is no http or https address",
    "health --url ftp://localhost,  ftp://localhost is no http or https address",
    "simulate --step soon,          --step",
    "simulate --step -1,            --step",
    "version --loud,                --loud",
  })
  void whatIsAskedForWronglyIsOneLineAndExitCodeTwo(String line, String named) {
    assertThat(execute(line.isEmpty() ? new String[0] : line.split(" "))).isEqualTo(2);
    assertThat(err.toString().strip().lines()).singleElement().asString().contains(named);
    assertThat(out.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "serve",
        "migrate",
        "migrate up",
        "migrate down",
        "migrate status",
        "migrate new",
        "health",
        "simulate",
        "version"
      })
  void everyCommandExplainsItself(String command) {
    assertThat(execute((command + " --help").strip().split(" "))).isZero();
    assertThat(out.toString()).startsWith("Usage: openhands-runner").contains("--help");
    assertThat(err.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"version", "--version", "serve --version", "migrate up -V"})
  void theVersionIsOneLine(String line) {
    assertThat(execute(line.split(" "))).isZero();
    assertThat(out.toString().strip()).matches("openhands-runner \\S+");
  }

  @Test
  void aRunnerThatDoesNotAnswerIsDown() {
    assertThat(execute("health", "--url", "http://127.0.0.1:1")).isEqualTo(1);
    assertThat(err.toString().strip()).isEqualTo("No runner answers at http://127.0.0.1:1.");
  }

  @Test
  void aNewMigrationIsTwoFilesWithTheNextNumber() throws Exception {
    Files.writeString(folder.resolve("V001__create_run.up.sql"), "select 1");
    Files.writeString(folder.resolve("V001__create_run.down.sql"), "select 1");

    assertThat(execute("migrate", "new", "add_priority", "--folder", folder.toString())).isZero();

    List<String> made = out.toString().lines().toList();
    assertThat(made)
        .containsExactly(
            folder.resolve("V002__add_priority.up.sql").toString(),
            folder.resolve("V002__add_priority.down.sql").toString());
    assertThat(made).allSatisfy(file -> assertThat(Path.of(file)).exists());
  }

  @Test
  void aMigrationIsNamedInSnakeCase() {
    assertThat(execute("migrate", "new", "Add-Priority", "--folder", folder.toString()))
        .isEqualTo(2);
    assertThat(err.toString().lines()).singleElement().asString().contains("snake_case");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void theReadmeHasEveryCommandAsItExplainsItself() throws Exception {
    String page = Files.readString(Path.of("../README.md"));
    String begin = "<!-- commands -->\n";
    int start = page.indexOf(begin) + begin.length();
    String expected =
        "| command | does | exit codes |\n|---|---|---|\n" + rows("", Main.commandLine());

    assertThat(page.substring(start, page.indexOf("<!-- end of commands -->")))
        .as("the table that the code makes:\n%s", expected)
        .isEqualTo(expected);
  }

  /// The commands below one that do something themselves, by name.
  private static String rows(String path, CommandLine parent) {
    StringBuilder rows = new StringBuilder();
    new TreeMap<>(parent.getSubcommands())
        .forEach((name, command) -> rows.append(row((path + " " + name).strip(), command)));
    return rows.toString();
  }

  private static String row(String name, CommandLine command) {
    if (!command.getSubcommands().isEmpty()) {
      return rows(name, command);
    }
    UsageMessageSpec usage = command.getCommandSpec().usageMessage();
    String codes =
        usage.exitCodeList().entrySet().stream()
            .map(code -> code.getKey() + ": " + code.getValue())
            .collect(Collectors.joining("; "));
    return "| `%s%s` | %s | %s |\n"
        .formatted(
            name, synopsis(command.getCommandSpec()), String.join(" ", usage.description()), codes);
  }

  private static String synopsis(CommandSpec command) {
    String parameters =
        command.positionalParameters().stream()
            .map(one -> one.arity().min() == 0 ? "[" + one.paramLabel() + "]" : one.paramLabel())
            .map(one -> " " + one)
            .collect(Collectors.joining());
    return parameters
        + command.options().stream()
            .filter(option -> !option.usageHelp() && !option.versionHelp())
            .map(option -> option.longestName() + label(option))
            .map(option -> " [" + option + "]")
            .collect(Collectors.joining());
  }

  private static String label(OptionSpec option) {
    return option.arity().max() == 0 ? "" : " " + option.paramLabel();
  }

  private int execute(String... arguments) {
    CommandLine line = Main.commandLine();
    return line.setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
