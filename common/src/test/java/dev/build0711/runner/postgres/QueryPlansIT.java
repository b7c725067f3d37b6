package dev.build0711.runner.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.port.DeliveryStore;
import dev.build0711.runner.port.DeliveryStore.Delivery;
import dev.build0711.runner.port.DeliveryStore.Outcome;
import dev.build0711.runner.port.DeliveryStore.Waiting;
import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.RunStore.Claim;
import dev.build0711.runner.port.RunStore.IdempotencyKey;
import dev.build0711.runner.port.RunStore.Position;
import dev.build0711.runner.port.RunStore.Release;
import dev.build0711.runner.port.RunStore.RunFilter;
import dev.build0711.runner.run.Clues;
import dev.build0711.runner.run.GitProvider;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.RunStatus;
import dev.build0711.runner.testing.PostgresExtension;
import dev.build0711.runner.testing.Runs;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/// Reads how PostgreSQL runs what the stores send it, on 100,000 runs of 50 projects: no table is
/// read from end to end, and no sort keeps more than a page.
class QueryPlansIT {

  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final int PAGE = 20;
  private static final Duration LEASE = Duration.ofMinutes(2);
  private static final List<RunStatus> EVERY_STATUS = List.of(RunStatus.values());

  private static final String LOAD =
      """
      -- no look at foreign keys for rows that are right
      set local session_replication_role = replica;

      insert into run (
        id, project_id, idempotency_key, request_sha256, compiled_prompt, complete_on,
        timeout_seconds, options, git_provider, git_host, repository, repository_id,
        status, reason_code, reason_since, phase, finished_at, deadline_at, percent,
        progress, usage, result, agent_state, agent_since, agent_sign_of_life_at,
        backend, backend_dialect, conversation_id, agent_memory, mentioned_urls, attempts,
        next_poll_at, created_at, updated_at)
      select
        gen_random_uuid(), 'project-' || n % 50, 'key-' || n, repeat('a', 64), repeat('do it ', 50),
        'either', 3600, '{}', 'github', 'github.com', 'acme/repo-' || n % 2000,
        case when n % 3 = 0 then n % 2000 end,
        s.status,
        case when s.status in ('FAILED', 'AWAITING_INPUT', 'CANCELLED', 'TIMED_OUT') then 'paused' end,
        case when s.status in ('FAILED', 'AWAITING_INPUT', 'CANCELLED', 'TIMED_OUT') then t.at end,
        case when s.status = 'RUNNING' then 'working' end,
        case when s.status in ('COMPLETED', 'FAILED', 'CANCELLED', 'TIMED_OUT') then t.at end,
        t.at + interval '1 day',
        case when s.status = 'COMPLETED' then 100 else 20 end,
        '{"tasks": []}', '{"cost_usd": 0.25}',
        case when s.status = 'COMPLETED' then jsonb_build_object('commit', md5(n::text)) else '{}' end,
        'working', t.at, t.at,
        'main', 'agent-server', md5(n::text), '{}',
        case when n % 100 = 0 then array['https://github.com/acme/repo/pull/' || n] else '{}' end,
        '[]',
        case when s.status in ('QUEUED', 'RUNNING', 'AWAITING_INPUT', 'CANCELLING')
          then now() + interval '1 second' * (n % 600 - 300) end,
        t.at, t.at
      from generate_series(1, 100000) n
      cross join lateral (select (array[
        'QUEUED', 'RUNNING', 'AWAITING_INPUT', 'CANCELLING', 'FAILED', 'CANCELLED', 'TIMED_OUT',
        'COMPLETED', 'COMPLETED', 'COMPLETED', 'COMPLETED', 'COMPLETED', 'COMPLETED', 'COMPLETED'
        ])[n % 14 + 1] as status) s
      cross join lateral (select now() - interval '1 minute' * n as at) t;

      insert into run_event (run_id, seq, type, at, data)
      select id, seq, 'run.progressed', created_at, '{}' from run cross join generate_series(1, 2) seq;

      insert into pull_request
      select id, 0, 'github', 'github.com', repository, repository_id, row_number() over (),
             'https://github.com/x', 'open', false, 'b', md5(id::text), null, null,
             created_at, created_at, 'branch', created_at
      from run where status = 'COMPLETED' and random() < 0.5;

      update run set place = backend, place_epoch = 0 where status = 'RUNNING';

      insert into run_message (run_id, seq, text, earlier, asked_epoch, state, created_at)
      select id, seq, 'Go on', seq - 1, 7, case when seq = 3 then 'wanted' else 'delivered' end,
             created_at
      from run cross join generate_series(1, 3) seq where status = 'AWAITING_INPUT';

      insert into webhook_delivery (
        source, key, event, body_sha256, outcome, effect, run_id, facts, received_at)
      select 'github', 'delivery-' || n, 'push', repeat('a', 64), 'ignored', 'none', null, '{}', now()
      from generate_series(1, 20000) n;

      insert into webhook_delivery (
        source, key, event, body_sha256, git_provider, git_host, repository, repository_id,
        outcome, effect, facts, received_at, tried_at)
      select 'github', 'waiting-' || n, 'push', repeat('a', 64), 'github', 'github.com',
             'acme/repo-' || n % 1000 + 1500, n % 1000 + 1500, 'unlinked', 'unlinked', '{}',
             now() - interval '1 minute' * n, now() - interval '1 minute' * n
      from generate_series(1, 40000) n;

      analyze
      """;

