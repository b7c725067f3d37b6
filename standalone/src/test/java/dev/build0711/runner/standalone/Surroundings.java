package dev.build0711.runner.standalone;

import dev.build0711.runner.simulator.Options;
import dev.build0711.runner.simulator.Simulator;
import dev.build0711.runner.testing.PostgresExtension;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import javax.sql.DataSource;

/// What a product under test works with: a PostgreSQL and an OpenHands, each behind a gate.
final class Surroundings implements AutoCloseable {

  static final String TOKEN = "token-of-every-project";
  static final String DAIRY_TOKEN = "token-of-the-dairy-only";
  static final String WEBHOOK_SECRET = "secret-of-the-webhook";
  static final String PUSH_SECRET = "secret-of-the-push";
  private static final String KEY = "key-of-the-agent-server";

  /// The role that Cloud SQL gives to every service account that logs in as itself, and one of
  /// them.
  private static final String FUNCTION =
      """
      create role cloudsqliamserviceaccount nologin;
      create role function login in role cloudsqliamserviceaccount
      """;

  private final EmbeddedPostgres server = PostgresExtension.start();
  private final Gate database = new Gate(server.getPort());
  private final Simulator simulator;
  private final Gate openHands;
  private String login = "postgres:postgres";

  Surroundings() throws IOException {
    simulator =
        Simulator.start(
            Options.defaults()
                .withKey(KEY)
                .withMaxRuns(200)
                .withStep(Duration.ofMillis(100))
                .withCloneTime(Duration.ofMillis(200)));
    openHands = new Gate(simulator.uri().getPort());
  }

  Gate database() {
    return database;
  }

  Gate openHands() {
    return openHands;
  }

  Simulator simulator() {
    return simulator;
  }

  /// Has OpenHands forget a conversation.
  ///
  /// @return the status of its answer
  int forget(String conversationId) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(simulator.uri().resolve("/api/conversations/" + conversationId))
            .header("X-Session-API-Key", KEY)
            .timeout(Duration.ofSeconds(10))
            .DELETE()
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, BodyHandlers.discarding()).statusCode();
    }
  }

  /// The database itself, whatever the gate does.
  DataSource source() {
    return server.getPostgresDatabase();
  }

  /// From now on the product logs in as the functions do on Cloud SQL, not as who owns the schema.
  void logInAsFunction() {
    PostgresExtension.execute(source(), FUNCTION);
    login = "function";
  }

  String databaseUrl() {
    return "postgresql://" + login + "@localhost:" + database.port() + "/postgres?sslmode=disable";
  }

  /// The configuration that every way of deploying has in common.
  Map<String, String> variables() {
    Map<String, String> variables = new HashMap<>();
    variables.put("DATABASE_URL", databaseUrl());
    variables.put("OPENHANDS_BASE_URL", "main=http://localhost:" + openHands.port() + ";max=200");
    variables.put("OPENHANDS_TOKEN", KEY);
    variables.put("OPENHANDS_SECURITY_API_TOKENS", TOKEN + "," + DAIRY_TOKEN + ";projects=dairy");
    variables.put("OPENHANDS_SECURITY_MARKER_KEY", "marker-key-of-the-tests");
    variables.put("GITHUB_WEBHOOK_SECRET", WEBHOOK_SECRET);
    variables.put("OPENHANDS_WEBHOOKS_OPENHANDS_SECRET", PUSH_SECRET);
    return variables;
  }

  @Override
  public void close() throws IOException {
    openHands.close();
    database.close();
    simulator.close();
    server.close();
  }
}
