package dev.build0711.runner.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.postgres.Migrations;
import dev.build0711.runner.testing.PostgresExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The packaged runner keeps its promises on a schema that is not its own and that it leaves alone:
/// the one before, as it has to while a version is taken back.
///
/// `scripts/roll` names the schema's version and the runner that brings it about, of another
/// release perhaps, by the system properties `roll.schema` and `roll.jar`.
class RolledEndToEndIT extends EndToEndContract<RunnerProcess> {

  @TempDir static Path folder;

  private String schema = "";

  @Override
  RunnerProcess start(Surroundings around) throws Exception {
    int newest = new Migrations(around.source()).status().size();
    schema = System.getProperty("roll.schema", Integer.toString(newest - 1));
    migrate(around);
    Map<String, String> variables = new HashMap<>(around.variables());
    variables.put("OPENHANDS_DATABASE_MIGRATE", "false");
    variables.put("LOG_LEVEL", "ERROR");
    return RunnerProcess.start(
            folder, variables, "serve", "--port", "0", "--data", folder.resolve("data").toString())
        .ready();
  }

  private void migrate(Surroundings around) throws Exception {
    Path jar = Path.of(System.getProperty("roll.jar", RunnerProcess.jar().toString()));
    RunnerProcess migrate =
        RunnerProcess.start(jar, folder, around.variables(), "migrate", "up", "--to", schema);
    assertThat(migrate.ended(Duration.ofSeconds(60)))
        .as("%s%s", migrate.out(), migrate.err())
        .isZero();
  }

  @Test
  void theSchemaStaysTheOneThatWasWanted() {
    assertThat(
            PostgresExtension.value(around().source(), "select max(version) from schema_version"))
        .isEqualTo(schema);
  }
}