  private static final String EXPLAIN =
      """
      alter database plans set session_preload_libraries = 'auto_explain';
      alter database plans set auto_explain.log_min_duration = 0;
      alter database plans set auto_explain.log_analyze = on;
      alter database plans set auto_explain.log_timing = off;
      alter database plans set auto_explain.log_format = 'json';
      alter database plans set auto_explain.log_level = 'notice'
      """;

  private static final List<Database> OPEN = new ArrayList<>();
  private static Database.Settings settings;

  enum PlanFor {
    CUSTOM,
    GENERIC
  }

  @BeforeAll
  static void load() {
    POSTGRES.execute("create database plans");
    settings =
        PostgresExtension.settings(
            POSTGRES.jdbcUrl().replaceFirst("/postgres$", "/plans?prepareThreshold=1"), 2);
    try (Database database = Database.forCallers(settings)) {
      new Migrations(
              database.source(),
              Stream.concat(
                      MigrationFiles.shipped().stream(),
                      Stream.of(
                          new Migration(MigrationFiles.shipped().size() + 1, "load", LOAD, "")))
                  .toList())
          .up(null);
      PostgresExtension.execute(database.source(), EXPLAIN);
    }
  }

  @AfterAll
  static void drop() {
    OPEN.forEach(Database::close);
    POSTGRES.execute("drop database plans with (force)");
  }

