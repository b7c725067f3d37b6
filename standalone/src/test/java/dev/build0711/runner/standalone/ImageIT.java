package dev.build0711.runner.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the image does, made by its own scripts in a folder, and started as the image would be: as
/// a user who may write nothing but `/data` and `/tmp`, with the Java that was made.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class ImageIT {

  /// Java ends at once where it cannot use the cache; else it would start without, slowly.
  private static final Map<String, String> ONLY_WITH_CACHE =
      Map.of("JAVA_TOOL_OPTIONS", "-XX:AOTMode=on");

  private static final Duration STOP = Duration.ofSeconds(10);

  private ImageFolder image;
  private Map<String, String> made;
  private String port;

  @BeforeAll
  void build(@TempDir Path folder) throws Exception {
    Path base = Path.of(System.getProperty("basedir"));
    Path repository = base.resolve("..").normalize();
    image = ImageFolder.build(folder, repository, base.resolve("target/openhands-runner.jar"));
    made = image.unwritable();
  }

  @BeforeEach
  void choosePort() throws IOException {
    port = Integer.toString(FunctionProcess.freePort());
  }

  /// The image itself is never written to: it may be read-only.
  @AfterAll
  void nothingElseWasWritten() throws IOException {
    assertThat(image.unwritable()).isEqualTo(made);
  }

  @Test
  void withoutADatabaseItBringsItsOwnAndKeepsItInItsDataFolder() throws Exception {
    try (RunnerProcess runner = image.start(variables(ONLY_WITH_CACHE)).ready()) {
      assertThat(status("http://localhost:" + port + "/health/live")).isEqualTo(200);
      assertThat(status("http://127.0.0.2:" + port + "/health/live"))
          .as("on every address, not on 127.0.0.1 alone")
          .isEqualTo(200);
      assertThat(image.health(variables(ONLY_WITH_CACHE))).isZero();
      assertThat(image.health(Map.of("PORT", "1"))).isEqualTo(1);
      assertThat(runner.handle().info().user()).isPresent().get().isNotEqualTo("root");
      assertThat(image.at("/data/.local/postgres/PG_VERSION")).exists();
      assertThat(image.at("/data/.local/token")).exists();

      runner.terminate();
      assertThat(runner.ended(STOP)).isEqualTo(143);
      assertThat(image.at("/data/.local/postgres/postmaster.pid")).doesNotExist();
    }
  }

  /// More memory would mean longer pointers, for which the cache was not made.
  @ParameterizedTest
  @ValueSource(strings = {"512m", "4g", "512g"})
  void theCacheHoldsWhateverMemoryThereIs(String memory) throws Exception {
    String options = "-XX:AOTMode=on -XX:MaxRAM=" + memory;

    assertThat(image.run(Map.of("JAVA_TOOL_OPTIONS", options), "version")).isZero();
  }

  @Test
  void withADatabaseItWorksWithThatAndMakesNone() throws Exception {
    try (Surroundings surroundings = new Surroundings();
        RunnerProcess runner = image.start(variables(surroundings.variables())).ready()) {
      Path own = image.at("/data/.local/postgres");
      boolean before = Files.exists(own.resolve("postmaster.pid"));
      ApiUser user = new ApiUser(runner, Surroundings.TOKEN);

      String run = user.create("image", "Go on. [[scenario: finish tasks=1 seconds=0.1]]");

      user.await(run, "COMPLETED");
      assertThat(image.health(variables(Map.of()))).isZero();
      assertThat(before).isFalse();
      assertThat(own.resolve("postmaster.pid")).doesNotExist();

      runner.terminate();
      assertThat(runner.ended(STOP)).isEqualTo(143);
    }
  }

  private Map<String, String> variables(Map<String, String> more) {
    Map<String, String> variables = new HashMap<>(more);
    variables.put("PORT", port);
    return variables;
  }

  private static int status(String url) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(10)).build();
      return client.send(request, BodyHandlers.discarding()).statusCode();
    }
  }
}
