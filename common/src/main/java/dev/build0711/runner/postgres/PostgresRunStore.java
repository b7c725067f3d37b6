package dev.build0711.runner.postgres;

import dev.build0711.runner.log.RequestContext;
import dev.build0711.runner.port.Backends.Terms;
import dev.build0711.runner.port.Probe;
import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.StorageUnavailable;
import dev.build0711.runner.run.Message;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunEvent;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.RunStatus;
import dev.build0711.runner.run.RunSummary;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// Runs in PostgreSQL. Every method is one statement in the ordinary case, and takes a connection
/// for that statement alone.
public final class PostgresRunStore implements RunStore, Probe {

  private static final Logger LOG = System.getLogger(PostgresRunStore.class.getName());
  private static final UUID LAST_ID = new UUID(-1, -1);

  private final Jdbc jdbc;
  private final PostgresFailedLooks failedLooks;
  private final RunJson json = new RunJson();
  private final RunRow rows = new RunRow(json);
  private final Places places = new Places(rows);

  /// Does not connect before it is used.
  public PostgresRunStore(DataSource source) {
    this.jdbc = new Jdbc(source);
    this.failedLooks = new PostgresFailedLooks(jdbc);
  }

  @Override
  public Creation create(Run run, @Nullable IdempotencyKey key) {
    Optional<Instant> createdAt =
        jdbc.first(RunSql.CREATE, to -> bindNew(to, run, key), row -> row.time("created_at"));
    if (createdAt.isPresent()) {
      return new Creation.Created(Run.accepted(run.id(), run.spec(), createdAt.get()));
    }
    return replay(run, Objects.requireNonNull(key, "only a key can be taken"));
  }

  private void bindNew(Parameters to, Run run, @Nullable IdempotencyKey key) throws SQLException {
    rows.bindSpec(to, run);
    RunRow.bindRepository(to, run.repository());
    rows.bindWork(to, run.work());
    to.text(run.agent().state())
        .text(json.write(RunJson.Memory.of(run.agent())))
        .text(json.writeAttempts(run.attempts()))
        .text(key == null ? null : key.key())
        .text(key == null ? null : key.sha256())
        .seconds(Duration.between(run.createdAt(), run.standing().deadlineAt()))
        .text(RunEvent.Type.RUN_CREATED);
  }

  private Creation replay(Run run, IdempotencyKey key) {
    return jdbc.first(
            RunSql.FIND_BY_KEY,
            to -> to.text(run.spec().projectId()).text(key.key()),
            row -> creation(row, key))
        .orElseThrow(() ->
            new StorageUnavailable(
                "the run of an idempotency key went away", new IllegalStateException()));
  }

  private Creation creation(Row row, IdempotencyKey key) throws SQLException {
    return row.text("request_sha256").equals(key.sha256())
        ? new Creation.Replayed(rows.read(row))
        : new Creation.KeyReused();
  }

  @Override
  public Optional<Run> find(RunId id) {
    return jdbc.first(RunSql.FIND, to -> to.uuid(id.value()), rows::read);
  }

  @Override
  public Optional<RunSummary> summary(RunId id) {
    return jdbc.first(RunSql.SUMMARY, to -> to.uuid(id.value()), rows::summary);
  }

  @Override
  public List<Numbered> events(RunId id, int limit) {
    return jdbc.list(RunSql.EVENTS, to -> to.uuid(id.value()).number(limit), this::event);
  }

  @Override
  public int queuedBefore(Run run, int most) {
    return jdbc.first(
            RunSql.QUEUED_BEFORE,
            to ->
                to.number(run.spec().priority())
                    .time(run.createdAt())
                    .uuid(run.id().value())
                    .number(most),
            row -> row.integer("queued"))
        .orElseThrow();
  }

  private Numbered event(Row row) throws SQLException {
    return new Numbered(
        row.integer("seq"),
        new RunEvent(
            Vocabulary.of(RunEvent.Type.class, row.text("type")),
            row.time("at"),
            json.data(row.text("data"))));
  }

  @Override
  public List<RunSummary> list(RunFilter filter, @Nullable Position after, int limit) {
    return jdbc.list(ListSql.of(filter), to -> bindList(to, filter, after, limit), rows::summary);
  }

