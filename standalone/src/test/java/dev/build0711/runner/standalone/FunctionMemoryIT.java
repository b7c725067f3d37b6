package dev.build0711.runner.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.postgres.Migrations;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.testing.PostgresExtension;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Each function has enough memory: with the options that Terraform gives it, it answers as many of
/// the largest requests at once as Terraform lets in, and takes no more than Terraform gives it.
@EnabledOnOs(OS.LINUX)
@Timeout(300)
class FunctionMemoryIT {

  private static final int MIB = 1 << 20;

  /// How long a busy machine may need for the largest. A function that ends without memory breaks
  /// the connection at once.
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /// The last is for a run that has many messages, which have all been read.
  private static final List<Integer> TAKEN = List.of(200, 201, 202, 429);

  @TempDir static Path folder;

  @Test
  void noFunctionTakesMoreMemoryThanItHas() throws Exception {
    try (Surroundings around = new Surroundings()) {
      new Migrations(around.source()).up(null);
      try (DeployedFunctions product = new DeployedFunctions(around, folder)) {
        useAll(around, product);

        Map<String, Long> peaks = new TreeMap<>();
        for (DeployedFunction function : DeployedFunctions.all()) {
          FunctionProcess process = product.process(function);
          assertThat(process.isAlive()).as("%s still runs", function.name()).isTrue();
          peaks.put(function.name(), process.peakOfMemory() / MIB);
        }
        System.out.println("peaks of memory in MiB: " + peaks);
        assertThat(DeployedFunctions.all())
            .as("peaks of memory in MiB: %s", peaks)
            .allSatisfy(
                it -> assertThat(peaks.get(it.name())).as(it.name()).isLessThan(it.memory() / MIB));
      }
    }
  }

  private static void useAll(Surroundings around, DeployedFunctions product) throws Exception {
    ApiUser user = new ApiUser(product, Surroundings.TOKEN);
    String id = user.create("memory", "[[scenario: slow tasks=4 seconds=600]]");
    user.await(id, "RUNNING");
    keepLargeArtifact(around, id);
    String run = padded(ApiUser.body("memory", "[[scenario: finish]]", "either"), 4 * MIB);
    String message = padded("{\"text\":\"Go on.\"}", MIB);
    byte[] delivery = ApiUser.pullRequest(id, 7, "pull_request.opened", "x".repeat(24 * MIB));

    use(product, "create-run", it -> it.post("/runs", run));
    use(product, "get-run", it -> it.get("/runs/" + id + "/artifacts/large.bin"));
    use(product, "control-run", it -> it.post("/runs/" + id + "/messages", message));
    use(product, "webhook", it -> it.deliver(delivery));
    use(product, "health", it -> it.get("/health"));
    use(product, "poll-run", it -> it.post("/tasks/poll-run", "{\"backend\":\"main\"}"));
    use(product, "maintain", it -> it.post("/tasks/maintain", ""));
  }

  @FunctionalInterface
  private interface Request {
    HttpResponse<String> by(ApiUser user) throws Exception;
  }

  /// Calls a function itself, always as many at once as it lets in, twice as often in all.
  private static void use(DeployedFunctions product, String name, Request request)
      throws Exception {
    DeployedFunction function = DeployedFunctions.named(name);
    FunctionProcess process = product.process(function);
    ApiUser user = new ApiUser(process.alone(), Surroundings.TOKEN).waiting(LIMIT);
    Semaphore places = new Semaphore(function.concurrency());
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < 2 * function.concurrency(); i++) {
        places.acquire();
        answers.add(
            threads.submit(() -> {
              try {
                return request.by(user);
              } finally {
                places.release();
              }
            }));
      }
      for (Future<HttpResponse<String>> answer : answers) {
        assertThat(answer.get().statusCode()).as(answer.get().body()).isIn(TAKEN);
      }
    } catch (ExecutionException e) {
      throw new AssertionError(name + " does not answer: " + process.output(), e);
    }
  }

  /// Spaces mean nothing in JSON, and are read all the same.
  private static String padded(String json, int length) {
    return json + " ".repeat(length - json.length());
  }

  private static void keepLargeArtifact(Surroundings around, String id) {
    PostgresExtension.execute(
        around.source(),
        """
        insert into run_artifact
        select '%s', 'large.bin', 'application/octet-stream', length(b), encode(sha256(b), 'hex'),
               false, b, now()
        from (select convert_to(repeat('x', 5242880), 'UTF8')) as large (b)
        """
            .formatted(RunId.parse(id).value()));
  }
}
