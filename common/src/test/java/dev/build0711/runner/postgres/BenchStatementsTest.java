package dev.build0711.runner.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `scripts/bench` compares the store with pgbench, which is only fair while both run the same
/// statements.
class BenchStatementsTest {

  private static final Path FOLDER = Path.of("../scripts/bench.d");

  @ParameterizedTest
  @CsvSource({"create", "find"})
  void pgbenchRunsTheStatementsOfTheStore(String name) throws IOException {
    assertThat(Files.readString(FOLDER.resolve(name + ".sql"))).isEqualTo(statement(name));
  }

  @ParameterizedTest
  @CsvSource({"create", "find"})
  void pgbenchBindsEveryParameter(String name) throws IOException {
    assertThat(Files.readAllLines(FOLDER.resolve(name + ".parameters")))
        .hasSize((int) statement(name).chars().filter(c -> c == '?').count());
  }

  private static String statement(String name) {
    return name.equals("create") ? RunSql.CREATE : RunSql.SUMMARY;
  }
}
