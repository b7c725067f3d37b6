package dev.build0711.runner.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.simulator.Options;
import dev.build0711.runner.simulator.Simulator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The packaged runner from the outside: its embedded database, its lock, its signals, its exit
/// codes.
@Execution(ExecutionMode.CONCURRENT)
@Timeout(240)
class RunnerProcessIT {

  private static final Duration SHORT = Duration.ofSeconds(30);

  /// How long a run may wait for the lease of a look that was cut off, and its end.
  private static final Duration LEASE_AND_MORE = Duration.ofSeconds(210);

  @TempDir Path folder;

  @TempDir static Path unpacked;

  private final List<RunnerProcess> processes = new ArrayList<>();
  private Simulator openHands;

  /// The programs of the database are unpacked once for all tests, which takes long.
  @BeforeAll
  static void unpack() {
    EmbeddedPostgres.start(unpacked.resolve("programs"), unpacked.resolve("cluster")).close();
  }

  @BeforeEach
  void startOpenHands() throws IOException {
    Files.createDirectories(data());
    Files.createSymbolicLink(data().resolve("postgres-binaries"), unpacked.resolve("programs"));
    openHands =
        Simulator.start(Options.defaults().withMaxRuns(50).withCloneTime(Duration.ofMillis(200)));
  }

  @AfterEach
  void endEverything() throws Exception {
    for (RunnerProcess process : processes) {
      process.close();
    }
    try {
      EmbeddedPostgres.remove(data().resolve("postgres-binaries"), data().resolve("postgres"));
    } finally {
      openHands.close();
    }
  }

  @Test
  void runsInFlightOutliveTheKillOfTheRunner() throws Exception {
    RunnerProcess killed = serve().ready();
    ApiUser user = user(killed);
    List<String> runs = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      runs.add(user.create("shop", "Run " + i + "! [[scenario: finish tasks=3 seconds=2]]"));
    }
    user.await(runs.getFirst(), ApiUser.PATIENCE, run -> run.path("percent").intValue() > 15);
    runs.add(user.create("shop", "Run 5! [[scenario: finish tasks=2 seconds=2]]"));
    user.await(runs.getLast(), "RUNNING"); // a look cut off would only be waited for
    long orphan = postgres().orElseThrow();

    killed.kill();
    assertThat(alive(orphan)).as("the database is left behind").isTrue();
    ApiUser again = user(serve().ready());

