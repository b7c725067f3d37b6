package dev.build0711.runner.standalone.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.build0711.runner.cloudtasks.CloudTasksWakeUps;
import dev.build0711.runner.cloudtasks.TaskQueue;
import dev.build0711.runner.exchange.Exchanges;
import dev.build0711.runner.port.StorageUnavailable;
import dev.build0711.runner.postgres.Database;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.RunStatus;
import dev.build0711.runner.standalone.faults.Link.Disturbance;
import dev.build0711.runner.testing.CloudTasksServer;
import dev.build0711.runner.testing.PostgresExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Fifty runs while the lines to the database, the queue and OpenHands are disturbed in turn. Time
/// goes sixty times as fast as elsewhere.
@Timeout(300)
class StormIT {

  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final long SEED = 4711;
  private static final int RUNS = 50;
  private static final int WORKERS = 8;
  private static final Duration STORM = Duration.ofSeconds(20);
  private static final Duration MOMENT = Duration.ofMillis(50);
  private static final int SPEED = 60;
  private static final Pattern RUN = Pattern.compile("run_[0-9a-z]{26}");

  @TempDir static Path folder;

  private final Random random = new Random(SEED);
  private final AtomicBoolean over = new AtomicBoolean();

  @Test
  void everyRunEndsAsItShouldWhateverBefallsTheLines() throws Exception {
    try (Lane lane = new Lane(POSTGRES, 90, folder);
        Link database = new Link(port(lane.jdbcUrl()), random);
        Link openHands = new Link(lane.openHands().uri().getPort(), random);
        Target target = new Target();
        CloudTasksServer tasks = new CloudTasksServer(target.uri(), lane::now);
        Link queue = new Link(tasks.endpoint().getPort(), random);
        Database pool = Database.forBackground(through(database, lane));
        Exchanges exchanges = new Exchanges();
        CloudTasksWakeUps wakeUps = wakeUps(queue)) {
      var around =
          new Ports.Surroundings(
              pool.source(), URI.create("http://127.0.0.1:" + openHands.port()), folder, lane::now);
      UseCases cases =
          new UseCases(Ports.over(around, exchanges, Watch.nothing()).with(wakeUps), lane::now);
      target.calls(cases);
      List<Link> links = List.of(database, openHands, queue);

      List<RunId> runs = throughTheStorm(lane, tasks, cases, links);

      assertThat(links).as("seed %d", SEED).allMatch(link -> link.disturbed() > 0);
      wholeAtTheEnd(lane, runs);
    }
  }

