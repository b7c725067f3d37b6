package dev.build0711.runner.testing;

import dev.build0711.runner.port.BackendStore;
import dev.build0711.runner.port.Backends.Terms;
import dev.build0711.runner.port.FailedLooks;
import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.StorageUnavailable;
import dev.build0711.runner.run.Capacity;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.LinkedPullRequest;
import dev.build0711.runner.run.Message;
import dev.build0711.runner.run.Place;
import dev.build0711.runner.run.PullRequest;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunEvent;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.RunStatus;
import dev.build0711.runner.run.RunSummary;
import dev.build0711.runner.run.Schedule;
import dev.build0711.runner.run.Standing;
import dev.build0711.runner.run.StatusReason;
import dev.build0711.runner.run.Step;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A store of runs that forgets them when the test ends, and can be told to be out of order.
public final class InMemoryRunStore implements RunStore, BackendStore, FailedLooks {

  private static final Comparator<Run> NEWEST_FIRST =
      Comparator.comparing(Run::createdAt).thenComparing(Run::id).reversed();

  private static final Comparator<Run> BY_PRIORITY =
      Comparator.comparingInt((Run run) -> -run.spec().priority());
  private static final Comparator<Run> FIRST_OF_PROJECT =
      BY_PRIORITY.thenComparing(Run::createdAt).thenComparing(Run::id);

  /// How much too early a look may be claimed.
  private static final Duration EARLY = Duration.ofSeconds(1);

  private final InstantSource clock;
  private final Map<RunId, Run> runs = new LinkedHashMap<>();
  private final Map<RunId, List<RunEvent>> events = new HashMap<>();
  private final Map<RunId, Instant> leases = new HashMap<>();
  private final Map<RunId, Instant> woken = new HashMap<>();
  private final Map<String, Dialect> dialects = new HashMap<>();
  private final Map<String, Kept> keys = new HashMap<>();
  private final Map<RunId, List<Letter>> mail = new HashMap<>();
  private final Map<RunId, Instant> hinted = new HashMap<>();
  private final Map<String, Instant> closed = new HashMap<>();
  private final Map<String, Instant> probed = new HashMap<>();
  private final Map<String, Failing> failing = new HashMap<>();
  private final Map<RunId, Integer> failedLooks = new HashMap<>();
  private final Map<RunId, String> failures = new HashMap<>();
  private final Map<RunId, Instant> aside = new HashMap<>();
  private boolean down;
  private boolean crowded;
  private @Nullable RunId refused;

  private record Failing(Instant since, Reason why, Instant downUntil) {}

  private record Kept(String sha256, RunId id) {}

  private record Letter(Accepted accepted, @Nullable IdempotencyKey key) {

    /// As it is when `run` is stored: what waits when a run ends is refused.
    Letter in(Run run) {
      Message it = accepted.message();
      if (run.message() != null && run.message().seq() == it.seq()) {
        return with(run.message());
      }
      boolean refused = run.status().terminal() && it.state() == Message.State.WANTED;
      return refused ? with(refused(it)) : this;
    }

    private static Message refused(Message it) {
      return new Message(
          it.seq(),
          it.text(),
          it.accept(),
          it.earlier(),
          it.askedEpoch(),
          Message.State.REFUSED,
          it.triedAt());
    }

    private Letter with(Message message) {
      return new Letter(new Accepted(message, accepted.sha256(), accepted.createdAt()), key);
    }
  }

  public InMemoryRunStore(InstantSource clock) {
    this.clock = clock;
  }

  /// From now on every call fails, or none does.
  public synchronized void down(boolean value) {
    down = value;
  }

  /// Whether so many want a place at once that none can be given.
  public synchronized void crowded(boolean value) {
    crowded = value;
  }

  /// From now on a look at this run cannot be stored, by some mistake.
  public synchronized void refuse(RunId id) {
    refused = id;
  }

