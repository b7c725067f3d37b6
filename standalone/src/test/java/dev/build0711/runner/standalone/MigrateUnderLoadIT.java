package dev.build0711.runner.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.config.Deployment;
import dev.build0711.runner.config.Environment;
import dev.build0711.runner.port.StorageUnavailable;
import dev.build0711.runner.postgres.Migrations;
import dev.build0711.runner.postgres.NextRelease;
import dev.build0711.runner.testing.PostgresExtension;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// While the schema moves under a runner at work, callers are answered or told to come again, and
/// nothing that was accepted is lost.
@Timeout(180)
class MigrateUnderLoadIT {

  private static final int ROUNDS = 3;
  private static final int CREATORS = 4;
  private static final Duration PACE = Duration.ofMillis(100);
  private static final int DELIVERED = 25;

  /// How often a migration is tried that gave up because the service held its locks.
  private static final int TRIES = 20;

  /// A look that could not store what it had seen leaves its run claimed. These minutes are spent
  /// in the database, not by the test.
  private static final String LEASES_END =
      """
      update run
      set lease_until = lease_until - interval '5 minutes', next_poll_at = next_poll_at - interval '5 minutes'
      where next_poll_at is not null
      """;

  private static final Duration SETTLE = Duration.ofSeconds(2);

  @TempDir Path data;

  private final Map<String, String> accepted = new ConcurrentHashMap<>();
  private final AtomicInteger deliveries = new AtomicInteger();
  private final AtomicInteger toldToComeAgain = new AtomicInteger();
  private final AtomicBoolean over = new AtomicBoolean();
  private Surroundings around;

  @BeforeEach
  void surround() throws Exception {
    around = new Surroundings();
  }

  @AfterEach
  void end() throws Exception {
    around.close();
  }

  @Test
  void theNewestVersionIsTakenBackAndAppliedAgain() throws Exception {
    Migrations migrations = new Migrations(around.source());
    migrations.up(null);

    underLoad(() -> {
      assertThat(insist(() -> migrations.down(null))).hasSize(1);
      assertThat(insist(() -> migrations.up(null))).hasSize(1);
    });
  }

  /// The runner logs in as the functions do on Cloud SQL, so that it may use what the next version
  /// makes only if that version lets it.
  @Test
  void aVersionOfTheNextReleaseComesAndGoes() throws Exception {
    around.logInAsFunction();
    new Migrations(around.source()).up(null);
    Migrations next = NextRelease.migrations(around.source());

    underLoad(() -> {
      assertThat(insist(() -> next.up(null))).hasSize(1);
      Thread.sleep(500); // every statement is prepared again for the new schema
      assertThat(insist(() -> next.down(null))).hasSize(1);
      Thread.sleep(500);
    });
  }

  @FunctionalInterface
  private interface Migrating {
    void once() throws Exception;
  }

  private void underLoad(Migrating migrating) throws Exception {
    try (StandaloneServer server = StandaloneServer.start(environment(), data, false);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      ApiUser user = new ApiUser(Product.of(server), Surroundings.TOKEN);
      List<Future<?>> load = load(threads, user);
      try {
        until(() -> accepted.size() >= CREATORS * 5); // every statement is prepared by now
        for (int round = 0; round < ROUNDS; round++) {
          migrating.once();
        }
        int before = accepted.size();
        until(() -> accepted.size() > before + CREATORS);
      } finally {
        over.set(true);
      }
      for (Future<?> one : load) {
        one.get();
      }
      nothingIsLost(user);
    }
  }

  private List<Future<?>> load(ExecutorService threads, ApiUser user) {
    List<Callable<?>> tasks = new ArrayList<>();
    for (int number = 0; number < CREATORS; number++) {
      String name = "creator-" + number;
      tasks.add(() -> create(user, name));
    }
    tasks.add(() -> read(user));
    tasks.add(() -> deliver(user));
    List<Future<?>> running = new ArrayList<>();
    tasks.forEach(task -> running.add(threads.submit(task)));
    return running;
  }

