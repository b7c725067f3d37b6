package dev.build0711.runner.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.StorageUnavailable;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.testing.PostgresExtension;
import dev.build0711.runner.testing.Runs;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DatabaseAwayIT {

  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final Duration LIMIT = Duration.ofSeconds(3);

  @TempDir Path folder;

  @Test
  void whileItIsAwayEveryCallFailsInTimeAndWhenItIsBackTheNextOneSucceeds() throws Exception {
    EmbeddedPostgres server = server(0);
    int port = server.getPort();
    try (Database database = Database.forCallers(PostgresExtension.settings(server, "postgres"))) {
      new Migrations(database.source()).up(null);
      RunStore store = new PostgresRunStore(database.source());
      store.create(Runs.queued(CompleteOn.EITHER), null);

      server.close();
      failsInTime(store);
      failsInTime(store);

      try (EmbeddedPostgres _ = server(port)) {
        assertThat(store.find(Runs.ID)).isPresent();
      }
    }
  }

  @Test
  void aServerThatAcceptsAndSaysNothingIsAwayToo() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Database database =
            Database.forCallers(
                PostgresExtension.settings(
                    "jdbc:postgresql://localhost:" + silent.getLocalPort() + "/runner", 4))) {
      failsInTime(new PostgresRunStore(database.source()));
    }
  }

  @Test
  void aLockThatSomebodyHoldsIsNotWaitedForLongerThanALittle() throws Exception {
    try (Database database = Database.forCallers(POSTGRES.settings())) {
      RunStore store = new PostgresRunStore(database.source());
      store.create(Runs.queued(CompleteOn.EITHER), null);
      try (var other = database.source().getConnection();
          var statement = other.createStatement()) {
        other.setAutoCommit(false);
        statement.execute("lock table run in access exclusive mode");

        failsInTime(store);
      }
      assertThat(store.find(Runs.ID)).isPresent();
    }
  }

  @Test
  void whereAllConnectionsAreTakenACallerIsToldSoAndTheBackgroundWaitsItsTurn() throws Exception {
    try (Database callers = Database.forCallers(one(POSTGRES.settings()));
        Database background = Database.forBackground(one(POSTGRES.settings()))) {
      try (var _ = callers.source().getConnection()) {
        failsInTime(new PostgresRunStore(callers.source()));
      }
      var taken = background.source().getConnection();
      CompletableFuture<Boolean> waiting =
          CompletableFuture.supplyAsync(
              () -> new PostgresRunStore(background.source()).find(Runs.ID).isPresent());
      assertThatThrownBy(() -> waiting.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      taken.close();

      assertThat(waiting.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS)).isFalse();
    }
  }

  private static Database.Settings one(Database.Settings settings) {
    return new Database.Settings(settings.login(), 1);
  }

  private static void failsInTime(RunStore store) {
    Instant begin = Instant.now();
    assertThatThrownBy(() -> store.find(Runs.ID)).isInstanceOf(StorageUnavailable.class);
    assertThat(Duration.between(begin, Instant.now())).isLessThan(LIMIT);
  }

  private EmbeddedPostgres server(int port) throws IOException {
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setDataDirectory(folder.resolve("data"))
            .setCleanDataDirectory(false);
    return (port == 0 ? builder : builder.setPort(port)).start();
  }
}