  static void bindList(Parameters to, RunFilter filter, @Nullable Position after, int limit)
      throws SQLException {
    List<RunStatus> statuses =
        filter.statuses().isEmpty() ? List.of(RunStatus.values()) : filter.statuses();
    if (!filter.projectIds().isEmpty()) {
      to.texts(filter.projectIds().stream().distinct().toList());
    }
    to.texts(statuses.stream().distinct().map(Object::toString).toList());
    if (after == null) {
      to.endOfTime().uuid(LAST_ID);
    } else {
      to.time(after.createdAt()).uuid(after.id().value());
    }
    to.number(limit).number(limit);
  }

  @Override
  public Optional<Claim> claim(RunId id, Duration lease) {
    return claims(RunSql.CLAIM, to -> to.seconds(lease).uuid(id.value())).stream().findFirst();
  }

  @Override
  public List<Claim> claimDue(int limit, Duration lease) {
    return claims(RunSql.CLAIM_DUE, to -> to.seconds(lease).number(limit)).stream()
        .sorted((left, right) -> RunRow.byNextPoll(left.run(), right.run()))
        .toList();
  }

  @Override
  public List<Claim> claimWatched(String backend, int limit, Duration lease) {
    return claims(RunSql.CLAIM_WATCHED, to -> to.seconds(lease).text(backend).number(limit));
  }

  /// Those that can be read: one row that cannot must not cost the others their looks.
  private List<Claim> claims(String sql, Jdbc.Binder binder) {
    List<Unreadable> unreadable = new ArrayList<>();
    List<Claim> claims =
        jdbc.list(sql, binder, row -> claim(row, unreadable)).stream()
            .flatMap(Optional::stream)
            .toList();
    unreadable.forEach(one -> failedLooks.failed(one.run(), one.pollEpoch(), one.why()));
    return claims;
  }

  private record Unreadable(UUID run, long pollEpoch, String why) {}

  private Optional<Claim> claim(Row row, List<Unreadable> unreadable) throws SQLException {
    try {
      return Optional.of(claim(row));
    } catch (RuntimeException e) {
      UUID run = row.uuid("id");
      RequestContext.about(
          new RunId(run).toString(), () -> LOG.log(Level.ERROR, "a run cannot be read", e));
      unreadable.add(
          new Unreadable(run, row.number("poll_epoch"), "unreadable: " + e.getClass().getName()));
      return Optional.empty();
    }
  }

  @Override
  public Admission admit(List<Terms> backends, @Nullable Claim own) {
    return backends.isEmpty() || (own == null && !anybodyWaits())
        ? Admission.NONE
        : jdbc.transaction(session -> places.admit(session, backends, own));
  }

  private boolean anybodyWaits() {
    return jdbc.first(BackendSql.WAITING, _ -> {}, row -> row.uuid("id")).isPresent();
  }

  private Claim claim(Row row) throws SQLException {
    String held = row.textOrNull("held");
    return new Claim(
        rows.read(row),
        row.time("claimed_at"),
        row.time("lease_until"),
        held == null ? null : Vocabulary.of(Reason.class, held));
  }

  @Override
  public Saved save(Claim claim, Change change, @Nullable Instant nextPollAt) {
    return jdbc.first(
            ChangeSql.SAVE,
            to -> {
              rows.bindState(to, change.after());
              bindLook(to, claim, nextPollAt).number(change.before().version());
              to.number(claim.run().schedule().pollEpoch());
              rows.bindAdditions(to, change);
            },
            PostgresRunStore::stored)
        .orElseGet(() -> lost(claim));
  }

  @Override
  public List<Saved> release(List<Release> releases) {
    Map<Look, Saved> stored = new HashMap<>();
    jdbc.list(
            RunSql.RELEASE,
            to -> bindReleases(to, releases),
            row -> Map.entry(new Look(row.uuid("id"), row.number("poll_epoch")), stored(row)))
        .forEach(one -> stored.put(one.getKey(), one.getValue()));
    return releases.stream()
        .map(one -> {
          Run run = one.claim().run();
          Saved saved = stored.get(new Look(run.id().value(), run.schedule().pollEpoch()));
          return saved == null ? lost(one.claim()) : saved;
        })
        .toList();
  }

  private record Look(UUID run, long pollEpoch) {}

  private static void bindReleases(Parameters to, List<Release> releases) throws SQLException {
    // ids rise with time, so a statement that touches many runs meets them in this order, too, and
    // seldom waits for one who waits for it
    List<Release> ordered =
        releases.stream().sorted(Comparator.comparing(one -> one.claim().run().id())).toList();
    List<Run> runs = ordered.stream().map(one -> one.claim().run()).toList();
    List<@Nullable Instant> next = new ArrayList<>();
    ordered.forEach(one -> next.add(one.nextPollAt()));
    to.uuids(runs.stream().map(run -> run.id().value()).toList())
        .numbers(runs.stream().map(run -> run.schedule().pollEpoch()).toList())
        .numbers(runs.stream().map(run -> run.schedule().wakeNo()).toList())
        .times(next);
  }