  @ParameterizedTest
  @EnumSource
  void listsReadNoMoreThanAPageOfEachBranch(PlanFor planFor) {
    PlanRecorder recorder = recorder(planFor);
    RunStore store = new PostgresRunStore(recorder.source());
    @Nullable Position middle =
        new Position(Instant.now().minus(Duration.ofMinutes(50_000)), new RunId(new UUID(-1, 0)));
    for (List<String> projects :
        List.of(List.<String>of(), projects(1), projects(7), projects(50))) {
      for (List<RunStatus> statuses :
          List.of(
              List.<RunStatus>of(),
              List.of(RunStatus.QUEUED),
              List.of(RunStatus.COMPLETED),
              List.of(RunStatus.RUNNING, RunStatus.FAILED, RunStatus.COMPLETED),
              EVERY_STATUS)) {
        for (Position after : java.util.Arrays.asList(null, middle)) {
          RunFilter filter = new RunFilter(projects, statuses);
          assertThat(store.list(filter, after, PAGE)).as("%s", filter).hasSize(PAGE);
          List<JsonNode> plans = recorder.take();
          assertThat(plans).hasSize(1);
          int branches =
              Math.max(1, projects.size()) * (statuses.isEmpty() ? EVERY_STATUS : statuses).size();
          check(plans, PAGE, branches * PAGE);
          assertThat(plans.stream().flatMap(QueryPlansIT::nodes).mapToDouble(QueryPlansIT::skipped))
              .as("rows read in vain for %s", filter)
              .containsOnly(0.0);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void claimsAndSweepsReadOnlyWhatIsDue(PlanFor planFor) {
    PlanRecorder recorder = recorder(planFor);
    RunStore store = new PostgresRunStore(recorder.source());

    List<Claim> claims = store.claimDue(PAGE, LEASE);
    assertThat(claims).hasSize(PAGE);
    check(recorder.take(), PAGE, PAGE);
    assertThat(store.overdue(Duration.ofSeconds(30), 500)).hasSize(500);
    check(recorder.take(), PAGE, PAGE);
    store.release(List.of(new Release(claims.getFirst(), claims.getFirst().now())));
    check(recorder.take(), PAGE, PAGE);
    assertThat(store.claim(claims.getFirst().run().id(), LEASE)).isPresent();
    check(recorder.take(), PAGE, PAGE);
    store.claimWatched("main", 99, LEASE);
    check(recorder.take(), PAGE, PAGE);
  }

  @ParameterizedTest
  @EnumSource
  void queuedRunsAreCountedNoFurtherThanAsked(PlanFor planFor) {
    PlanRecorder recorder = recorder(planFor);
    RunStore store = new PostgresRunStore(recorder.source());
    RunFilter queued = new RunFilter(List.of(), List.of(RunStatus.QUEUED));
    Run newest = store.find(store.list(queued, null, 1).getFirst().id()).orElseThrow();
    recorder.take();

    assertThat(store.queuedBefore(newest, 500)).isEqualTo(500);

    check(recorder.take(), 500, 500);
  }

  @ParameterizedTest
  @EnumSource
  void oneRunIsFoundByKey(PlanFor planFor) {
    PlanRecorder recorder = recorder(planFor);
    RunStore store = new PostgresRunStore(recorder.source());
    RunFilter seven = new RunFilter(List.of("project-7"), List.of());
    Run known = store.find(store.list(seven, null, 1).getFirst().id()).orElseThrow();
    recorder.take();

    assertThat(store.find(known.id())).contains(known);
    assertThat(store.summary(known.id())).contains(known.summary());
    assertThat(store.events(known.id(), PAGE)).hasSize(2);
    Run again = Run.accepted(RunId.create(Runs.T0, new java.util.Random(1)), known.spec(), Runs.T0);
    assertThat(store.create(again, new IdempotencyKey("key-7", "a".repeat(64))))
        .isInstanceOf(RunStore.Creation.Replayed.class);

    List<JsonNode> plans = recorder.take();
    assertThat(plans).hasSize(5);
    check(plans, PAGE, PAGE);
  }

  @ParameterizedTest
  @EnumSource
  void everyClueIsLookedUpInAnIndex(PlanFor planFor) {
    PlanRecorder recorder = recorder(planFor);
    DeliveryStore store = new PostgresDeliveryStore(recorder.source());
    Repository known = new Repository(GitProvider.GITHUB, "github.com", "acme/repo-3", 3L);
    Repository unknown = new Repository(GitProvider.GITHUB, "github.com", "acme/repo-4", null);
    for (Repository repository : List.of(known, unknown)) {
      store.candidates(
          new Clues(
              repository,
              List.of(5L, 6L, 7L),
              List.of("ada6dec36d2fa2530444998f1ae421fcb8cacffc"),
              Runs.ID,
              "openhands/" + Runs.ID,
              List.of("c4ca4238a0b923820dcc509a6f75849b"),
              "https://github.com/acme/repo/pull/700"));
      List<JsonNode> plans = recorder.take();
      assertThat(plans).hasSize(1);
      check(plans, 7 * 50, 7 * 50);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDeliveryAndARenameTouchOnlyTheirRuns(PlanFor planFor) {
    PlanRecorder recorder = recorder(planFor);
    DeliveryStore store = new PostgresDeliveryStore(recorder.source());
    Repository renamed = new Repository(GitProvider.GITHUB, "github.com", "acme/new", 9L);

    store.rename(delivery("rename-" + planFor), renamed, "acme/repo-9");
    store.find("github", "delivery-77");

    List<JsonNode> plans = recorder.take();
    assertThat(plans).hasSize(3);
    check(plans, PAGE, PAGE);
  }

  @ParameterizedTest
  @EnumSource
  void deliveriesThatWaitAreReadRepositoryByRepository(PlanFor planFor) {
    PlanRecorder recorder = recorder(planFor);
    DeliveryStore store = new PostgresDeliveryStore(recorder.source());

    assertThat(store.waiting(PAGE)).hasSize(PAGE);

    List<JsonNode> plans = recorder.take();
    check(plans, PAGE, 1_000 * PAGE);
    // of every repository one entry to step to the next, and no more deliveries than are asked for,
    // but for those that are too old and not given up yet
    assertThat(plans.stream().flatMap(QueryPlansIT::nodes).mapToDouble(QueryPlansIT::read))
        .allSatisfy(rows -> assertThat(rows).isLessThanOrEqualTo(40_000));
  }

  @ParameterizedTest
  @EnumSource
  void whatBecameOfADeliveryIsStoredAndOldOnesArePrunedByKey(PlanFor planFor) {
    PlanRecorder recorder = recorder(planFor);
    DeliveryStore store = new PostgresDeliveryStore(recorder.source());
    Waiting waiting = store.waiting(1).getFirst();
    recorder.take();

    store.settle(waiting, waiting.delivery(), null, false);
    assertThat(store.prune(PAGE)).isEqualTo(PAGE);

    check(recorder.take(), PAGE, PAGE);
  }

  private static Delivery delivery(String key) {
    return new Delivery(
        "github",
        key,
        "repository",
        "b".repeat(64),
        null,
        Outcome.APPLIED,
        "rename",
        null,
        null,
        Map.of(),
        Runs.T0);
  }

  private static List<String> projects(int count) {
    return IntStream.range(0, count).mapToObj(n -> "project-" + n).toList();
  }

  private static PlanRecorder recorder(PlanFor planFor) {
    String mode = planFor == PlanFor.CUSTOM ? "force_custom_plan" : "force_generic_plan";
    POSTGRES.execute("alter database plans set plan_cache_mode = " + mode);
    Database database = Database.forCallers(settings);
    OPEN.add(database);
    return new PlanRecorder(database.source());
  }

  /// @param kept how many rows a sort may keep
  /// @param read how many rows a sort may be given
  private static void check(List<JsonNode> plans, int kept, int read) {
    assertThat(plans).isNotEmpty();
    for (JsonNode node : plans.stream().flatMap(QueryPlansIT::nodes).toList()) {
      String type = node.get("Node Type").asString();
      // of the table of backends there is a page at most
      if (!node.path("Relation Name").asString("").equals("backend")) {
        assertThat(type).as("%s", node).isNotEqualTo("Seq Scan");
      }
      if (type.contains("Sort")) {
        assertThat(node.get("Actual Rows").asDouble()).as("%s", node).isLessThanOrEqualTo(kept);
        double given = node.get("Plans").get(0).get("Actual Rows").asDouble();
        assertThat(given).as("%s", node).isLessThanOrEqualTo(read);
        // a heap replaces the plain sort once there are twice as many rows as it may keep
        assertThat(given <= 2 * kept || node.get("Sort Method").asString().equals("top-N heapsort"))
            .as("%s", node)
            .isTrue();
      }
    }
  }

  /// How many rows of an index were read only to be thrown away.
  private static double skipped(JsonNode node) {
    JsonNode removed = node.get("Rows Removed by Filter");
    return removed == null ? 0 : removed.asDouble();
  }

  /// How many rows were read, in vain or not.
  private static double read(JsonNode node) {
    return (node.get("Actual Rows").asDouble() + skipped(node))
        * node.get("Actual Loops").asDouble();
  }

  private static Stream<JsonNode> nodes(JsonNode plan) {
    JsonNode children = plan.get("Plans");
    return children == null
        ? Stream.of(plan)
        : Stream.concat(Stream.of(plan), children.valueStream().flatMap(QueryPlansIT::nodes));
  }
}
