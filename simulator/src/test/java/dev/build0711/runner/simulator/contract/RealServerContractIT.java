package dev.build0711.runner.simulator.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/// Plays every row on a real server and on the simulator of the same release, and tells where the
/// two differ. Played only where a server is given; `scripts/smoke` gives it one.
@EnabledIfEnvironmentVariable(
    named = RealServer.NAMED_BY,
    matches = ".+",
    disabledReason = "no real server is given")
class RealServerContractIT {

  private final Map<String, Integer> skipped = new TreeMap<>();
  private int played;
  private int differ;

  @TestFactory
  Stream<DynamicTest> everyRowHoldsAsOnTheSimulator() {
    RealServer server = RealServer.of(System.getenv()).orElseThrow();
    Stream<DynamicTest> rows =
        Rows.all().stream()
            .filter(row -> server.rows().matcher(row.name()).find())
            .map(row -> DynamicTest.dynamicTest(row.name(), () -> compare(row, server)));
    return Stream.concat(rows, Stream.of(DynamicTest.dynamicTest("sum", () -> sum(server))));
  }

  private void compare(Row row, RealServer server) {
    Outcome first = outcome(row, new RealStage(server));
    // A row that does not hold is played again: now and then a busy machine starts no sandbox.
    Outcome real = first.holds() ? first : outcome(row, new RealStage(server));
    String excuse = real.excuse();
    if (excuse != null) {
      skipped.merge(excuse, 1, Integer::sum);
      Assumptions.abort(excuse);
    }
    played++;
    Optional<String> difference = real.unlike(outcome(row, new SimulatedStage(server.simulated())));
    differ += difference.isPresent() ? 1 : 0;
    String word = real.holds() ? difference.isPresent() ? "DIFF" : "ok  " : "FAIL";
    String text = word + "  " + row.name() + difference.map(it -> "\n      " + it).orElse("");
    String before = first.holds() ? "" : "\n      the second time; the first: " + first.why();
    report(server.report(), text + before);
    assertThat(real.failure()).isNull();
  }

  private static Outcome outcome(Row row, Stage stage) {
    try (stage) {
      return Outcome.of(row, stage);
    }
  }

  private void sum(RealServer server) {
    skipped.forEach(
        (excuse, count) -> report(server.report(), "skipped %d: %s".formatted(count, excuse)));
    int sum = skipped.values().stream().mapToInt(Integer::intValue).sum();
    report(server.report(), "%d rows played, %d skipped, %d differ".formatted(played, sum, differ));
  }

  private static void report(@Nullable Path file, String text) {
    if (file == null) {
      return;
    }
    try {
      Files.writeString(
          file,
          text + "\n",
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