  private int create(ApiUser user, String name) throws Exception {
    int number = 0;
    for (; !over.get(); number++) {
      String key = name + "-" + number;
      String body =
          ApiUser.body(
              "shop", "Load " + key + ". [[scenario: finish tasks=1 seconds=0.2]]", "either");
      HttpResponse<String> answer =
          insistOnAnswer(() -> user.impatient().post("/runs", body, "Idempotency-Key", key));
      assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201);
      accepted.put(key, ApiUser.json(answer).path("run_id").stringValue());
      Thread.sleep(PACE);
    }
    return number;
  }

  private int read(ApiUser user) throws Exception {
    int number = 0;
    for (; !over.get(); number++) {
      Optional<String> id = some();
      String path = id.isEmpty() || number % 3 == 0 ? "/runs?limit=20" : "/runs/" + id.get();
      String whole = number % 3 == 1 && id.isPresent() ? path + "/detail" : path;
      HttpResponse<String> answer = insistOnAnswer(() -> user.impatient().get(whole));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      Thread.sleep(PACE.dividedBy(4));
    }
    return number;
  }

  private int deliver(ApiUser user) throws Exception {
    for (int number = 0; !over.get() && number < DELIVERED; number++) {
      Optional<String> id = some();
      if (id.isPresent()) {
        user.pullRequest(id.get(), 1000L + number, "pull_request.opened");
        deliveries.incrementAndGet();
      }
      Thread.sleep(PACE);
    }
    return deliveries.get();
  }

  private Optional<String> some() {
    List<String> ids = List.copyOf(accepted.values());
    return ids.isEmpty()
        ? Optional.empty()
        : Optional.of(ids.get(ThreadLocalRandom.current().nextInt(ids.size())));
  }

  @FunctionalInterface
  private interface Asking {
    HttpResponse<String> once() throws Exception;
  }

  private HttpResponse<String> insistOnAnswer(Asking asking) throws Exception {
    HttpResponse<String> answer = asking.once();
    while (answer.statusCode() == 503) {
      assertThat(answer.headers().firstValue("Retry-After")).isPresent();
      toldToComeAgain.incrementAndGet();
      Thread.sleep(PACE); // the time of Retry-After is for callers who are many
      answer = asking.once();
    }
    return answer;
  }

  /// Migrates as `migrate` does when it is run again after it had to give up.
  private static List<Integer> insist(Supplier<List<Integer>> migrating) {
    StorageUnavailable last = null;
    for (int attempt = 0; attempt < TRIES; attempt++) {
      try {
        return migrating.get();
      } catch (StorageUnavailable e) {
        last = e;
      }
    }
    throw new AssertionError("no migration gets through", last);
  }

  private void nothingIsLost(ApiUser user) throws Exception {
    assertThat(value("select count(*) || ' ' || count(distinct idempotency_key) from run"))
        .isEqualTo(accepted.size() + " " + accepted.size());
    assertThat(value("select count(*) from webhook_delivery"))
        .isEqualTo(Integer.toString(deliveries.get()));
    Thread.sleep(SETTLE);
    PostgresExtension.execute(around.source(), LEASES_END);
    for (Map.Entry<String, String> one : accepted.entrySet()) {
      user.await(one.getValue(), "COMPLETED");
      assertThat(around.simulator().prompts("Load " + one.getKey() + "."))
          .as(one.getKey())
          .isLessThanOrEqualTo(1);
    }
    assertThat(deliveries.get()).isPositive();
    assertThat(value("select count(*) from run where failed_looks > 1")).isEqualTo("0");
  }

  private static void until(Callable<Boolean> wanted) throws Exception {
    long end = System.nanoTime() + ApiUser.PATIENCE.toNanos();
    while (!wanted.call()) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(20);
    }
  }

  private String value(String sql) {
    return PostgresExtension.value(around.source(), sql);
  }

  private Environment environment() {
    Map<String, String> variables = new HashMap<>(around.variables());
    variables.put("PORT", "0");
    variables.put("LOG_LEVEL", "ERROR");
    variables.put("OPENHANDS_DATABASE_MIGRATE", "false");
    return new Environment(variables, Deployment.STANDALONE, false);
  }
}
