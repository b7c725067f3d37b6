package dev.build0711.runner.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.postgres.Migrations;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A function logs in to Cloud SQL as Terraform tells it to: over TLS, as its service account, with
/// the access token that the platform's metadata server hands it.
@Timeout(120)
class FunctionLoginIT {

  private static final DeployedFunction FUNCTION = DeployedFunctions.named("get-run");

  @TempDir Path folder;

  @Test
  void aFunctionLogsInWithItsAccountsTokenAndGoesOnWhenThatIsReplaced() throws Exception {
    String account = variable("OPENHANDS_DATABASE_USER");
    try (CloudSql database = new CloudSql(folder, account);
        MetadataServer metadata = new MetadataServer()) {
      new Migrations(database.owner()).up(null);
      replace("ya29.first", database, metadata);

      try (FunctionProcess function = start(database, metadata)) {
        assertServed(function);

        replace("ya29.second", database, metadata);
        assertServed(function);
      }
    }
  }

  /// What the function has is refused from now on, long before its time is over.
  private static void replace(String token, CloudSql database, MetadataServer metadata) {
    metadata.hands(token);
    database.takes(token);
  }

  private FunctionProcess start(CloudSql database, MetadataServer metadata) throws Exception {
    Map<String, String> variables = new HashMap<>(FUNCTION.environment());
    variables.put("OPENHANDS_DATABASE_URL", database.at(variable("OPENHANDS_DATABASE_URL")));
    variables.put("OPENHANDS_SECURITY_API_TOKENS", Surroundings.TOKEN);
    variables.put("GCE_METADATA_HOST", metadata.host());
    // else the account of whoever runs the test
    variables.put("CLOUDSDK_CONFIG", Files.createDirectory(folder.resolve("gcloud")).toString());
    return FunctionProcess.launch(FUNCTION, FunctionProcess.freePort(), variables, folder).ready();
  }

  private static void assertServed(FunctionProcess function) throws Exception {
    ApiUser user = new ApiUser(function.alone(), Surroundings.TOKEN);
    assertThat(user.get("/runs").statusCode()).as(function.output()).isEqualTo(200);
  }

  private static String variable(String name) {
    return Objects.requireNonNull(FUNCTION.environment().get(name));
  }
}