  /// Every run as it is, in the order of their making.
  public synchronized List<Run> all() {
    return List.copyOf(runs.values());
  }

  /// Everything that happened to a run, in order.
  public synchronized List<RunEvent> history(RunId id) {
    return Collections.unmodifiableList(events.getOrDefault(id, List.of()));
  }

  /// Every message to the agent of a run, in order.
  public synchronized List<Message> messages(RunId id) {
    List<Letter> letters = mail.get(id);
    return letters == null
        ? List.of()
        : letters.stream().map(letter -> letter.accepted().message()).toList();
  }

  /// Forgets who looks at what.
  public synchronized void forgetLeases() {
    leases.clear();
  }

  /// Forgets every run.
  public synchronized void clear() {
    runs.clear();
  }

  /// Puts a run as it is, with its events, in place of what was there.
  public synchronized void put(Run run, List<RunEvent> itsEvents) {
    runs.put(run.id(), run);
    events.put(run.id(), new ArrayList<>(itsEvents));
  }

  /// Changes a run as somebody else's write does.
  public synchronized void change(RunId id, UnaryOperator<Run> change) {
    Run next = change.apply(get(id));
    runs.put(id, versioned(next, next.schedule(), next.version() + 1));
  }

  /// Asks for a look at once.
  public synchronized void askForLook(RunId id) {
    wake(id);
  }

  /// Asks for a look at once; null where there is no such run, or it is set aside.
  synchronized @Nullable Wake wake(RunId id) {
    Run run = runs.get(id);
    if (run == null || aside.containsKey(id)) {
      return null;
    }
    Instant now = clock.instant();
    Schedule old = run.schedule();
    Instant due =
        old.nextPollAt() == null || old.nextPollAt().isAfter(now) ? now : old.nextPollAt();
    runs.put(id, run.with(new Schedule(due, old.wakeNo() + 1, old.pollEpoch(), old.lookedUpAt())));
    return new Wake(id, old.wakeNo() + 1, due);
  }

  /// Gives a repository's new name to its runs and to their pull requests.
  synchronized void rename(Repository renamed, String oldPath) {
    Repository old = new Repository(renamed.provider(), renamed.host(), oldPath, renamed.id());
    runs.replaceAll((_, run) -> renamed(run, renamed, old));
  }

  private Run renamed(Run run, Repository renamed, Repository old) {
    Repository repository = run.repository();
    boolean its = repository != null && repository.same(old);
    return new Run(
        run.id(),
        run.spec(),
        its ? renamed : repository,
        run.standing(),
        run.work(),
        run.agent(),
        run.attempts(),
        run.message(),
        run.pullRequests().stream().map(link -> renamed(link, renamed, old)).toList(),
        run.schedule(),
        its ? run.version() + 1 : run.version(),
        run.eventCount(),
        run.createdAt(),
        its ? clock.instant() : run.updatedAt());
  }

  private static LinkedPullRequest renamed(
      LinkedPullRequest link, Repository renamed, Repository old) {
    PullRequest it = link.pullRequest();
    return it.repository().same(old)
        ? new LinkedPullRequest(
            new PullRequest(
                renamed,
                it.number(),
                it.url(),
                it.state(),
                it.draft(),
                it.headBranch(),
                it.headSha(),
                it.headRepositoryId(),
                it.mergeCommitSha(),
                it.createdAt(),
                it.updatedAt()),
            link.rule(),
            link.linkedAt())
        : link;
  }

  @Override
  public synchronized Creation create(Run run, @Nullable IdempotencyKey key) {
    available();
    if (key != null) {
      String name = run.spec().projectId() + ' ' + key.key();
      Kept kept = keys.putIfAbsent(name, new Kept(key.sha256(), run.id()));
      if (kept != null) {
        return kept.sha256().equals(key.sha256())
            ? new Creation.Replayed(get(kept.id()))
            : new Creation.KeyReused();
      }
    }
    Run stored = Run.accepted(run.id(), run.spec(), clock.instant());
    put(stored, List.of(new RunEvent(RunEvent.Type.RUN_CREATED, stored.createdAt(), Map.of())));
    return new Creation.Created(stored);
  }

