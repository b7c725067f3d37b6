package dev.build0711.runner.maintain;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.functions.HttpFunction;
import com.google.cloud.functions.HttpRequest;
import com.google.cloud.functions.HttpResponse;
import dev.build0711.runner.app.Admit;
import dev.build0711.runner.app.AskForTicks;
import dev.build0711.runner.app.SetAside;
import dev.build0711.runner.app.Sweep;
import dev.build0711.runner.app.TendDeliveries;
import dev.build0711.runner.http.Callers;
import dev.build0711.runner.http.Edge;
import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.port.Backends;
import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.port.WakeUps.Tick;
import dev.build0711.runner.postgres.Database;
import dev.build0711.runner.postgres.PostgresDeliveryStore;
import dev.build0711.runner.postgres.PostgresFailedLooks;
import dev.build0711.runner.postgres.PostgresRunStore;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.testing.ApiClient;
import dev.build0711.runner.testing.FrameworkServer;
import dev.build0711.runner.testing.PostgresExtension;
import dev.build0711.runner.testing.RecordedWakeUps;
import dev.build0711.runner.testing.Runs;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.mockito.Mockito;

/// What the scheduler is answered, over the real functions framework and a real database.
class MaintainFunctionIT {

  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final String PATH = "/tasks/maintain";
  private static final Queue<Wake> WAKES = new ConcurrentLinkedQueue<>();
  private static final Queue<Tick> TICKS = new ConcurrentLinkedQueue<>();
  private static final Instant NOW = Instant.parse("2026-11-26T10:00:00.5Z");
  private static final Backends BACKENDS = Mockito.mock();
  private static final AtomicReference<RunStore> STORE = new AtomicReference<>();

  private static FrameworkServer server;
  private static ApiClient scheduler;

  /// The function as the framework makes it.
  public static final class UnderTest implements HttpFunction {

    private final Edge edge = new Edge(Callers.holding(List.of()), null, new Random(1));

    @Override
    public void service(HttpRequest request, HttpResponse response) {
      var wakeUps = new RecordedWakeUps(WAKES, TICKS);
      Admit admit = new Admit(STORE.get(), BACKENDS, wakeUps);
      var ticks = new AskForTicks(BACKENDS, wakeUps, () -> NOW);
      var sweep = new Sweep(STORE.get(), wakeUps);
      var setAside = new SetAside(new PostgresFailedLooks(POSTGRES.source()));
      var deliveries = new PostgresDeliveryStore(POSTGRES.source());
      var tend = new TendDeliveries(deliveries, wakeUps, () -> NOW);
      new MaintainFunction(edge, sweep, setAside, admit, ticks, tend).service(request, response);
    }
  }

  @BeforeAll
  static void start() throws Exception {
    server = FrameworkServer.of(UnderTest.class);
    scheduler = new ApiClient(server.base(), "no token of a caller counts here");
  }

  @AfterAll
  static void stop() throws Exception {
    server.stop();
  }

  @BeforeEach
  void reset() {
    STORE.set(new PostgresRunStore(POSTGRES.source()));
    WAKES.clear();
    TICKS.clear();
    Mockito.reset(BACKENDS);
    Mockito.when(BACKENDS.terms()).thenReturn(List.of());
    Mockito.when(BACKENDS.all()).thenReturn(List.of());
  }

  @Test
  void freePlacesAreGivenAway() throws Exception {
    RunId waiting = created(Duration.ofSeconds(5));
    Mockito.when(BACKENDS.terms())
        .thenReturn(List.of(new Backends.Terms("main", 1, 1, false, null)));

    assertThat(scheduler.post(PATH, "{}").body())
        .isEqualTo("{\"woken\":0,\"set_aside\":0,\"admitted\":1,\"linked\":0}");
    assertThat(WAKES).extracting(Wake::id).containsExactly(waiting);
  }

  @Test
  void aDutyThatFailsKeepsNoOtherFromBeingDone() throws Exception {
    RunId lost = created(Duration.ofSeconds(31));
    Mockito.when(BACKENDS.terms()).thenThrow(new IllegalStateException("planted"));
    Mockito.when(BACKENDS.all()).thenThrow(new IllegalStateException("planted too"));

    assertThat(scheduler.post(PATH, "{}").statusCode()).isEqualTo(503);
    assertThat(WAKES).extracting(Wake::id).containsExactly(lost);
  }

