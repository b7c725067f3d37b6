package dev.build0711.runner.postgres;

import dev.build0711.runner.port.DeliveryStore;
import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.RunStore.Change;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.port.StorageUnavailable;
import dev.build0711.runner.run.Clues;
import dev.build0711.runner.run.LinkRule;
import dev.build0711.runner.run.LinkingLadder;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunId;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// Deliveries in PostgreSQL. The ledger's key decides which of several repetitions is the first.
public final class PostgresDeliveryStore implements DeliveryStore {

  private final Jdbc jdbc;
  private final RunJson json = new RunJson();
  private final RunRow rows = new RunRow(json);

  /// Does not connect before it is used.
  public PostgresDeliveryStore(DataSource source) {
    this.jdbc = new Jdbc(source);
  }

  @Override
  public Optional<Delivery> find(String source, String key) {
    return jdbc.first(DeliverySql.FIND, to -> to.text(source).text(key), this::delivery);
  }

  @Override
  public List<Run> candidates(Clues clues) {
    return jdbc.list(DeliverySql.CANDIDATES, to -> bindClues(to, clues), rows::read);
  }

  static void bindClues(Parameters to, Clues clues) throws SQLException {
    List<UUID> runs = new ArrayList<>();
    List<String> conversations = new ArrayList<>();
    clues.conversations().forEach(id -> conversations.add(plain(id)));
    if (clues.marker() != null) {
      runs.add(clues.marker().value());
    }
    if (clues.branch() != null && clues.branch().startsWith(LinkingLadder.RESERVED)) {
      String name = clues.branch().substring(LinkingLadder.RESERVED.length());
      runId(name).ifPresentOrElse(id -> runs.add(id.value()), () -> conversations.add(plain(name)));
    }
    to.text(clues.repository().host())
        .number(clues.repository().id())
        .text(clues.repository().path())
        .numbers(clues.numbers())
        .texts(clues.headShas())
        .uuids(runs)
        .texts(conversations)
        .texts(clues.url() == null ? List.of() : List.of(clues.url()));
  }

  private static String plain(String conversationId) {
    return conversationId.replace("-", "").toLowerCase(Locale.ROOT);
  }

  private static Optional<RunId> runId(String text) {
    try {
      return Optional.of(RunId.parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  @Override
  public Recorded record(Delivery delivery, RunStore.@Nullable Change change, boolean look) {
    return jdbc.transaction(session ->
        insert(session, delivery)
            ? effect(session, delivery, change, look)
            : repeated(session, delivery));
  }

  private Recorded effect(
      Jdbc.Session session, Delivery delivery, @Nullable Change change, boolean look)
      throws SQLException {
    if (change == null) {
      return new Recorded.Stored(look ? wake(session, delivery.runId()) : null);
    }
    Optional<Recorded> applied =
        session.first(
            ChangeSql.APPLY,
            to -> rows.bindChange(to, change, look),
            row -> new Recorded.Stored(look ? PostgresRunStore.wakeOrNull(row) : null));
    if (applied.isEmpty()) {
      session.rollback();
      return new Recorded.Stale();
    }
    return applied.get();
  }

  private static @Nullable Wake wake(Jdbc.Session session, @Nullable RunId id) throws SQLException {
    return id == null
        ? null
        : session
            .first(RunSql.WAKE, to -> to.uuid(id.value()), PostgresRunStore::wake)
            .orElse(null);
  }

  @Override
  public Recorded rename(Delivery delivery, Repository renamed, String oldPath) {
    return jdbc.transaction(session -> {
      if (!insert(session, delivery)) {
        return repeated(session, delivery);
      }
      session.list(
          DeliverySql.RENAME,
          to -> to.text(renamed.path()).number(renamed.id()).text(renamed.host()).text(oldPath),
          row -> row.text("repository"));
      return new Recorded.Stored(null);
    });
  }

  @Override
  public List<Waiting> waiting(int limit) {
    return jdbc.list(
        DeliverySql.WAITING,
        to -> to.seconds(SKEW).seconds(RETRIED).number(limit).number(limit),
        row -> new Waiting(delivery(row), row.time("tried_at"), row.time("read_at")));
  }

  @Override
  public Recorded settle(
      Waiting waiting, Delivery decided, RunStore.@Nullable Change change, boolean look) {
    return jdbc.transaction(session -> {
      boolean mine =
          session
              .first(
                  DeliverySql.SETTLE,
                  to -> bindOutcome(to, waiting, decided),
                  row -> row.text("key"))
              .isPresent();
      return mine ? effect(session, decided, change, look) : repeated(session, decided);
    });
  }

  private static void bindOutcome(Parameters to, Waiting waiting, Delivery decided)
      throws SQLException {
    RunId runId = decided.runId();
    to.text(decided.outcome())
        .text(decided.effect())
        .uuid(runId == null ? null : runId.value())
        .text(decided.rule())
        .flag(decided.waits())
        .time(waiting.now())
        .text(decided.source())
        .text(decided.key())
        .time(waiting.triedAt());
  }

  @Override
  public int prune(int limit) {
    return jdbc.first(
            DeliverySql.PRUNE,
            to -> to.seconds(RETRIED).seconds(KEPT).number(limit).seconds(KEPT).number(limit),
            row -> row.integer("pruned"))
        .orElse(0);
  }

  private boolean insert(Jdbc.Session session, Delivery delivery) throws SQLException {
    return session
        .first(DeliverySql.INSERT, to -> bind(to, delivery), row -> row.text("key"))
        .isPresent();
  }

  private Recorded repeated(Jdbc.Session session, Delivery delivery) throws SQLException {
    return session
        .first(
            DeliverySql.FIND, to -> to.text(delivery.source()).text(delivery.key()), this::delivery)
        .map(Recorded.Repeated::new)
        .orElseThrow(() ->
            new StorageUnavailable("a repeated delivery went away", new IllegalStateException()));
  }

  private void bind(Parameters to, Delivery delivery) throws SQLException {
    RunId runId = delivery.runId();
    to.text(delivery.source())
        .text(delivery.key())
        .text(delivery.event())
        .text(delivery.bodySha256());
    RunRow.bindRepository(to, delivery.repository());
    to.text(delivery.outcome())
        .text(delivery.effect())
        .uuid(runId == null ? null : runId.value())
        .text(delivery.rule())
        .text(json.write(delivery.facts()))
        .time(delivery.receivedAt())
        .flag(delivery.waits());
  }

  private Delivery delivery(Row row) throws SQLException {
    UUID runId = row.uuidOrNull("run_id");
    String rule = row.textOrNull("rule");
    return new Delivery(
        row.text("source"),
        row.text("key"),
        row.text("event"),
        row.text("body_sha256"),
        RunRow.repository(row),
        Vocabulary.of(Outcome.class, row.text("outcome")),
        row.text("effect"),
        runId == null ? null : new RunId(runId),
        rule == null ? null : Vocabulary.of(LinkRule.class, rule),
        json.data(row.text("facts")),
        row.time("received_at"));
  }
}