  @Override
  public synchronized Optional<Run> find(RunId id) {
    available();
    return Optional.ofNullable(runs.get(id));
  }

  @Override
  public synchronized Optional<RunSummary> summary(RunId id) {
    return find(id).map(Run::summary);
  }

  @Override
  public synchronized List<Numbered> events(RunId id, int limit) {
    available();
    List<RunEvent> all = events.getOrDefault(id, List.of());
    List<Numbered> newest = new ArrayList<>();
    for (int i = all.size(); i > Math.max(0, all.size() - limit); i--) {
      newest.add(new Numbered(i, all.get(i - 1)));
    }
    return newest;
  }

  @Override
  public synchronized List<RunSummary> list(RunFilter filter, @Nullable Position after, int limit) {
    available();
    return runs.values().stream()
        .filter(run -> fits(filter.projectIds(), run.spec().projectId()))
        .filter(run -> fits(filter.statuses(), run.status()))
        .filter(run -> after == null || isAfter(run, after))
        .sorted(NEWEST_FIRST)
        .limit(limit)
        .map(Run::summary)
        .toList();
  }

  @Override
  public synchronized Optional<Claim> claim(RunId id, Duration lease) {
    available();
    Run run = runs.get(id);
    return run == null || !isDue(run) ? Optional.empty() : Optional.of(claimed(run, lease));
  }

  @Override
  public synchronized int queuedBefore(Run run, int most) {
    available();
    return (int)
        runs.values().stream()
            .filter(InMemoryRunStore::waits)
            .filter(other -> FIRST_OF_PROJECT.compare(other, run) < 0)
            .limit(most)
            .count();
  }

  @Override
  public synchronized Admission admit(List<Terms> backends, @Nullable Claim own) {
    available();
    if (crowded) {
      throw new StorageUnavailable("many want a place", new IllegalStateException());
    }
    @Nullable Claim renewed = null;
    List<Wake> wakes = new ArrayList<>();
    List<Capacity> capacities = backends.stream().map(this::capacity).toList();
    for (String slot : Capacity.deal(capacities, Admission.MOST)) {
      Optional<Run> next = next(own);
      if (next.isEmpty()) {
        break;
      }
      boolean mine = own != null && next.get().id().equals(own.run().id());
      Run placed = placed(next.get(), slot, mine);
      if (own != null && mine) {
        renewed = new Claim(placed, own.now(), own.leaseUntil(), null);
      } else {
        wakes.add(new Wake(placed.id(), placed.schedule().wakeNo(), due(placed)));
      }
    }
    return new Admission(renewed, wakes, trouble(backends, own));
  }

  private @Nullable Reason trouble(List<Terms> backends, @Nullable Claim own) {
    boolean wanted =
        own != null
            || runs.values().stream().anyMatch(run -> waits(run) && !aside.containsKey(run.id()));
    List<Terms> meant = backends.stream().filter(Terms::wanted).toList();
    List<Reason> troubles =
        meant.stream()
            .filter(one -> !open(one))
            .sorted(Comparator.comparing(Terms::name))
            .map(one -> failing.get(one.name()))
            .filter(Objects::nonNull)
            .map(Failing::why)
            .toList();
    return wanted && !troubles.isEmpty() && troubles.size() == meant.size()
        ? troubles.getFirst()
        : null;
  }

  private boolean open(Terms terms) {
    return !closed.getOrDefault(terms.name(), Instant.MIN).isAfter(clock.instant());
  }

  @Override
  public synchronized void speaks(String name, Dialect dialect) {
    available();
    dialects.put(name, dialect);
  }

  private Capacity capacity(Terms terms) {
    long held = runs.values().stream().filter(run -> holds(run, terms.name())).count();
    return new Capacity(
        terms.name(),
        terms.weight(),
        open(terms) ? terms.places(dialects.get(terms.name())) : 0,
        Math.toIntExact(held));
  }