  @Test
  void runsWhoseWakeUpWasLostAreWokenAnew() throws Exception {
    RunId lost = created(Duration.ofSeconds(31));
    created(Duration.ofSeconds(20));
    RunId beingLookedAt = created(Duration.ofSeconds(90));
    STORE.get().claim(beingLookedAt, Duration.ofMinutes(2));

    assertThat(scheduler.post(PATH, "{}").body())
        .isEqualTo("{\"woken\":1,\"set_aside\":0,\"admitted\":0,\"linked\":0}");
    assertThat(WAKES)
        .singleElement()
        .satisfies(wake -> assertThat(wake.id()).isEqualTo(lost))
        .satisfies(wake -> assertThat(wake.wakeNo()).isEqualTo(2));
  }

  @Test
  void everyBackendIsTendedTwiceAMinute() throws Exception {
    AgentBackend main = Mockito.mock();
    Mockito.when(main.name()).thenReturn("main");
    Mockito.when(BACKENDS.all()).thenReturn(List.of(main));

    scheduler.post(PATH, "{}");

    assertThat(TICKS)
        .containsExactly(
            new Tick("main", Instant.parse("2026-11-26T10:00:02Z")),
            new Tick("main", Instant.parse("2026-11-26T10:00:32Z")));
  }

  @Test
  void whoeverComesSecondWakesNobodyAgain() throws Exception {
    created(Duration.ofMinutes(5));

    assertThat(scheduler.post(PATH, "{}").body())
        .isEqualTo("{\"woken\":1,\"set_aside\":0,\"admitted\":0,\"linked\":0}");
    assertThat(scheduler.post(PATH, "{}").body())
        .isEqualTo("{\"woken\":0,\"set_aside\":0,\"admitted\":0,\"linked\":0}");
    assertThat(WAKES).hasSize(1);
  }

  @Test
  void moreThanOneBatchIsWokenAtOnce() throws Exception {
    for (int i = 0; i < 501; i++) {
      created(Duration.ofMinutes(5));
    }

    assertThat(scheduler.post(PATH, "{}").body())
        .isEqualTo("{\"woken\":501,\"set_aside\":0,\"admitted\":0,\"linked\":0}");
    assertThat(WAKES.stream().map(Wake::id).distinct()).hasSize(501);
  }

  @Test
  void whatFailedTooOftenIsSetAsideAndAllOthersAreWoken() throws Exception {
    RunId poison = created(Duration.ofMinutes(5));
    created(Duration.ofMinutes(5));
    POSTGRES.execute("update run set failed_looks = 20 where id = '%s'".formatted(poison.value()));

    assertThat(scheduler.post(PATH, "{}").body())
        .isEqualTo("{\"woken\":1,\"set_aside\":1,\"admitted\":0,\"linked\":0}");
  }

  @Test
  void theSchedulerMayPostNothingAtAll() throws Exception {
    created(Duration.ofMinutes(5));

    assertThat(scheduler.post(PATH, "").body())
        .isEqualTo("{\"woken\":1,\"set_aside\":0,\"admitted\":0,\"linked\":0}");
  }

  @Test
  void withoutTheDatabaseTheSchedulerTriesAgain() throws Exception {
    var nowhere = PostgresExtension.settings("jdbc:postgresql://localhost:1/runner", 1);
    try (Database database = Database.forCallers(nowhere)) {
      STORE.set(new PostgresRunStore(database.source()));

      assertThat(scheduler.post(PATH, "{}").statusCode()).isEqualTo(503);
    }
  }

  private static RunId created(Duration overdue) {
    Run accepted = Runs.queued(CompleteOn.EITHER);
    RunId id = RunId.create(Runs.T0, new Random());
    STORE.get().create(Run.accepted(id, accepted.spec(), Runs.T0), null);
    POSTGRES.execute(
        "update run set next_poll_at = now() - make_interval(secs => %d) where id = '%s'"
            .formatted(overdue.toSeconds(), id.value()));
    return id;
  }
}