  private List<RunId> throughTheStorm(
      Lane lane, CloudTasksServer tasks, UseCases cases, List<Link> links) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      all.add(threads.submit(() -> repeat(() -> lane.pass(MOMENT.multipliedBy(SPEED - 1)))));
      all.add(threads.submit(() -> repeat(() -> maintain(cases))));
      for (int i = 0; i < WORKERS; i++) {
        all.add(threads.submit(() -> repeat(tasks::dispatchDue)));
      }
      Future<?> storm = threads.submit(() -> storm(links));
      List<Future<RunId>> requests = new ArrayList<>();
      for (int i = 0; i < RUNS; i++) {
        int number = i;
        requests.add(threads.submit(() -> request(lane, cases, number)));
      }
      List<RunId> runs = new ArrayList<>();
      for (Future<RunId> one : requests) {
        runs.add(one.get());
      }
      storm.get();
      awaitRest(lane);
      over.set(true);
      for (Future<?> one : all) {
        one.get();
      }
      return runs;
    }
  }

  private void storm(List<Link> links) {
    long end = System.nanoTime() + STORM.toNanos();
    Disturbance[] kinds = Disturbance.values();
    while (System.nanoTime() < end) {
      Link link = links.get(random.nextInt(links.size()));
      link.is(kinds[1 + random.nextInt(kinds.length - 1)]);
      pause(Duration.ofMillis(50 + random.nextInt(500)));
      link.is(Disturbance.NONE);
      pause(Duration.ofMillis(random.nextInt(200)));
    }
  }

  /// What a patient caller does: every seventh cancels, every third of the others writes.
  private static RunId request(Lane lane, UseCases cases, int number) {
    RunId id =
        insisting(() -> cases.create("order-" + number, number % 2 == 0 ? UseCases.WIDGETS : null));
    if (number % 7 == 0) {
      insisting(() -> {
        cases.cancel(id);
        return id;
      });
    } else if (number % 3 == 0) {
      await(() -> lane.run(id).status() != RunStatus.QUEUED);
      insisting(() -> {
        cases.message(id);
        return id;
      });
    }
    return id;
  }

  private static <T> T insisting(Supplier<T> request) {
    while (true) {
      try {
        return request.get();
      } catch (StorageUnavailable e) {
        pause(MOMENT);
      }
    }
  }

  private static void maintain(UseCases cases) {
    try {
      cases.tend();
      cases.sweep();
      cases.admit();
    } catch (StorageUnavailable e) {
      // the scheduler comes again
    }
    pause(Duration.ofMillis(500));
  }

  private void repeat(Runnable work) {
    while (!over.get()) {
      work.run();
      pause(MOMENT);
    }
  }

  private static void awaitRest(Lane lane) {
    await(() -> lane.count("run where next_poll_at is not null") == 0);
  }

  private static void await(Supplier<Boolean> wanted) {
    long end = System.nanoTime() + Duration.ofMinutes(3).toNanos();
    while (!wanted.get()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("never as wanted, with seed " + SEED);
      }
      pause(MOMENT);
    }
  }

  private static void wholeAtTheEnd(Lane lane, List<RunId> runs) {
    assertThat(lane.runs()).containsExactlyInAnyOrderElementsOf(runs);
    for (int i = 0; i < RUNS; i++) {
      Run run = lane.run(runs.get(i));
      Ending.settled(lane, run, i % 7 == 0 ? RunStatus.CANCELLED : RunStatus.COMPLETED);
      assertThat(lane.openHands().prompts(run.id().toString()))
          .as("seed %d, %s", SEED, run)
          .isBetween(i % 7 == 0 ? 0 : 1, 1);
    }
    assertThat(lane.openHands().prompts("Paint the shed"))
        .isEqualTo(lane.openHands().conversations());
    assertThat(lane.count("run_message where state = 'delivered'"))
        .isEqualTo(lane.openHands().prompts(UseCases.MESSAGE));
    assertThat(lane.count("run_message where state = 'wanted'")).isZero();
  }

  private static int port(String jdbcUrl) {
    return Integer.parseInt(jdbcUrl.replaceAll(".*:(\\d+)/.*", "$1"));
  }

  private static Database.Settings through(Link link, Lane lane) {
    String url = lane.jdbcUrl();
    return PostgresExtension.settings(
        url.replace(":" + port(url) + "/", ":" + link.port() + "/"), 10);
  }

  private static CloudTasksWakeUps wakeUps(Link queue) {
    return CloudTasksWakeUps.open(
        new TaskQueue(
            "acme-runner",
            "europe-west3",
            "poll-run",
            null,
            null,
            URI.create("http://localhost:" + queue.port())));
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// What the queue calls: poll-run, as far as it matters here.
  private static final class Target implements AutoCloseable {

    private final HttpServer server;

    Target() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.start();
    }

    URI uri() {
      return URI.create("http://localhost:" + server.getAddress().getPort() + "/tasks/poll-run");
    }

    void calls(UseCases cases) {
      server.createContext("/", exchange -> answer(cases, exchange));
    }

    private static void answer(UseCases cases, HttpExchange exchange) throws IOException {
      try (exchange) {
        String task = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(done(cases, task) ? 200 : 503, -1);
      }
    }

    private static boolean done(UseCases cases, String task) {
      try {
        Matcher run = RUN.matcher(task);
        if (run.find()) {
          cases.pollRun().apply(RunId.parse(run.group()));
        } else {
          cases.pollRun().watch(Ports.BACKEND);
        }
        return true;
      } catch (StorageUnavailable e) {
        return false;
      }
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