  private static boolean holds(Run run, String backend) {
    Place place = run.agent().place();
    return place != null && place.backend().equals(backend);
  }

  /// The first of each project stand for a place; among those of one priority it is the one whose
  /// project has the fewest.
  private Optional<Run> next(@Nullable Claim own) {
    Instant now = clock.instant();
    return runs.values().stream()
        .filter(InMemoryRunStore::waits)
        .filter(run -> !aside.containsKey(run.id()))
        .filter(run ->
            leases.getOrDefault(run.id(), Instant.MIN).isBefore(now)
                || (own != null && run.id().equals(own.run().id())))
        .collect(
            Collectors.groupingBy(
                run -> run.spec().projectId(), Collectors.minBy(FIRST_OF_PROJECT)))
        .values()
        .stream()
        .flatMap(Optional::stream)
        .min(
            BY_PRIORITY
                .thenComparingLong(run -> held(run.spec().projectId()))
                .thenComparing(Run::createdAt)
                .thenComparing(Run::id));
  }

  private long held(String project) {
    return runs.values().stream()
        .filter(run -> run.spec().projectId().equals(project) && run.agent().place() != null)
        .count();
  }

  private static boolean waits(Run run) {
    return run.status() == RunStatus.QUEUED && run.agent().place() == null;
  }

  private Run placed(Run run, String backend, boolean mine) {
    Schedule old = run.schedule();
    var place = new Place(backend, mine ? old.pollEpoch() - 1 : old.pollEpoch());
    Instant due = Objects.requireNonNull(earlier(old.nextPollAt(), clock.instant()));
    Run admitted = run.with(place);
    Run next =
        versioned(
            admitted,
            new Schedule(due, old.wakeNo() + 1, old.pollEpoch(), old.lookedUpAt()),
            run.version() + 1);
    runs.put(run.id(), next);
    return next;
  }

  @Override
  public synchronized void close(String name, Duration time) {
    available();
    Instant until = clock.instant().plus(time);
    closed.merge(name, until, (one, other) -> one.isAfter(other) ? one : other);
  }

  @Override
  public synchronized boolean probe(String name, Duration every) {
    available();
    Instant now = clock.instant();
    if (probed.getOrDefault(name, Instant.MIN).isAfter(now.minus(every))) {
      return false;
    }
    probed.put(name, now);
    return true;
  }

  @Override
  public synchronized boolean answered(String name) {
    available();
    Failing it =
        failing.computeIfPresent(
            name, (_, before) -> new Failing(before.since(), before.why(), Instant.MIN));
    if (it != null) {
      closed.remove(name);
    }
    return it != null;
  }

  @Override
  public synchronized void recovered(String name) {
    available();
    failing.remove(name);
  }

  @Override
  public synchronized void failed(String name, Reason why) {
    available();
    Instant now = clock.instant();
    Failing before = failing.getOrDefault(name, new Failing(now, why, Instant.MIN));
    boolean down = !before.since().isAfter(now.minus(DOUBT));
    failing.put(
        name, new Failing(before.since(), why, down ? now.plus(VERDICT) : before.downUntil()));
    close(name, CAUTION);
  }

  private @Nullable Reason held(Run run) {
    Conversation conversation = run.agent().conversation();
    Place place = run.agent().place();
    String name =
        conversation != null ? conversation.backend() : place == null ? "" : place.backend();
    Failing it = failing.get(name);
    return it != null && it.downUntil().isAfter(clock.instant()) ? it.why() : null;
  }

  @Override
  public synchronized List<Claim> claimWatched(String backend, int limit, Duration lease) {
    available();
    return runs.values().stream()
        .filter(this::isDue)
        .filter(run -> backend.equals(Step.watchedOn(run)))
        .sorted(Comparator.comparing(InMemoryRunStore::due))
        .limit(limit)
        .toList()
        .stream()
        .map(run -> claimed(run, lease))
        .toList();
  }

