package dev.build0711.runner.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.functions.HttpFunction;
import com.google.cloud.functions.HttpRequest;
import com.google.cloud.functions.HttpResponse;
import dev.build0711.runner.config.Deployment;
import dev.build0711.runner.config.Environment;
import dev.build0711.runner.config.RunnerConfig;
import dev.build0711.runner.http.Endpoint;
import dev.build0711.runner.http.Reply;
import dev.build0711.runner.http.Route;
import dev.build0711.runner.secretmanager.SecretManagerSecrets;
import dev.build0711.runner.testing.ApiClient;
import dev.build0711.runner.testing.FrameworkServer;
import dev.build0711.runner.testing.PostgresExtension;
import dev.build0711.runner.testing.SecretManagerServer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The tokens of callers are replaced in Secret Manager, as docs/operations.md says, while callers
/// go on asking.
@Timeout(60)
class RotatedTokensIT {

  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final String SECRET = "projects/oaks/secrets/api-tokens";
  private static final String OLD = "a-token-of-the-spring";
  private static final String NEW = "a-token-of-the-summer";
  private static final Duration UNTIL_READ_AGAIN = Duration.ofMinutes(5).plusSeconds(1);
  private static final int CALLERS = 4;

  private static final AtomicReference<Instant> NOW =
      new AtomicReference<>(Instant.parse("2026-05-06T07:08:09Z"));
  private static final SecretManagerServer SECRET_MANAGER = new SecretManagerServer();
  private static final Wiring WIRING = wiring();

  private final AtomicReference<ApiClient> client = new AtomicReference<>();
  private final AtomicInteger answered = new AtomicInteger();
  private FrameworkServer server;

  /// Any function whose callers show a token.
  public static final class UnderTest implements HttpFunction {

    private final Endpoint endpoint =
        Endpoint.ofFunction(
            WIRING.edge(),
            Map.of(Route.LIST_RUNS, _ -> Reply.json(200, json -> json.object(() -> {}))));

    @Override
    public void service(HttpRequest request, HttpResponse response) {
      endpoint.service(request, response);
    }
  }

  private static Wiring wiring() {
    var environment =
        new Environment(
            Map.of(
                "DATABASE_URL",
                POSTGRES.jdbcUrl(),
                "OPENHANDS_SECURITY_API_TOKENS",
                "sm://" + SECRET),
            Deployment.FUNCTIONS,
            false);
    var secrets =
        new SecretValues(() -> SecretManagerSecrets.open(SECRET_MANAGER.base()), NOW::get);
    return new Wiring(RunnerConfig.from(environment, Set.of()), secrets, NOW::get);
  }

  @BeforeEach
  void start() throws Exception {
    SECRET_MANAGER.put(SECRET, OLD);
    server = FrameworkServer.of(UnderTest.class);
  }

  @AfterEach
  void stop() throws Exception {
    server.stop();
  }

  @AfterAll
  static void close() {
    WIRING.close();
    SECRET_MANAGER.close();
  }

  @Test
  void aTokenIsReplacedUnderLoadWithoutARefusal() throws Exception {
    show(OLD);
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new AtomicReference<>(true);
      List<Future<List<Integer>>> refused = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        refused.add(callers.submit(askWhile(running)));
      }
      some();
      SECRET_MANAGER.put(SECRET, OLD + "," + NEW);
      some();
      pass(UNTIL_READ_AGAIN);
      some();
      show(NEW);
      some();
      SECRET_MANAGER.put(SECRET, NEW);
      pass(UNTIL_READ_AGAIN);
      some();
      running.set(false);
      for (Future<List<Integer>> one : refused) {
        assertThat(one.get()).isEmpty();
      }
    }
    show(OLD);
    assertThat(client.get().get("/runs").statusCode()).isEqualTo(401);
    assertThat(SECRET_MANAGER.readings()).isEqualTo(3);
  }

  private Callable<List<Integer>> askWhile(AtomicReference<Boolean> running) {
    return () -> {
      List<Integer> refused = new ArrayList<>();
      while (running.get()) {
        int status = client.get().get("/runs").statusCode();
        answered.incrementAndGet();
        if (status != 200) {
          refused.add(status);
        }
      }
      return refused;
    };
  }

  private void show(String token) {
    client.set(new ApiClient(server.base(), token));
  }

  private static void pass(Duration time) {
    NOW.updateAndGet(now -> now.plus(time));
  }

  /// Lets every caller ask some times.
  private void some() throws InterruptedException {
    int until = answered.get() + 40 * CALLERS;
    while (answered.get() < until) {
      Thread.sleep(5);
    }
  }
}
