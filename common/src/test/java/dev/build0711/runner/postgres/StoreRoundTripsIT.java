package dev.build0711.runner.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.RunStore.Claim;
import dev.build0711.runner.port.RunStore.Creation;
import dev.build0711.runner.port.RunStore.IdempotencyKey;
import dev.build0711.runner.port.RunStore.Release;
import dev.build0711.runner.port.RunStore.RunFilter;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.testing.PostgresExtension;
import dev.build0711.runner.testing.RoundTrips;
import dev.build0711.runner.testing.Runs;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What a use of the store costs, counted at the wire.
class StoreRoundTripsIT {

  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final IdempotencyKey KEY = new IdempotencyKey("order-4711", "4e".repeat(32));
  private static final RunFilter EVERY_RUN = new RunFilter(List.of(), List.of());
  private static final Run QUEUED = Runs.queued(CompleteOn.EITHER);

  private RoundTrips roundTrips;
  private Database database;
  private RunStore store;

  @BeforeEach
  void connect() throws IOException {
    roundTrips = new RoundTrips(POSTGRES.settings());
    database = Database.forCallers(roundTrips.settings());
    store = new PostgresRunStore(database.source());
    store.find(Runs.ID);
    roundTrips.take();
  }

  @AfterEach
  void close() throws IOException {
    database.close();
    roundTrips.close();
  }

  @Test
  void aRunIsCreatedInOne() {
    assertThat(store.create(QUEUED, KEY)).isInstanceOf(Creation.Created.class);
    assertThat(roundTrips.take()).isOne();
  }

  @Test
  void aRepetitionTakesTwo() {
    store.create(QUEUED, KEY);
    roundTrips.take();

    assertThat(store.create(QUEUED, KEY)).isInstanceOf(Creation.Replayed.class);
    assertThat(roundTrips.take()).isEqualTo(2);
  }

  @Test
  void aRunAndAPageAreReadInOneHoweverOftenTheirStatementsWereUsed() {
    store.create(QUEUED, null);
    for (int use = 0; use < 12; use++) { // after some uses the driver prepares it on the server
      roundTrips.take();
      assertThat(store.find(QUEUED.id())).isPresent();
      assertThat(roundTrips.take()).isOne();
      assertThat(store.summary(QUEUED.id())).isPresent();
      assertThat(roundTrips.take()).isOne();
      assertThat(store.list(EVERY_RUN, null, 20)).hasSize(1);
      assertThat(roundTrips.take()).isOne();
    }
  }

  @Test
  void aClaimTakesOneAndSoDoesItsEnd() {
    store.create(QUEUED, null);
    roundTrips.take();

    Claim claim = store.claim(QUEUED.id(), Duration.ofMinutes(2)).orElseThrow();
    assertThat(roundTrips.take()).isOne();
    store.release(List.of(new Release(claim, claim.now())));
    assertThat(roundTrips.take()).isOne();
  }
}