  private static boolean isOn(Run run, String backend) {
    Conversation conversation = run.agent().conversation();
    return conversation != null && conversation.backend().equals(backend);
  }

  @Override
  public synchronized List<Wake> returned(String backend, Duration within, int limit) {
    available();
    Instant now = clock.instant();
    return runs.values().stream()
        .filter(run -> isOn(run, backend) || holds(run, backend))
        .filter(run -> run.schedule().nextPollAt() != null)
        .filter(run -> due(run).isAfter(now.plus(within)))
        .filter(run -> leases.getOrDefault(run.id(), Instant.MIN).isBefore(now))
        .limit(limit)
        .toList()
        .stream()
        .map(run -> hurried(run, now.plus(within.dividedBy(2))))
        .toList();
  }

  private Wake hurried(Run run, Instant at) {
    Schedule old = run.schedule();
    runs.put(
        run.id(), run.with(new Schedule(at, old.wakeNo() + 1, old.pollEpoch(), old.lookedUpAt())));
    return new Wake(run.id(), old.wakeNo() + 1, at);
  }

  @Override
  public synchronized List<Claim> claimDue(int limit, Duration lease) {
    available();
    return runs.values().stream()
        .filter(this::isDue)
        .filter(run -> !due(run).isAfter(clock.instant()))
        .sorted(Comparator.comparing(InMemoryRunStore::due))
        .limit(limit)
        .toList()
        .stream()
        .map(run -> claimed(run, lease))
        .toList();
  }

  @Override
  public synchronized Saved save(Claim claim, Change change, @Nullable Instant nextPollAt) {
    if (claim.run().id().equals(refused)) {
      throw new IllegalStateException("planted");
    }
    Run current = get(claim.run().id());
    if (current.schedule().pollEpoch() != claim.run().schedule().pollEpoch()) {
      return new Saved.Fenced();
    }
    if (current.version() != change.before().version()) {
      return new Saved.Stale(current);
    }
    events.computeIfAbsent(current.id(), _ -> new ArrayList<>()).addAll(change.events());
    return rescheduled(claim, current, change.after(), nextPollAt, current.version() + 1);
  }

  @Override
  public synchronized List<Saved> release(List<Release> releases) {
    return releases.stream().map(this::released).toList();
  }

  private Saved released(Release release) {
    Claim claim = release.claim();
    Run current = get(claim.run().id());
    if (current.schedule().pollEpoch() != claim.run().schedule().pollEpoch()) {
      return new Saved.Fenced();
    }
    return rescheduled(claim, current, current, release.nextPollAt(), current.version());
  }

  @Override
  public synchronized List<Wake> overdue(Duration overdue, int limit) {
    available();
    Instant late = clock.instant().minus(overdue);
    List<Run> found =
        runs.values().stream()
            .filter(this::isDue)
            .filter(run -> !due(run).isAfter(late))
            .filter(run -> !woken.getOrDefault(run.id(), Instant.MIN).isAfter(late))
            .sorted(Comparator.comparing(InMemoryRunStore::due))
            .limit(limit)
            .toList();
    return found.stream().map(this::wokenAnew).toList();
  }

  @Override
  public synchronized Applied apply(Change change, boolean look) {
    Run current = get(change.before().id());
    if (current.version() != change.before().version()) {
      return new Applied.Stale();
    }
    events.computeIfAbsent(current.id(), _ -> new ArrayList<>()).addAll(change.events());
    Schedule old = current.schedule();
    boolean looked = look && !aside.containsKey(current.id());
    Schedule next =
        looked
            ? new Schedule(
                earlier(old.nextPollAt(), clock.instant()),
                old.wakeNo() + 1,
                old.pollEpoch(),
                old.lookedUpAt())
            : old;
    keep(versioned(change.after(), next, current.version() + 1));
    return new Applied.Done(
        looked
            ? new Wake(current.id(), next.wakeNo(), Objects.requireNonNull(next.nextPollAt()))
            : null);
  }

