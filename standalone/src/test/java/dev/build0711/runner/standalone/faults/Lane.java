package dev.build0711.runner.standalone.faults;

import dev.build0711.runner.exchange.Exchanges;
import dev.build0711.runner.postgres.Database;
import dev.build0711.runner.postgres.Migrations;
import dev.build0711.runner.run.Agent;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.simulator.Options;
import dev.build0711.runner.simulator.Simulator;
import dev.build0711.runner.testing.PostgresExtension;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import javax.sql.DataSource;

/// A runner's whole world for one test at a time: a database and an OpenHands of its own, and a
/// time for both and the runner that can be let pass. Several of them live side by side.
final class Lane implements AutoCloseable {

  private static final int MOST_ROUNDS = 200;
  private static final Duration ROUND = Duration.ofSeconds(60);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /// `now()` of a session means this one, because its schema comes first.
  private static final String MOVED_CLOCK =
      """
      create schema moved;
      create table moved.clock (ahead bigint not null);
      insert into moved.clock values (0);
      create function moved.now() returns timestamptz language sql stable as
        'select pg_catalog.now() + ahead * interval ''1 millisecond'' from moved.clock'
      """;

  private static final String EMPTY =
      """
      truncate run, run_event, run_message, run_artifact, pull_request, webhook_delivery, backend;
      alter table run drop constraint if exists planted;
      update moved.clock set ahead = 0
      """;

  private final int number;
  private final Path folder;
  private final Database.Settings settings;
  private final Database database;
  private final Exchanges exchanges = new Exchanges();
  private Simulator simulator;
  private volatile Duration ahead = Duration.ZERO;

  /// @param number which it is; no two of a test have the same
  Lane(PostgresExtension postgres, int number, Path folder) throws IOException {
    this.number = number;
    this.folder = folder.resolve("lane-" + number);
    String name = "lane_" + number;
    postgres.execute("drop database if exists " + name + " with (force)");
    postgres.execute("create database " + name);
    settings =
        PostgresExtension.settings(postgres.jdbcUrl().replaceAll("/postgres$", "/" + name), 4);
    try (Database unmoved = Database.forCallers(settings)) {
      new Migrations(unmoved.source()).up(null);
      PostgresExtension.execute(unmoved.source(), MOVED_CLOCK);
      postgres.execute("alter database " + name + " set search_path = moved, pg_catalog, public");
    }
    database = Database.forCallers(settings);
    simulator = simulator();
  }

  /// Forgets everything.
  void reset() throws IOException {
    PostgresExtension.execute(source(), EMPTY);
    ahead = Duration.ZERO;
    simulator.close();
    simulator = simulator();
  }

  private Simulator simulator() throws IOException {
    return Simulator.start(
        Options.defaults()
            .withClock(this::now, this::pass)
            .withMaxRuns(Ports.PLACES)
            .withCloneTime(Duration.ofSeconds(20)));
  }

  int number() {
    return number;
  }

  String jdbcUrl() {
    return settings.login().current().jdbcUrl();
  }

  Path folder() {
    return folder;
  }

  Duration ahead() {
    return ahead;
  }

  Simulator openHands() {
    return simulator;
  }

  DataSource source() {
    return database.source();
  }

  /// The time of everything in this lane.
  Instant now() {
    return Instant.now().plus(ahead);
  }

  /// Lets time pass for the database, OpenHands and the runner alike.
  synchronized void pass(Duration time) {
    ahead = ahead.plus(time);
    PostgresExtension.execute(source(), "update moved.clock set ahead = " + ahead.toMillis());
  }

  UseCases cases() {
    return cases(source(), Watch.nothing());
  }

  UseCases cases(DataSource over, Watch watch) {
    var around = new Ports.Surroundings(over, simulator.uri(), folder, this::now);
    return new UseCases(Ports.over(around, exchanges, watch), this::now);
  }

  /// Has a run made, and waits for nothing.
  RunId create() {
    return cases().create("order-1", UseCases.WIDGETS);
  }

  /// Has a run made and looked at until its agent is in that state and its next look is due.
  RunId until(Agent.State state) {
    RunId id = create();
    until(id, run -> run.agent().state() == state);
    return id;
  }

  /// Looks at the run until it is as wanted and its next look is due.
  void until(RunId id, Predicate<Run> wanted) {
    for (int round = 0; round < MOST_ROUNDS; round++) {
      boolean due = passUntilDue(Duration.ZERO);
      if (wanted.test(run(id))) {
        return;
      }
      if (!due) {
        break;
      }
      cases().pollRun().apply(id);
    }
    throw new AssertionError("never as wanted: " + run(id));
  }

  /// Goes on as the queue and the scheduler would, though they are often late, until no run wants a
  /// look any more.
  void settle() {
    for (int round = 0; round < MOST_ROUNDS && passUntilDue(ROUND); round++) {
      UseCases cases = cases();
      cases.tend();
      cases.sweep();
      cases.tendDeliveries();
      cases.admit();
      runs().forEach(id -> cases.pollRun().apply(id));
    }
    if (passUntilDue(ROUND)) {
      throw new AssertionError(
          "does not come to an end: " + runs().stream().map(this::run).toList());
    }
  }

  /// Lets time pass until some run is due that nobody has claimed.
  ///
  /// @param atLeast so much time passes, whatever is due before
  /// @return false if no run wants a look any more
  private boolean passUntilDue(Duration atLeast) {
    String millis =
        value(
            """
            select ceil(extract(epoch from min(greatest(next_poll_at, lease_until)) - now()) * 1000)
            from run where next_poll_at is not null
            """);
    if (millis.equals("null")) {
      return false;
    }
    long wait = Math.max(Long.parseLong(millis), atLeast.toMillis());
    if (wait > 0) {
      pass(Duration.ofMillis(wait + 1));
    }
    return true;
  }

  List<RunId> runs() {
    String ids = value("select string_agg(id::text, ',' order by id) from run");
    return ids.equals("null")
        ? List.of()
        : Arrays.stream(ids.split(",", -1))
            .map(java.util.UUID::fromString)
            .map(RunId::new)
            .toList();
  }

  Run run(RunId id) {
    return cases().ports().runs().find(id).orElseThrow();
  }

  /// The first column of the first row.
  String value(String sql) {
    return PostgresExtension.value(source(), sql);
  }

  int count(String rows) {
    return Integer.parseInt(value("select count(*) from " + rows));
  }

  /// Lets OpenHands fail by one rule of the simulator.
  void fault(String rule) {
    control("POST", "/_simulator/faults", "[" + rule + "]");
  }

  /// Makes the database refuse what the runner thinks right.
  void plant(String constraint) {
    PostgresExtension.execute(source(), "alter table run add constraint planted " + constraint);
  }

  /// Nothing fails any more.
  void mend() {
    PostgresExtension.execute(source(), "alter table run drop constraint if exists planted");
    control("DELETE", "/_simulator/faults", "");
  }

  /// What OpenHands says of the conversation of a run.
  String conversation(RunId id) {
    return control("GET", "/api/conversations/" + id.value(), "");
  }

  private String control(String method, String path, String body) {
    URI uri = simulator.uri().resolve(path);
    try {
      return HTTP.send(
              HttpRequest.newBuilder(uri)
                  .timeout(UseCases.patience())
                  .method(method, BodyPublishers.ofString(body))
                  .build(),
              BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    simulator.close();
    exchanges.close();
    database.close();
  }
}
