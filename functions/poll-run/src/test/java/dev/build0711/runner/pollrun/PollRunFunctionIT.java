package dev.build0711.runner.pollrun;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.functions.HttpFunction;
import com.google.cloud.functions.HttpRequest;
import com.google.cloud.functions.HttpResponse;
import dev.build0711.runner.app.LookUps;
import dev.build0711.runner.app.PollRun;
import dev.build0711.runner.app.Prompts;
import dev.build0711.runner.app.TendBackend;
import dev.build0711.runner.http.Callers;
import dev.build0711.runner.http.Edge;
import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.port.Backends;
import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.RunStore.Change;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.postgres.Database;
import dev.build0711.runner.postgres.PostgresBackendStore;
import dev.build0711.runner.postgres.PostgresFailedLooks;
import dev.build0711.runner.postgres.PostgresRunStore;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.Evidence.Clocks;
import dev.build0711.runner.run.Marker;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.testing.ApiClient;
import dev.build0711.runner.testing.FrameworkServer;
import dev.build0711.runner.testing.MemoryArtifacts;
import dev.build0711.runner.testing.PostgresExtension;
import dev.build0711.runner.testing.RecordedWakeUps;
import dev.build0711.runner.testing.Runs;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What the queue is answered, over the real functions framework and a real database.
class PollRunFunctionIT {

  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final String PATH = "/tasks/poll-run";
  private static final String TASK = "{\"run_id\":\"" + Runs.ID + "\"}";
  private static final Queue<Wake> WAKES = new ConcurrentLinkedQueue<>();
  private static final AtomicReference<RunStore> STORE = new AtomicReference<>();

  private static FrameworkServer server;
  private static ApiClient queue;

  /// The function as the framework makes it, in a project without an OpenHands.
  public static final class UnderTest implements HttpFunction {

    private final Edge edge = new Edge(Callers.holding(List.of()), null, new Random(1));

    @Override
    public void service(HttpRequest request, HttpResponse response) {
      var states = new PostgresBackendStore(POSTGRES.source());
      var backends = new NoBackends();
      var wakeUps = new RecordedWakeUps(WAKES);
      PollRun pollRun =
          new PollRun(
              STORE.get(),
              new PostgresFailedLooks(POSTGRES.source()),
              new MemoryArtifacts(),
              states,
              backends,
              wakeUps,
              new Prompts(new Marker(() -> "a key of the tests")),
              Clocks.DEFAULT,
              LookUps.NONE,
              InstantSource.system(),
              new Random(1));
      var tend = new TendBackend(states, STORE.get(), backends, wakeUps, InstantSource.system());
      new PollRunFunction(edge, pollRun, tend).service(request, response);
    }
  }

  private static final class NoBackends implements Backends {

    @Override
    public List<Terms> terms() {
      return List.of();
    }

    @Override
    public Optional<AgentBackend> named(String name) {
      return Optional.empty();
    }

    @Override
    public List<AgentBackend> all() {
      return List.of();
    }
  }

  @BeforeAll
  static void start() throws Exception {
    server = FrameworkServer.of(UnderTest.class);
    queue = new ApiClient(server.base(), "no token of a caller counts here");
  }

  @AfterAll
  static void stop() throws Exception {
    server.stop();
  }

  @BeforeEach
  void reset() {
    STORE.set(new PostgresRunStore(POSTGRES.source()));
    STORE.get().create(Runs.queued(CompleteOn.EITHER), null);
    WAKES.clear();
  }

  @Test
  void aTaskIsALookAtItsRunAndTheNextWakeUp() throws Exception {
    var answer = queue.post(PATH, TASK);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"outcome\":\"looked\"}");
    assertThat(STORE.get().find(Runs.ID).orElseThrow().standing().reason()).isNotNull();
    assertThat(WAKES)
        .singleElement()
        .satisfies(wake -> assertThat(wake.id()).isEqualTo(Runs.ID))
        .satisfies(wake -> assertThat(wake.wakeNo()).isEqualTo(2));
  }

  @Test
  void aTickOfABackendLooksAtItsAgents() throws Exception {
    Run run = Runs.working(CompleteOn.EITHER);
    RunStore store = STORE.get();
    var claim = store.claim(Runs.ID, PollRun.LEASE).orElseThrow();
    store.save(claim, new Change(claim.run(), run, List.of()), claim.now());

    assertThat(queue.post(PATH, "{\"backend\":\"elsewhere\"}").body())
        .isEqualTo("{\"outcome\":\"nothing_due\"}");
    assertThat(queue.post(PATH, "{\"backend\":\"main\"}").body())
        .isEqualTo("{\"outcome\":\"looked\"}");
    assertThat(WAKES).extracting(Wake::id).containsExactly(Runs.ID);
  }

  @Test
  void ofManyTasksAtOnceOneLooks() throws Exception {
    List<Callable<String>> tasks = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      tasks.add(() -> queue.post(PATH, TASK).body());
    }
    List<String> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<String> answer : threads.invokeAll(tasks)) {
        answers.add(answer.get());
      }
    }

    assertThat(answers).containsOnlyOnce("{\"outcome\":\"looked\"}");
    assertThat(answers).contains("{\"outcome\":\"nothing_due\"}").hasSize(8);
  }

  @Test
  void aTaskOfARunThatIsGoneIsDone() throws Exception {
    var answer = queue.post(PATH, "{\"run_id\":\"run_00000000000000000000000000\"}");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"outcome\":\"nothing_due\"}");
  }

  @Test
  void aTaskThatCanNeverSucceedIsNotSentAgain() throws Exception {
    for (String body :
        List.of(
            "",
            "{",
            "{}",
            "{\"run_id\":7}",
            "{\"run_id\":\"run_x\"}",
            "{\"backend\":7}",
            "{\"backend\":\"main\",\"run_id\":\"" + Runs.ID + "\"}")) {
      var answer = queue.post(PATH, body);

      assertThat(answer.statusCode()).as(body).isEqualTo(200);
      assertThat(answer.body()).contains("\"outcome\":\"dropped\"");
    }
    assertThat(WAKES).isEmpty();
  }

  @Test
  void withoutTheDatabaseTheTaskComesAgain() throws Exception {
    var nowhere = PostgresExtension.settings("jdbc:postgresql://localhost:1/runner", 1);
    try (Database database = Database.forCallers(nowhere)) {
      STORE.set(new PostgresRunStore(database.source()));

      assertThat(queue.post(PATH, TASK).statusCode()).isEqualTo(503);
    }
  }

  @Test
  void onlyATaskIsTaken() throws Exception {
    assertThat(queue.get(PATH).statusCode()).isEqualTo(405);
    assertThat(queue.post("/tasks/maintain", "{}").statusCode()).isEqualTo(404);
  }
}