  @Override
  public synchronized boolean claimLookUp(Run run) {
    Run current = get(run.id());
    Schedule old = current.schedule();
    if (!Objects.equals(old.lookedUpAt(), run.schedule().lookedUpAt())) {
      return false;
    }
    runs.put(
        run.id(),
        current.with(
            new Schedule(old.nextPollAt(), old.wakeNo(), old.pollEpoch(), clock.instant())));
    return true;
  }

  @Override
  public synchronized Optional<Mailbox> mailbox(
      RunId id, @Nullable String text, @Nullable IdempotencyKey key) {
    return find(id).map(run -> mailbox(run, text, key));
  }

  private Mailbox mailbox(Run run, @Nullable String text, @Nullable IdempotencyKey key) {
    String name = key == null ? "" : key.key();
    List<Letter> letters = mail.getOrDefault(run.id(), List.of());
    List<Message> messages = letters.stream().map(letter -> letter.accepted().message()).toList();
    return new Mailbox(
        run,
        messages.size(),
        (int) messages.stream().filter(one -> one.state() == Message.State.WANTED).count(),
        (int)
            messages.stream()
                .filter(one -> text != null && text.equals(one.text()))
                .filter(one -> one.accept() == null && one.state() != Message.State.REFUSED)
                .count(),
        letters.stream()
            .filter(letter -> letter.key() != null && letter.key().key().equals(name))
            .findFirst()
            .map(Letter::accepted)
            .orElse(null));
  }

  @Override
  public synchronized Applied accept(Change change, Message message, @Nullable IdempotencyKey key) {
    Run current = get(change.before().id());
    Message asked =
        new Message(
            message.seq(),
            message.text(),
            message.accept(),
            message.earlier(),
            current.schedule().pollEpoch(),
            message.state(),
            message.triedAt());
    Applied applied = apply(change, true);
    if (applied instanceof Applied.Done) {
      Accepted accepted =
          new Accepted(asked, key == null ? null : key.sha256(), change.after().updatedAt());
      mail.computeIfAbsent(current.id(), _ -> new ArrayList<>()).add(new Letter(accepted, key));
      carry(get(current.id()));
    }
    return applied;
  }

  @Override
  public synchronized List<Wake> hint(String conversationId) {
    available();
    return runs.values().stream()
        .filter(run -> run.agent().conversation() != null)
        .filter(run -> plain(run).equals(conversationId))
        .toList()
        .stream()
        .flatMap(run -> hinted(run).stream())
        .toList();
  }

  private Optional<Wake> hinted(Run run) {
    Instant now = clock.instant();
    Instant last = hinted.getOrDefault(run.id(), Instant.EPOCH);
    Instant at = last.plus(EARLY).isAfter(now) ? last.plus(EARLY) : now;
    Instant due = run.schedule().nextPollAt();
    Instant lease = leases.get(run.id());
    boolean far = due != null && due.isAfter((last.isAfter(now) ? last : now).plus(EARLY));
    boolean looking = lease != null && lease.isAfter(now) && !last.isAfter(now);
    if (!far && !looking) {
      return Optional.empty();
    }
    hinted.put(run.id(), at);
    Schedule old = run.schedule();
    runs.put(
        run.id(), run.with(new Schedule(at, old.wakeNo() + 1, old.pollEpoch(), old.lookedUpAt())));
    return Optional.of(new Wake(run.id(), old.wakeNo() + 1, at));
  }

  private static String plain(Run run) {
    return Objects.requireNonNull(run.agent().conversation())
        .id()
        .replace("-", "")
        .toLowerCase(Locale.ROOT);
  }

  /// Puts a run with what has become of its messages.
  private void keep(Run run) {
    mail.getOrDefault(run.id(), new ArrayList<>()).replaceAll(letter -> letter.in(run));
    carry(run);
  }

