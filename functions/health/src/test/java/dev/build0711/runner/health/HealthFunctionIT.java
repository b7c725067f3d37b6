package dev.build0711.runner.health;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.functions.HttpFunction;
import com.google.cloud.functions.HttpRequest;
import com.google.cloud.functions.HttpResponse;
import dev.build0711.runner.app.CheckHealth;
import dev.build0711.runner.http.Callers;
import dev.build0711.runner.http.Edge;
import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.port.Backends;
import dev.build0711.runner.port.StorageUnavailable;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.testing.ApiClient;
import dev.build0711.runner.testing.FrameworkServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.mockito.Mockito;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HealthFunctionIT {

  private static final AtomicReference<Supplier<Duration>> DATABASE =
      new AtomicReference<>(HealthFunctionIT::prompt);
  private static final AgentBackend BLUE = Mockito.mock();
  private static final Backends BACKENDS = Mockito.mock();

  private FrameworkServer server;
  private ApiClient client;

  /// The function as the framework makes it, over things that can be made to fail.
  public static final class UnderTest implements HttpFunction {

    private final HealthFunction function =
        new HealthFunction(
            new Edge(Callers.holding(List.of()), null, new Random(1)),
            new CheckHealth(() -> DATABASE.get().get(), BACKENDS, System::nanoTime),
            "0.1.0");

    @Override
    public void service(HttpRequest request, HttpResponse response) {
      function.service(request, response);
    }
  }

  @BeforeAll
  void start() throws Exception {
    server = FrameworkServer.of(UnderTest.class);
    client = new ApiClient(server.base(), "nobody asks for one");
  }

  @AfterAll
  void stop() throws Exception {
    server.stop();
  }

  @BeforeEach
  void allIsWell() {
    DATABASE.set(HealthFunctionIT::prompt);
    Mockito.when(BLUE.name()).thenReturn("blue");
    Mockito.when(BACKENDS.all()).thenReturn(List.of(BLUE));
    answer(new AgentBackend.Health(null, Dialect.AGENT_SERVER, "1.36.0"));
  }

  @Test
  void tellsOfEverythingItDependsOn() throws Exception {
    var response = client.get("/health");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .matches(
            """
            \\{"status":"ok","version":"0.1.0","checks":\\{\
            "database":\\{"status":"ok","latency_ms":\\d+},\
            "openhands":\\{"status":"ok","backends":\\[\
            \\{"name":"blue","status":"ok","version":"1.36.0","detail":null}]},\
            "queue":\\{"status":"ok","oldest_overdue_seconds":7}}}\
            """);
  }

  @Test
  void theExampleInThePageOfTheApiHasTheSameMembers() throws Exception {
    String page = Files.readString(Path.of("../../docs/api.md"));
    Matcher example = Pattern.compile("(?s)```json\\n(\\{\\s*\"status\": .*?)```").matcher(page);
    assertThat(example.find()).isTrue();

    assertThat(members(example.group(1))).isEqualTo(members(client.get("/health").body()));
  }

  /// The names in a JSON text in the order in which they come first.
  private static List<String> members(String json) {
    return Pattern.compile("\"(\\w+)\":")
        .matcher(json)
        .results()
        .map(name -> name.group(1))
        .distinct()
        .toList();
  }

  @Test
  void aDownOpenHandsIsDegradedNotDown() throws Exception {
    answer(new AgentBackend.Health(Reason.BACKEND_UNAUTHORIZED, null, null));

    var response = client.get("/health");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .contains(
            "{\"status\":\"degraded\"",
            "\"status\":\"down\",\"version\":null,\"detail\":\"unauthorized\"");
  }

  @Test
  void withoutTheDatabaseItIsDown() throws Exception {
    DATABASE.set(() -> {
      throw new StorageUnavailable("gone", new IllegalStateException());
    });

    var response = client.get("/health");

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body())
        .contains("{\"status\":\"down\"", "\"database\":{\"status\":\"down\"");
  }

  @Test
  void answersWithinThreeSecondsWhenNothingElseDoes() throws Exception {
    var never = new CountDownLatch(1);
    DATABASE.set(() -> stuck(never));
    Mockito.when(BLUE.check(Mockito.any()))
        .thenAnswer(_ -> {
          stuck(never);
          return new AgentBackend.Health(null, null, null);
        });
    long start = System.nanoTime();

    var response = client.get("/health");

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
    assertThat(response.statusCode()).isEqualTo(503);
    never.countDown();
  }

  @Test
  void livesAsLongAsItAnswers() throws Exception {
    DATABASE.set(() -> {
      throw new StorageUnavailable("gone", new IllegalStateException());
    });

    var response = client.get("/health/live");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("{\"status\":\"ok\"}");
  }

  private static void answer(AgentBackend.Health health) {
    Mockito.when(BLUE.check(Mockito.any())).thenReturn(health);
  }

  private static Duration stuck(CountDownLatch never) {
    try {
      never.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Duration.ZERO;
  }

  private static Duration prompt() {
    return Duration.ofSeconds(7);
  }
}
