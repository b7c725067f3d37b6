package dev.build0711.runner.standalone.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.api.GitHosts;
import dev.build0711.runner.app.CreateRun;
import dev.build0711.runner.createrun.CreateRunFunction;
import dev.build0711.runner.http.Callers;
import dev.build0711.runner.http.Edge;
import dev.build0711.runner.http.Endpoint;
import dev.build0711.runner.postgres.Database;
import dev.build0711.runner.postgres.Migrations;
import dev.build0711.runner.postgres.PostgresRunStore;
import dev.build0711.runner.standalone.http.HttpServer;
import dev.build0711.runner.testing.PostgresExtension;
import dev.build0711.runner.testing.RecordedWakeUps;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// While the database cannot be used, whatever the reason, a caller is told to come again; and who
/// comes again has one run.
@Timeout(180)
class OutageIT {

  private static final int CALLERS = 6;
  private static final int REQUESTS = 25;

  @TempDir Path folder;

  private final SecureRandom random = new SecureRandom();
  private EmbeddedPostgres postgres;
  private Database database;
  private HttpServer server;
  private HttpClient client;

  @BeforeEach
  void start() throws IOException {
    postgres = postgres(0);
    new Migrations(postgres.getPostgresDatabase()).up(null);
    Database.Settings settings = PostgresExtension.settings(postgres, "postgres");
    database = Database.forCallers(new Database.Settings(settings.login(), 2));
    var createRun =
        new CreateRun(
            new PostgresRunStore(database.source()),
            new RecordedWakeUps(),
            InstantSource.system(),
            random);
    var gitHosts = new GitHosts(URI.create("https://github.com"), URI.create("https://gitlab.com"));
    Endpoint endpoint =
        Endpoint.ofEverything(
            new Edge(Callers.everybody(), null, random),
            CreateRunFunction.handlers(createRun, gitHosts));
    server = HttpServer.start("127.0.0.1", 0, endpoint, endpoint::refuse);
    client = HttpClient.newHttpClient();
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    server.close();
    database.close();
    postgres.close();
  }

  @Test
  void aDatabaseThatOnlyReadsIsAwayUntilItWrites() throws Exception {
    execute("alter database postgres set default_transaction_read_only = on");
    comeAgain(create("ticket-1"));
    execute(
        """
        set transaction read write;
        alter database postgres set default_transaction_read_only = off;
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = 'postgres' and pid <> pg_backend_pid()
        """);
    insist("ticket-1"); // the pool's old connections end one by one

    hasOneRun("ticket-1");
  }

  @Test
  void aPoolWithoutAFreeConnectionIsToldAtOnce() throws Exception {
    try (Connection _ = database.source().getConnection();
        Connection _ = database.source().getConnection()) {
      comeAgain(create("ticket-2"));
    }

    hasOneRun("ticket-2");
  }

  @Test
  void aLockThatLastsIsNotWaitedFor() throws Exception {
    try (Connection other = postgres.getPostgresDatabase().getConnection();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("lock table run in access exclusive mode");
      comeAgain(create("ticket-3"));
    }

    hasOneRun("ticket-3");
  }

  @Test
  void aStatementThatTakesTooLongIsGivenUp() throws Exception {
    execute(
        """
        create function slow() returns trigger language plpgsql as
          'begin perform pg_sleep(60); return new; end';
        create trigger slow before insert on run for each row execute function slow()
        """);
    comeAgain(create("ticket-4"));
    execute("drop trigger slow on run");

    hasOneRun("ticket-4");
  }

  @Test
  void aRestartUnderLoadLosesAndDoublesNothing() throws Exception {
    int port = postgres.getPort();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> callers = new ArrayList<>();
      for (int caller = 0; caller < CALLERS; caller++) {
        int number = caller;
        callers.add(
            threads.submit(() -> {
              for (int request = 0; request < REQUESTS; request++) {
                insist("ticket-" + number + "-" + request);
              }
              return null;
            }));
      }
      awaitRuns(CALLERS);
      postgres.close();
      postgres = postgres(port);
      for (Future<?> caller : callers) {
        caller.get();
      }
    }

    assertThat(value("select count(*) || ' ' || count(distinct idempotency_key) from run"))
        .isEqualTo(CALLERS * REQUESTS + " " + CALLERS * REQUESTS);
    assertThat(value("select count(*) from run_event"))
        .isEqualTo(Integer.toString(CALLERS * REQUESTS));
  }

  private void awaitRuns(int number) throws InterruptedException {
    while (Integer.parseInt(value("select count(*) from run")) < number) {
      Thread.sleep(5);
    }
  }

  private void insist(String key) throws Exception {
    HttpResponse<String> answer = create(key);
    while (answer.statusCode() != 200 && answer.statusCode() != 201) {
      comeAgain(answer);
      Thread.sleep(50); // the time of Retry-After is for callers who are many
      answer = create(key);
    }
  }

  private static void comeAgain(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).hasValue("5");
    assertThat(answer.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
    assertThat(answer.body())
        .contains("\"code\":\"storage_unavailable\"")
        .contains("\"retryable\":true")
        .contains("\"type\":\"/problems/storage-unavailable\"");
  }

  private void hasOneRun(String key) throws Exception {
    assertThat(create(key).statusCode()).isIn(200, 201);
    assertThat(create(key).headers().firstValue("Idempotent-Replay")).hasValue("true");
    assertThat(value("select count(*) from run")).isEqualTo("1");
  }

  private HttpResponse<String> create(String key) throws IOException, InterruptedException {
    String body =
        """
        {"project_id": "shop", "compiled_prompt": "Paint the shed"}
        """;
    return client.send(
        HttpRequest.newBuilder(server.uri().resolve("/runs"))
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private void execute(String sql) {
    PostgresExtension.execute(postgres.getPostgresDatabase(), sql);
  }

  private String value(String sql) {
    return PostgresExtension.value(postgres.getPostgresDatabase(), sql);
  }

  private EmbeddedPostgres postgres(int port) throws IOException {
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setDataDirectory(folder.resolve("data"))
            .setCleanDataDirectory(false);
    return (port == 0 ? builder : builder.setPort(port)).start();
  }
}
