package dev.build0711.runner.cloudtasks;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.build0711.runner.log.LogFields;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.port.WakeUps.Tick;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.testing.CloudTasksServer;
import dev.build0711.runner.testing.CloudTasksServer.Dispatch;
import dev.build0711.runner.testing.CloudTasksServer.Task;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CloudTasksWakeUpsIT {

  private static final RunId RUN = RunId.parse("run_01kaq3zv8w7c5r2n9x4t6yhbdm");
  private static final Instant NOON = Instant.parse("2026-03-14T12:00:00.250Z");
  private static final Wake WAKE = new Wake(RUN, 17, NOON);

  private final Queue<Integer> answers = new ConcurrentLinkedQueue<>();
  private final List<Call> calls = new ArrayList<>();
  private final List<LogRecord> logged = new ArrayList<>();
  private final Logger logger = Logger.getLogger(CloudTasksWakeUps.class.getName());
  private final Handler listener = new Listener();
  private final HttpServer pollRun = pollRun();
  private Instant now = NOON.minusSeconds(9);
  private final CloudTasksServer server =
      new CloudTasksServer(
          URI.create("http://localhost:" + pollRun.getAddress().getPort() + "/poll"), () -> now);
  private final CloudTasksWakeUps wakeUps = open(null, null);

  @BeforeEach
  void listen() {
    logger.addHandler(listener);
  }

  @AfterEach
  void close() {
    logger.removeHandler(listener);
    wakeUps.close();
    server.close();
    pollRun.stop(0);
  }

  @Test
  void aWakeUpIsATaskNamedAfterTheRunAndTheNumberOfTheWakeUp() {
    wakeUps.wake(WAKE);

    assertThat(server.created())
        .containsExactly(
            new Task(
                "poll-run",
                WakeUpTask.shortName(WAKE),
                "https://poll-run.invalid/",
                Map.of("Content-Type", "application/json"),
                "{\"run_id\":\"run_01kaq3zv8w7c5r2n9x4t6yhbdm\"}",
                NOON,
                Duration.ofSeconds(100),
                "",
                ""));
    assertThat(WakeUpTask.shortName(WAKE))
        .matches("[0-9a-f]{8}-run_01kaq3zv8w7c5r2n9x4t6yhbdm-17")
        .doesNotStartWith(WakeUpTask.shortName(new Wake(RUN, 18, NOON)).substring(0, 8));
    assertThat(logged).isEmpty();
  }

  @Test
  void aTickIsATaskNamedAfterTheBackendAndItsTime() {
    Tick tick = Tick.notBefore("oh.internal:3020", NOON.plusMillis(1));

    wakeUps.wake(tick);
    wakeUps.wake(Tick.notBefore("oh.internal:3020", NOON.plusMillis(1700)));

    Task task = server.created().getFirst();
    assertThat(server.created()).hasSize(1);
    assertThat(task.name()).matches("[0-9a-f]{8}-tick-[0-9a-f]{16}-" + (NOON.getEpochSecond() + 2));
    assertThat(task.body()).isEqualTo("{\"backend\":\"oh.internal:3020\"}");
    assertThat(task.scheduleTime()).isEqualTo(Instant.parse("2026-03-14T12:00:02Z"));
    assertThat(logged).isEmpty();
  }

  @Test
  void whereTheQueueCarriesNoTargetTheTaskDoes() {
    try (CloudTasksWakeUps own =
        open(URI.create("https://poll-run-x.a.run.app/v1/poll"), "tasks@oaks.example")) {
      own.wake(WAKE);
    }

    assertThat(server.created())
        .singleElement()
        .satisfies(task -> assertThat(task.url()).isEqualTo("https://poll-run-x.a.run.app/v1/poll"))
        .satisfies(task -> assertThat(task.serviceAccount()).isEqualTo("tasks@oaks.example"))
        .satisfies(task -> assertThat(task.audience()).isEqualTo("https://poll-run-x.a.run.app"));
  }

  @Test
  void theTargetIsCalledAtTheTimeAndNotBefore() {
    wakeUps.wake(WAKE);

    assertThat(server.dispatchDue()).isZero();
    now = NOON;
    assertThat(server.dispatchDue()).isEqualTo(1);

    assertThat(calls)
        .containsExactly(
            new Call(
                "{\"run_id\":\"run_01kaq3zv8w7c5r2n9x4t6yhbdm\"}",
                "application/json",
                "poll-run",
                WakeUpTask.shortName(WAKE),
                "0",
                "1773489600"));
    now = NOON.plusSeconds(3600);
    assertThat(server.dispatchDue()).isZero();
  }

  @Test
  void askingTwiceIsOneTaskAndNoComplaint() {
    wakeUps.wake(WAKE);
    wakeUps.wake(WAKE);
    now = NOON;

    assertThat(server.dispatchDue()).isEqualTo(1);
    assertThat(server.creates()).isEqualTo(2);
    assertThat(logged).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 503, 504})
  void aQueueThatStumblesIsAskedAgain(int status) {
    server.refuse(status, status);

    wakeUps.wake(WAKE);

    assertThat(server.creates()).isEqualTo(3);
    assertThat(server.created()).hasSize(1);
    assertThat(logged).isEmpty();
  }

  @Test
  void aQueueThatKeepsStumblingIsLeftAloneAfterThreeTimesWithOneWarning() {
    server.refuse(503, 503, 503, 503);

    wakeUps.wake(WAKE);

    assertThat(server.creates()).isEqualTo(3);
    assertThat(logged).hasSize(1);
    assertThat(logged.getFirst().getMessage())
        .isEqualTo("wake-up could not be asked for, the sweep will find the run");
    assertThat(logged.getFirst().getParameters())
        .extracting(fields -> ((LogFields) fields).members())
        .containsExactly(Map.of("run_id", RUN, "wake_no", 17L, "code", "UNAVAILABLE"));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 404, 429})
  void aQueueThatRefusesIsNotAskedAgainAndNothingIsThrown(int status) {
    server.refuse(status);

    wakeUps.wake(WAKE);

    assertThat(server.creates()).isEqualTo(1);
    assertThat(logged).hasSize(1);
  }

  @Test
  void aQueueThatCannotBeReachedIsOneWarning() {
    server.close();

    wakeUps.wake(WAKE);

    assertThat(logged).hasSize(1);
  }

  @Test
  void anAnswerThatComesTooLateIsAskedForAgainAndFoundDone() {
    server.delayAnswers(Duration.ofMillis(2_500));

    long before = System.nanoTime();
    wakeUps.wake(WAKE);

    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(8));
    assertThat(server.created()).hasSize(1);
    assertThat(server.creates()).isGreaterThan(1);
  }

  @Test
  void whatIsNotAnsweredWellIsCalledAgainLaterAndLater() {
    answers.addAll(List.of(503, 404, 200));
    wakeUps.wake(WAKE);
    now = NOON;

    server.dispatchDue();
    now = now.plusMillis(199);
    assertThat(server.dispatchDue()).isZero();
    now = now.plusMillis(1);
    server.dispatchDue();
    now = now.plusMillis(400);
    server.dispatchDue();

    String name = WakeUpTask.shortName(WAKE);
    assertThat(server.dispatches())
        .containsExactly(
            new Dispatch(name, 0, 503), new Dispatch(name, 1, 404), new Dispatch(name, 2, 200));
    assertThat(calls).extracting(Call::retryCount).containsExactly("0", "1", "2");
  }

  @Test
  void theServerCanRepeatAndLoseTasks() {
    server.lose(1);
    wakeUps.wake(new Wake(RUN, 1, NOON));
    server.duplicate(1);
    wakeUps.wake(new Wake(RUN, 2, NOON));
    wakeUps.wake(new Wake(RUN, 3, NOON));
    now = NOON;

    assertThat(server.dispatchDue()).isEqualTo(3);
    assertThat(server.dispatches())
        .extracting(Dispatch::task)
        .containsExactly(
            WakeUpTask.shortName(new Wake(RUN, 2, NOON)),
            WakeUpTask.shortName(new Wake(RUN, 2, NOON)),
            WakeUpTask.shortName(new Wake(RUN, 3, NOON)));
  }

  @Test
  void onRealTimeTheServerCallsByItself() throws InterruptedException {
    URI target = URI.create("http://localhost:" + pollRun.getAddress().getPort() + "/poll");
    answers.addAll(List.of(500, 200));
    try (CloudTasksServer real = CloudTasksServer.onRealTime(target);
        CloudTasksWakeUps asking =
            CloudTasksWakeUps.open(
                new TaskQueue("oaks", "europe-west3", "poll-run", null, null, real.endpoint()))) {
      asking.wake(new Wake(RUN, 5, Instant.now().plusMillis(50)));

      assertThat(real.awaitEmpty(Duration.ofSeconds(20))).isTrue();
      assertThat(real.dispatches()).extracting(Dispatch::status).containsExactly(500, 200);
    }
  }

  private CloudTasksWakeUps open(@Nullable URI target, @Nullable String account) {
    return CloudTasksWakeUps.open(
        new TaskQueue("oaks", "europe-west3", "poll-run", target, account, server.endpoint()));
  }

  private HttpServer pollRun() {
    try {
      HttpServer http =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      http.createContext(
          "/poll",
          exchange -> {
            try (exchange) {
              var headers = exchange.getRequestHeaders();
              calls.add(
                  new Call(
                      new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
                      headers.getFirst("Content-Type"),
                      headers.getFirst("X-CloudTasks-QueueName"),
                      headers.getFirst("X-CloudTasks-TaskName"),
                      headers.getFirst("X-CloudTasks-TaskRetryCount"),
                      headers.getFirst("X-CloudTasks-TaskETA")));
              Integer answer = answers.poll();
              exchange.sendResponseHeaders(answer == null ? 200 : answer, -1);
            }
          });
      http.start();
      return http;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private record Call(
      String body, String contentType, String queue, String task, String retryCount, String eta) {}

  private final class Listener extends Handler {

    @Override
    public void publish(LogRecord line) {
      logged.add(line);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
