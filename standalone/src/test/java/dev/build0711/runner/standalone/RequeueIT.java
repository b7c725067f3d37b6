package dev.build0711.runner.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.app.SetAside;
import dev.build0711.runner.postgres.PostgresFailedLooks;
import dev.build0711.runner.postgres.PostgresRunStore;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.testing.PostgresExtension;
import dev.build0711.runner.testing.Runs;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// An operator puts runs back that were set aside.
@Timeout(240)
class RequeueIT {

  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final Duration SHORT = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void whatIsSetAsideIsListedAndPutBackOneByOneOrAllAtOnce() throws Exception {
    String one = setAside(3).getFirst().id().toString();

    assertThat(requeue(0).lines())
        .hasSize(3)
        .allMatch(line -> line.endsWith("20 failed looks  the looks died"));
    assertThat(requeue(0, one)).startsWith(one + " will be looked at");
    assertThat(requeue(1, one)).isEqualTo(one + " is not set aside\n");
    assertThat(requeue(2, one, "--all")).contains("RUN_ID and --all exclude each other");
    assertThat(requeue(0, "--all")).startsWith("2 runs will be looked at");
    assertThat(requeue(0)).isEqualTo("no run is set aside\n");
  }

  private static List<Run> setAside(int many) {
    PostgresRunStore store = new PostgresRunStore(POSTGRES.source());
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      Run run = Runs.accepted("shop", 0, Instant.now());
      store.create(run, null);
      runs.add(run);
    }
    POSTGRES.execute("update run set failed_looks = 20, next_poll_at = now()");
    assertThat(new SetAside(new PostgresFailedLooks(POSTGRES.source())).apply()).isEqualTo(many);
    return runs;
  }

  /// What the command says, when it has ended with `code`.
  private String requeue(int code, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("requeue"));
    command.addAll(List.of(arguments));
    Map<String, String> variables =
        Map.of(
            "DATABASE_URL", POSTGRES.jdbcUrl(),
            "OPENHANDS_DATABASE_USER", "postgres",
            "OPENHANDS_DATABASE_PASSWORD", "postgres");
    try (RunnerProcess process =
        RunnerProcess.start(folder, variables, command.toArray(String[]::new))) {
      int ended = process.ended(SHORT);
      assertThat(ended).as(process.err()).isEqualTo(code);
      return code == 0 ? process.out() : process.err();
    }
  }
}