  private static Parameters bindLook(Parameters to, Claim claim, @Nullable Instant nextPollAt)
      throws SQLException {
    return to.number(claim.run().schedule().wakeNo())
        .time(nextPollAt)
        .uuid(claim.run().id().value());
  }

  private static Saved stored(Row row) throws SQLException {
    return new Saved.Stored(row.timeOrNull("next_poll_at"), row.number("wake_no"));
  }

  /// Why nothing was written: the claim is no longer the newest, or the run has changed under it.
  private Saved lost(Claim claim) {
    return find(claim.run().id())
        .filter(run -> run.schedule().pollEpoch() == claim.run().schedule().pollEpoch())
        .<Saved>map(Saved.Stale::new)
        .orElseGet(Saved.Fenced::new);
  }

  @Override
  public List<Wake> overdue(Duration overdue, int limit) {
    return jdbc.list(
        RunSql.OVERDUE,
        to -> to.seconds(overdue).seconds(overdue).number(limit),
        PostgresRunStore::wake);
  }

  @Override
  public List<Wake> returned(String backend, Duration within, int limit) {
    return jdbc.list(
        RunSql.RETURNED,
        to -> to.seconds(within).seconds(within).text(backend).text(backend).number(limit),
        PostgresRunStore::wake);
  }

  @Override
  public Duration oldestOverdue() {
    return jdbc.first(RunSql.OLDEST_OVERDUE, _ -> {}, row -> row.number("millis"))
        .map(Duration::ofMillis)
        .orElse(Duration.ZERO);
  }

  @Override
  public Applied apply(Change change, boolean look) {
    return jdbc.first(
            ChangeSql.APPLY,
            to -> rows.bindChange(to, change, look),
            row -> new Applied.Done(look ? wakeOrNull(row) : null))
        .<Applied>map(done -> done)
        .orElseGet(Applied.Stale::new);
  }

  @Override
  public boolean claimLookUp(Run run) {
    return jdbc.first(
            RunSql.CLAIM_LOOK_UP,
            to -> to.uuid(run.id().value()).time(run.schedule().lookedUpAt()),
            row -> row.uuid("id"))
        .isPresent();
  }

  @Override
  public Optional<Mailbox> mailbox(RunId id, @Nullable String text, @Nullable IdempotencyKey key) {
    return jdbc.first(
        MailSql.MAILBOX,
        to -> to.text(text).text(key == null ? null : key.key()).uuid(id.value()),
        this::mailbox);
  }

  private Mailbox mailbox(Row row) throws SQLException {
    return new Mailbox(
        rows.read(row),
        row.integer("messages"),
        row.integer("waiting"),
        row.integer("same"),
        json.accepted(row.textOrNull("first_message")));
  }

  @Override
  public Applied accept(Change change, Message message, @Nullable IdempotencyKey key) {
    return jdbc.transaction(session -> {
      Optional<Applied> applied =
          session.first(
              ChangeSql.APPLY,
              to -> rows.bindChange(to, change, true),
              row -> new Applied.Done(wakeOrNull(row)));
      if (applied.isEmpty()) {
        return new Applied.Stale();
      }
      session.first(
          MailSql.ACCEPT,
          to -> bindMessage(to, change.after(), message, key),
          row -> row.integer("seq"));
      return applied.get();
    });
  }

  private static void bindMessage(
      Parameters to, Run run, Message message, @Nullable IdempotencyKey key) throws SQLException {
    to.number(message.seq())
        .text(message.text())
        .text(message.accept())
        .number(message.earlier())
        .text(message.state())
        .text(key == null ? null : key.key())
        .text(key == null ? null : key.sha256())
        .time(run.updatedAt())
        .uuid(run.id().value());
  }

  @Override
  public List<Wake> hint(String conversationId) {
    return jdbc.list(MailSql.HINT, to -> to.text(conversationId), PostgresRunStore::wake);
  }

  /// No wake-up for a run that is set aside.
  static @Nullable Wake wakeOrNull(Row row) throws SQLException {
    return row.timeOrNull("next_poll_at") == null ? null : wake(row);
  }

  static Wake wake(Row row) throws SQLException {
    return new Wake(new RunId(row.uuid("id")), row.number("wake_no"), row.time("next_poll_at"));
  }
}