  /// Puts a run with the oldest message that waits in its hands.
  private void carry(Run run) {
    List<Letter> letters = mail.get(run.id());
    if (letters == null) {
      runs.put(run.id(), run);
      return;
    }
    Message next =
        letters.stream()
            .map(letter -> letter.accepted().message())
            .filter(message -> message.state() == Message.State.WANTED)
            .findFirst()
            .orElse(null);
    runs.put(run.id(), copy(run, next, run.schedule(), run.version()));
  }

  private Wake wokenAnew(Run run) {
    Schedule old = run.schedule();
    runs.put(
        run.id(),
        run.with(new Schedule(due(run), old.wakeNo() + 1, old.pollEpoch(), old.lookedUpAt())));
    woken.put(run.id(), clock.instant());
    return new Wake(run.id(), old.wakeNo() + 1, due(run));
  }

  private Claim claimed(Run run, Duration lease) {
    Instant now = clock.instant();
    Schedule old = run.schedule();
    Run mine =
        run.with(
            new Schedule(old.nextPollAt(), old.wakeNo(), old.pollEpoch() + 1, old.lookedUpAt()));
    runs.put(run.id(), mine);
    leases.put(run.id(), now.plus(lease));
    failedLooks.merge(run.id(), 1, Integer::sum);
    return new Claim(mine, now, now.plus(lease), held(mine));
  }

  /// Whoever asked for a look during this one has raised `wake_no`: then the earlier time holds.
  private Saved rescheduled(
      Claim claim, Run current, Run after, @Nullable Instant wanted, long version) {
    Schedule old = current.schedule();
    boolean asked = old.wakeNo() != claim.run().schedule().wakeNo();
    Instant next = asked ? earlier(old.nextPollAt(), wanted) : wanted;
    long wakeNo = wanted != null || (asked && next != null) ? old.wakeNo() + 1 : old.wakeNo();
    keep(versioned(after, new Schedule(next, wakeNo, old.pollEpoch(), old.lookedUpAt()), version));
    leases.remove(after.id());
    succeeded(after.id());
    return new Saved.Stored(next, wakeNo);
  }

