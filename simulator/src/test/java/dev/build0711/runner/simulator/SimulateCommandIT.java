package dev.build0711.runner.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class SimulateCommandIT {

  private final StringWriter err = new StringWriter();
  private final CommandLine command =
      new CommandLine(new SimulateCommand()).setErr(new PrintWriter(err));

  @Test
  void aPortThatIsTakenIsOneLineAndExit2() throws Exception {
    try (Simulator first = Simulator.start(Options.defaults())) {
      int port = first.uri().getPort();
      assertThat(command.execute("--port", String.valueOf(port))).isEqualTo(2);
      assertThat(err.toString().lines())
          .singleElement()
          .asString()
          .startsWith("Cannot listen on 127.0.0.1:" + port);
    }
  }

  @ParameterizedTest
  @CsvSource({"app-v1, 0.62.0", "app-v1, 1.11.0", "app-v0, 1.6.0"})
  void eachDialectIsKnownByItsWord(String dialect, String release) throws Exception {
    try (Simulator first = Simulator.start(Options.defaults())) {
      String port = String.valueOf(first.uri().getPort());
      command.execute("--dialect", dialect, "--release", release, "--port", port);
      assertThat(err.toString()).startsWith("Cannot listen");
    }
  }

  @ParameterizedTest
  @CsvSource({"app-v1, 1.6.0", "app-v0, 1.11.0", "agent-server, 1.11.0"})
  void aReleaseThatIsNotSimulatedIsSaidInTheFirstLine(String dialect, String release) {
    assertThat(command.execute("--dialect", dialect, "--release", release)).isEqualTo(2);
    assertThat(err.toString().lines().findFirst().orElse("")).containsAnyOf(release, "--release");
  }

  @ParameterizedTest
  @CsvSource({"--step, soon", "--step, -1", "--step, NaN", "--step, 1e9", "--max-runs, -1"})
  void aWrongValueIsExit2(String option, String value) {
    assertThat(command.execute(option + "=" + value)).isEqualTo(2);
    assertThat(err.toString()).contains(option);
  }
}
