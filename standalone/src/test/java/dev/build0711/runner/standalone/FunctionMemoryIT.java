package dev.build0711.runner.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.postgres.Migrations;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.testing.PostgresExtension;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Each function has enough memory: it takes no more than Terraform gives it, with the options that
/// Terraform gives it and as many requests at once as Terraform lets in, the largest among them.
///
/// Takes minutes and all of the machine; runs with `-Dmemory.measured=true`.
@EnabledOnOs(OS.LINUX)
@EnabledIfSystemProperty(named = "memory.measured", matches = "true")
@Timeout(300)
class FunctionMemoryIT {

  private static final int SMALL = 100;
  private static final String OPENED = "pull_request.opened";
  private static final int MIB = 1 << 20;

  /// What is answered to who may not come, comes to nobody, or brings too much.
  private static final List<Integer> MISDIRECTED = List.of(403, 404, 413);

  @TempDir static Path folder;

  @Test
  void noFunctionTakesMoreMemoryThanItHas() throws Exception {
    try (Surroundings around = new Surroundings()) {
      new Migrations(around.source()).up(null);
      try (DeployedFunctions product = new DeployedFunctions(around, folder)) {
        use(around, product);

        Map<String, Long> peaks = new TreeMap<>();
        for (DeployedFunction function : DeployedFunctions.all()) {
          FunctionProcess process = product.process(function);
          assertThat(process.isAlive()).as("%s still runs", function.name()).isTrue();
          peaks.put(function.name(), process.peakOfMemory() / MIB);
        }
        assertThat(DeployedFunctions.all())
            .as("the peaks of memory, in MiB: %s", peaks)
            .allSatisfy(
                it -> assertThat(peaks.get(it.name())).as(it.name()).isLessThan(it.memory() / MIB));
        System.out.println("the peaks of memory, in MiB: " + peaks);
      }
    }
  }

  /// Small requests many times, and the largest that are taken, each as many at once as go in.
  private static void use(Surroundings around, DeployedFunctions product) throws Exception {
    ApiUser user = new ApiUser(product, Surroundings.TOKEN);
    String id = user.create("memory", "[[scenario: slow tasks=4 seconds=600]]");
    user.await(id, "RUNNING");
    keepLargeArtifact(around, id);
    String run = ApiUser.body("memory", "[[scenario: finish tasks=1]]", "either");
    String message = "{\"text\":\"Go on.\"}";
    byte[] delivery = ApiUser.pullRequest(id, 7, OPENED, "x".repeat(24 * MIB));

    burst("create-run", SMALL, () -> user.post("/runs", run));
    burst("create-run", 20, () -> user.post("/runs", padded(run, 4 * MIB)));
    burst("get-run", SMALL, () -> user.get("/runs?limit=100"));
    burst("get-run", 80, () -> user.get("/runs/" + id + "/artifacts/large.bin"));
    burst("control-run", SMALL, () -> user.post("/runs/" + id + "/messages", message));
    burst("control-run", 20, () -> user.post("/runs/" + id + "/messages", padded(message, MIB)));
    burst("webhook", SMALL, () -> user.deliver(ApiUser.pullRequest(id, 7, OPENED, "")));
    burst("webhook", 8, () -> user.deliver(delivery));
    burst("health", SMALL, () -> user.get("/health"));
    burst("poll-run", SMALL, () -> product.poll("{\"run_id\":\"" + id + "\"}"));
    burst("poll-run", 20, () -> product.poll("{\"backend\":\"main\"}"));
    burst("maintain", 8, product::maintain);
  }

  /// An answer that comes too late is none of this test's business, a process that ends is.
  private static void burst(String function, int times, Callable<HttpResponse<String>> request)
      throws Exception {
    Semaphore places = new Semaphore(DeployedFunctions.named(function).concurrency());
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < times; i++) {
        places.acquire();
        all.add(
            threads.submit(() -> {
              try {
                assertThat(request.call().statusCode())
                    .as("what %s answers", function)
                    .isNotIn(MISDIRECTED.toArray());
              } catch (HttpTimeoutException e) {
                // no answer
              } finally {
                places.release();
              }
              return null;
            }));
      }
      for (Future<?> one : all) {
        one.get();
      }
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