  private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.isBefore(other) ? one : other;
  }

  private static Run versioned(Run run, Schedule schedule, long version) {
    return copy(run, run.message(), schedule, version);
  }

  private static Run copy(Run run, @Nullable Message message, Schedule schedule, long version) {
    return new Run(
        run.id(),
        run.spec(),
        run.repository(),
        run.standing(),
        run.work(),
        run.agent(),
        run.attempts(),
        message,
        run.pullRequests(),
        schedule,
        version,
        run.eventCount(),
        run.createdAt(),
        run.updatedAt());
  }

  private boolean isDue(Run run) {
    return isDue(run, EARLY) && failedLooks.getOrDefault(run.id(), 0) < MOST;
  }

  private boolean isDue(Run run, Duration early) {
    Instant now = clock.instant();
    Instant due = run.schedule().nextPollAt();
    Instant lease = leases.get(run.id());
    return due != null && !due.isAfter(now.plus(early)) && (lease == null || lease.isBefore(now));
  }

  private void succeeded(RunId id) {
    failedLooks.remove(id);
    failures.remove(id);
  }

  @Override
  public synchronized Optional<Wake> failed(Claim claim, String why) {
    Run run = get(claim.run().id());
    Schedule old = run.schedule();
    if (old.pollEpoch() != claim.run().schedule().pollEpoch()) {
      return Optional.empty();
    }
    leases.remove(run.id());
    failures.put(run.id(), why.substring(0, Math.min(why.length(), MAX_WHY)));
    long pause = Math.min(300, 1L << failedLooks.getOrDefault(run.id(), 0));
    Instant next = clock.instant().plusSeconds(pause);
    runs.put(
        run.id(),
        run.with(new Schedule(next, old.wakeNo() + 1, old.pollEpoch(), old.lookedUpAt())));
    return Optional.of(new Wake(run.id(), old.wakeNo() + 1, next));
  }

  @Override
  public synchronized List<Failure> setAside(int limit) {
    available();
    return runs.values().stream()
        .filter(run -> isDue(run, Duration.ZERO))
        .filter(run -> failedLooks.getOrDefault(run.id(), 0) >= MOST)
        .sorted(Comparator.comparing(InMemoryRunStore::due))
        .limit(limit)
        .toList()
        .stream()
        .map(this::putAside)
        .toList();
  }

  private Failure putAside(Run run) {
    Instant now = clock.instant();
    aside.put(run.id(), now);
    Schedule old = run.schedule();
    changed(
        run,
        run.status().terminal() ? run.standing().reason() : new StatusReason(Reason.SET_ASIDE, now),
        new Schedule(null, old.wakeNo(), old.pollEpoch(), old.lookedUpAt()),
        RunEvent.Type.RUN_SET_ASIDE);
    return shown(run.id());
  }

  private Failure shown(RunId id) {
    return new Failure(
        id,
        failedLooks.getOrDefault(id, 0),
        failures.get(id),
        Objects.requireNonNull(aside.get(id)));
  }

  @Override
  public synchronized List<Failure> list(int limit) {
    available();
    return aside.entrySet().stream()
        .sorted(Map.Entry.comparingByValue())
        .limit(limit)
        .map(one -> shown(one.getKey()))
        .toList();
  }

  @Override
  public synchronized boolean requeue(RunId id) {
    available();
    if (aside.remove(id) == null) {
      return false;
    }
    succeeded(id);
    Run run = get(id);
    Schedule old = run.schedule();
    StatusReason reason = run.standing().reason();
    boolean over =
        reason != null
            && reason.code() == Reason.SET_ASIDE
            && run.status() != RunStatus.AWAITING_INPUT;
    StatusReason cancelled =
        run.status() == RunStatus.CANCELLING
            ? new StatusReason(Reason.CANCEL_REQUESTED, clock.instant())
            : null;
    changed(
        run,
        over ? cancelled : reason,
        new Schedule(clock.instant(), old.wakeNo() + 1, old.pollEpoch(), old.lookedUpAt()),
        RunEvent.Type.RUN_REQUEUED);
    return true;
  }

  private void changed(
      Run run, @Nullable StatusReason reason, Schedule schedule, RunEvent.Type type) {
    events
        .computeIfAbsent(run.id(), _ -> new ArrayList<>())
        .add(new RunEvent(type, clock.instant(), Map.of()));
    Standing it = run.standing();
    var standing =
        new Standing(
            it.status(),
            reason,
            it.phase(),
            it.revision(),
            it.startedAt(),
            it.finishedAt(),
            it.deadlineAt());
    runs.put(
        run.id(),
        new Run(
            run.id(),
            run.spec(),
            run.repository(),
            standing,
            run.work(),
            run.agent(),
            run.attempts(),
            run.message(),
            run.pullRequests(),
            schedule,
            run.version() + 1,
            run.eventCount() + 1,
            run.createdAt(),
            clock.instant()));
  }

  private static Instant due(Run run) {
    return Objects.requireNonNull(run.schedule().nextPollAt());
  }

  private Run get(RunId id) {
    available();
    Run run = runs.get(id);
    if (run == null) {
      throw new AssertionError("no run " + id);
    }
    return run;
  }

  private void available() {
    if (down) {
      throw new StorageUnavailable("the store is down", new IllegalStateException());
    }
  }

  private static boolean isAfter(Run run, Position position) {
    int byTime = run.createdAt().compareTo(position.createdAt());
    return byTime < 0 || (byTime == 0 && run.id().compareTo(position.id()) < 0);
  }

  private static <T> boolean fits(List<T> wanted, T value) {
    return wanted.isEmpty() || wanted.contains(value);
  }
}