    gone(orphan);
    long end = System.nanoTime() + LEASE_AND_MORE.toNanos();
    for (int i = 0; i < runs.size(); i++) {
      again.await(
          runs.get(i),
          Duration.ofNanos(end - System.nanoTime()),
          run -> run.path("status").stringValue().equals("COMPLETED"));
      assertThat(openHands.prompts("Run " + i + "!")).as("prompts of run %d", i).isEqualTo(1);
    }
  }

  @Test
  void aSecondRunnerIsTurnedAwayAndTheFirstEndsWhenItIsAskedTo() throws Exception {
    RunnerProcess first = serve().ready();
    String id = user(first).create("shop", "[[scenario: finish tasks=4 seconds=3]]");
    user(first).await(id, "RUNNING");
    long database = postgres().orElseThrow();

    RunnerProcess second = serve();
    assertThat(second.ended(SHORT)).isEqualTo(2);
    assertThat(second.err().lines())
        .singleElement()
        .asString()
        .contains("another runner (process ", data().toString());
    RunnerProcess migrate = command(Map.of(), "migrate", "status", "--data", data().toString());
    assertThat(migrate.ended(SHORT)).isEqualTo(2);
    assertThat(user(first).get("/health/live").statusCode()).isEqualTo(200);

    first.terminate();
    assertThat(first.ended(Duration.ofSeconds(10))).isEqualTo(143);
    gone(database);
    user(serve().ready()).await(id, "COMPLETED");
  }

  @Test
  void aTakenPortIsOneLineAndLeavesNothingRunning() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      RunnerProcess runner =
          command(
              variables(),
              "serve",
              "--data",
              data().toString(),
              "--port",
              Integer.toString(taken.getLocalPort()));

      assertThat(runner.ended(Duration.ofSeconds(60))).isEqualTo(2);
      assertThat(runner.err().lines())
          .singleElement()
          .asString()
          .contains("cannot serve at 127.0.0.1:" + taken.getLocalPort(), "in use");
      assertThat(postgres()).isEmpty();
    }
  }

  @Test
  void aDirectoryThatIsNoneIsOneLine() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");

    RunnerProcess runner = command(variables(), "serve", "--data", file.toString());

    assertThat(runner.ended(SHORT)).isEqualTo(2);
    assertThat(runner.err().lines()).singleElement().asString().contains(file.toString());
  }

  @Test
  void everyMistakeInTheConfigurationIsToldAtOnce() throws Exception {
    Map<String, String> wrong =
        Map.of(
            "OPENHANDS_DIALECT", "app-v9",
            "OPENHANDS_BASE_URL", "localhost",
            "PORT", "eighty",
            "DATABASE_URL", "mysql://localhost/runner",
            "LOG_LEVEL", "LOUD");

    RunnerProcess runner = command(wrong, "serve", "--data", data().toString());

    assertThat(runner.ended(SHORT)).isEqualTo(2);
    assertThat(runner.err())
        .contains("OPENHANDS_DIALECT", "OPENHANDS_BASE_URL", "PORT", "DATABASE_URL", "LOG_LEVEL")
        .doesNotContain("\tat ");
    assertThat(data().resolve("postgres")).doesNotExist();
  }

  @Test
  void theSchemaIsMovedByHand() throws Exception {
    assertThat(migrated("up", "--to", "1")).isEqualTo("applied: [1]");
    assertThat(migrated("status")).contains("001 create_run  20", "missing");
    assertThat(migrated("up")).contains("applied: [2");
    assertThat(migrated("up")).isEqualTo("nothing to do");
    assertThat(migrated("status")).contains("001 create_run  20").doesNotContain("missing");
    assertThat(migrated("down", "--to", "0")).contains("taken back: [");
    assertThat(migrated("status")).contains("001 create_run  missing");
    RunnerProcess unknown =
        command(Map.of(), "migrate", "up", "--to", "999", "--data", data().toString());
    assertThat(unknown.ended(SHORT)).isEqualTo(2);
    assertThat(unknown.err().lines())
        .singleElement()
        .asString()
        .contains("there is no version 999");
    assertThat(postgres()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"requeue", "migrate status", "migrate down"})
  void aFolderThatNoRunnerHasUsedIsNotMadeOne(String words) throws Exception {
    Path mistyped = folder.resolve("date");
    List<String> arguments = new ArrayList<>(List.of(words.split(" ")));
    arguments.addAll(List.of("--data", mistyped.toString()));
    RunnerProcess process = command(Map.of(), arguments.toArray(String[]::new));
    assertThat(process.ended(SHORT)).isEqualTo(2);
    assertThat(process.err().lines())
        .singleElement()
        .asString()
        .startsWith("no runner has kept its runs in " + mistyped);
    assertThat(mistyped).doesNotExist();
  }

  @Test
  void aNumberThatBelongsToAnotherProcessNowDoesNotHinderTheStart() throws Exception {
    assertThat(migrated("up")).contains("applied: [1");
    Files.writeString(
        data().resolve("postgres/postmaster.pid"), ProcessHandle.current().pid() + "\n");

    assertThat(migrated("status")).contains("001 create_run");
  }

  private String migrated(String... words) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("migrate"));
    arguments.addAll(List.of(words));
    arguments.addAll(List.of("--data", data().toString()));
    RunnerProcess process = command(Map.of(), arguments.toArray(String[]::new));
    int code = process.ended(Duration.ofSeconds(60));
    assertThat(code).as(process.err()).isZero();
    return process.out().strip();
  }

  private RunnerProcess serve() throws IOException {
    return command(variables(), "serve", "--port", "0", "--data", data().toString());
  }

  private RunnerProcess command(Map<String, String> variables, String... arguments)
      throws IOException {
    RunnerProcess process = RunnerProcess.start(folder, variables, arguments);
    processes.add(process);
    return process;
  }

  private Map<String, String> variables() {
    Map<String, String> variables = new HashMap<>();
    variables.put("OPENHANDS_BASE_URL", openHands.uri().toString());
    variables.put("OPENHANDS_SECURITY_API_TOKENS", Surroundings.TOKEN);
    return variables;
  }

  private static ApiUser user(Product runner) {
    return new ApiUser(runner, Surroundings.TOKEN);
  }

  private Path data() {
    return folder.resolve("data");
  }

  /// The number of the embedded database's process.
  private Optional<Long> postgres() throws IOException {
    Path note = data().resolve("postgres/postmaster.pid");
    return Files.exists(note)
        ? Optional.of(Long.parseLong(Files.readAllLines(note).getFirst()))
        : Optional.empty();
  }

  /// A server that has been stopped may take a moment to leave.
  private static void gone(long number) throws InterruptedException {
    for (int i = 0; i < 50 && alive(number); i++) {
      Thread.sleep(100);
    }
    assertThat(alive(number)).isFalse();
  }

  private static boolean alive(long number) {
    return ProcessHandle.of(number).map(ProcessHandle::isAlive).orElse(false);
  }
}
