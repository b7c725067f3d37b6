package dev.build0711.runner.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.GoogleCredentials;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.build0711.runner.cloudsql.LoginToken;
import dev.build0711.runner.config.Deployment;
import dev.build0711.runner.config.Environment;
import dev.build0711.runner.config.RunnerConfig;
import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.Secrets.SecretUnavailable;
import dev.build0711.runner.port.StorageUnavailable;
import dev.build0711.runner.postgres.Database;
import dev.build0711.runner.postgres.Migrations;
import dev.build0711.runner.postgres.PostgresRunStore;
import dev.build0711.runner.testing.PostgresExtension;
import dev.build0711.runner.testing.Runs;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What proves to PostgreSQL who logs in is replaced while statements run on connections that are
/// made all the time.
@Timeout(90)
class DatabaseLoginIT {

  private static final String ROLE = "runner@oaks.iam";
  private static final String PASSWORD = "projects/oaks/secrets/database-password";
  private static final int CLIENTS = 4;
  private static final int ROUNDS = 12;

  private final Map<String, String> kept = new ConcurrentHashMap<>();
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-05-06T07:08:09Z"));
  private final SecretValues secrets = new SecretValues(() -> this::keptSecret, now::get);

  @TempDir Path folder;

  private EmbeddedPostgres server;
  private DataSource owner;

  @BeforeEach
  void aServerThatWantsPasswords() throws IOException {
    Path rules =
        Files.writeString(
            folder.resolve("hba.conf"),
            """
            host all postgres localhost trust
            host all all localhost scram-sha-256
            """);
    server = EmbeddedPostgres.builder().setServerConfig("hba_file", rules.toString()).start();
    owner = server.getPostgresDatabase();
    new Migrations(owner).up(null);
    PostgresExtension.execute(
        owner,
        """
        create role "%1$s" login;
        grant select on all tables in schema public to "%1$s"
        """
            .formatted(ROLE));
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @Test
  void aPasswordIsReplacedUnderLoadWithoutAFailure() throws Exception {
    setPassword("first");
    kept.put(PASSWORD + "/versions/latest", "first");
    try (Database database = database("sm://" + PASSWORD, new LoginToken())) {
      int made =
          underLoad(
              database,
              round -> {
                now.updateAndGet(it -> it.plus(Duration.ofMinutes(1)));
                // as docs/operations.md has it: the version first, then the role
                kept.put(PASSWORD + "/versions/latest", "password " + round);
                setPassword("password " + round);
              });
      assertThat(made).isGreaterThan(10);
    }
  }

  @Test
  void anAccessTokenIsRenewedUnderLoadWhenItsTimeIsOver() throws Exception {
    var account = new Account(Duration.ofMinutes(1));
    try (Database database = database("iam", new LoginToken(() -> account))) {
      underLoad(database, account::next);
    }
    assertThat(account.fetched).hasValueGreaterThanOrEqualTo(ROUNDS / 2);
  }

  @Test
  void anAccessTokenIsRenewedUnderLoadWhenItIsRefusedBefore() throws Exception {
    var account = new Account(Duration.ofHours(1));
    try (Database database = database("iam", new LoginToken(() -> account))) {
      underLoad(database, account::next);
    }
    assertThat(account.fetched).hasValueGreaterThanOrEqualTo(ROUNDS / 2);
  }

  @Test
  void aLoginThatIsRefusedAlsoWhenReadAnewIsTroubleThatMayPass() throws Exception {
    setPassword("right");
    try (Database database = database("wrong", new LoginToken())) {
      assertThatExceptionOfType(StorageUnavailable.class)
          .isThrownBy(() -> new PostgresRunStore(database.source()).find(Runs.ID))
          .withMessageContaining("28P01");
    }
  }

  @Test
  void whileThePasswordCannotBeReadNothingIsTried() throws Exception {
    try (Database database = database("sm://" + PASSWORD, new LoginToken())) {
      RunStore store = new PostgresRunStore(database.source());
      assertThatExceptionOfType(StorageUnavailable.class).isThrownBy(() -> store.find(Runs.ID));

      setPassword("there");
      kept.put(PASSWORD + "/versions/latest", "there");
      assertThat(store.find(Runs.ID)).isEmpty();
    }
  }

  @FunctionalInterface
  private interface Rotation {
    void at(int round);
  }

  /// Reads all the time, with connections that live for some milliseconds.
  ///
  /// @return how many statements succeeded
  private static int underLoad(Database database, Rotation rotation) throws Exception {
    RunStore store = new PostgresRunStore(database.source());
    var running = new AtomicBoolean(true);
    var read = new AtomicInteger();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        all.add(
            clients.submit(() -> {
              while (running.get()) {
                store.find(Runs.ID);
                read.incrementAndGet();
              }
              return null;
            }));
      }
      try {
        rotate(rotation, (HikariDataSource) database.source());
      } finally {
        running.set(false);
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    return read.get();
  }

  private static void rotate(Rotation rotation, HikariDataSource pool) throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      rotation.at(round);
      for (int i = 0; i < 4; i++) {
        Thread.sleep(25);
        HikariPoolMXBean connections = pool.getHikariPoolMXBean();
        if (connections != null) {
          connections.softEvictConnections();
        }
      }
    }
  }

  private Database database(String password, LoginToken token) {
    var environment =
        new Environment(
            Map.of(
                "DATABASE_URL",
                "postgresql://localhost:" + server.getPort() + "/postgres",
                "OPENHANDS_DATABASE_USER",
                ROLE,
                "OPENHANDS_DATABASE_PASSWORD",
                password),
            Deployment.FUNCTIONS,
            false);
    RunnerConfig.Database config = RunnerConfig.from(environment, Set.of()).database();
    return Database.forCallers(
        new Database.Settings(new DatabaseLogin(config, secrets, token), CLIENTS));
  }

  private String keptSecret(String name) {
    String value = kept.get(name);
    if (value == null) {
      throw new SecretUnavailable(name, new IllegalStateException("no version"));
    }
    return value;
  }

  private void setPassword(String password) {
    PostgresExtension.execute(owner, "alter role \"" + ROLE + "\" password '" + password + "'");
  }

  /// An account of which the server takes only the newest token.
  private final class Account extends GoogleCredentials {

    private final AtomicInteger fetched = new AtomicInteger();
    private final Duration holds;
    private volatile String newest = "";

    /// @param holds how long a token is said to hold; the library fetches the next one some minutes
    ///   before
    Account(Duration holds) {
      this.holds = holds;
      next(0);
    }

    /// The old token counts no more.
    void next(int round) {
      newest = "ya29.token-" + round;
      setPassword(newest);
    }

    @Override
    public AccessToken refreshAccessToken() {
      fetched.incrementAndGet();
      return new AccessToken(newest, Date.from(Instant.now().plus(holds)));
    }
  }
}
