package dev.build0711.runner.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "version",
        "--version",
        "serve --version",
        "migrate --version",
        "migrate up --version",
        "simulate --version",
        "health --version"
      })
  void everyCommandTellsTheVersion(String command) {
    assertThat(run(command)).isZero();
    assertThat(out.toString()).startsWith("openhands-runner ").hasLineCount(1);
  }

  @Test
  void everyOptionThatHasADefaultTellsIt() {
    assertToldBy(Main.commandLine());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "migrate", "serve --prot 1", "serve --port abc", "token list"})
  void whatIsAskedForWronglyIsToldInOneLine(String command) {
    assertThat(run(command)).isEqualTo(2);
    assertThat(err.toString()).hasLineCount(1).contains("(see --help)");
  }

  private static void assertToldBy(CommandLine command) {
    command
        .getCommandSpec()
        .options()
        .forEach(option -> {
          String told = String.join(" ", option.description());
          if (option.defaultValue() != null && !option.usageHelp() && !option.versionHelp()) {
            assertThat(told).contains(option.defaultValue());
          }
        });
    command.getSubcommands().values().forEach(MainTest::assertToldBy);
  }

  private int run(String command) {
    return Main.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(command.isEmpty() ? new String[0] : command.split(" ", -1));
  }
}
