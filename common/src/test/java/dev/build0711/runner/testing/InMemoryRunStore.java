package dev.build0711.runner.testing;

import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.StorageUnavailable;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunEvent;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A store of runs that forgets them when the test ends, and can be told to be out of order.
public final class InMemoryRunStore implements RunStore {

  private static final Comparator<Run> NEWEST_FIRST =
      Comparator.comparing(Run::createdAt).thenComparing(Run::id).reversed();

  private final InstantSource clock;
  private final Map<RunId, Run> runs = new HashMap<>();
  private final Map<RunId, List<RunEvent>> events = new HashMap<>();
  private final Map<RunId, Instant> leases = new HashMap<>();
  private final Map<String, Kept> keys = new HashMap<>();
  private boolean down;

  private record Kept(String sha256, RunId id) {}

  public InMemoryRunStore(InstantSource clock) {
    this.clock = clock;
  }

  /// From now on every call fails, or none does.
  public synchronized void down(boolean value) {
    down = value;
  }

  /// Puts a run as it is, with its events, in place of what was there.
  public synchronized void put(Run run, List<RunEvent> itsEvents) {
    runs.put(run.id(), run);
    events.put(run.id(), List.copyOf(itsEvents));
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
    put(run, List.of(new RunEvent(RunEvent.Type.RUN_CREATED, run.createdAt(), Map.of())));
    return new Creation.Created(run);
  }

  @Override
  public synchronized Optional<Run> find(RunId id) {
    available();
    return Optional.ofNullable(runs.get(id));
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
  public synchronized List<Run> list(RunFilter filter, @Nullable Position after, int limit) {
    available();
    return runs.values().stream()
        .filter(run -> fits(filter.projectIds(), run.spec().projectId()))
        .filter(run -> fits(filter.statuses(), run.status()))
        .filter(run -> after == null || isAfter(run, after))
        .sorted(NEWEST_FIRST)
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized Optional<Claim> claim(RunId id, Duration lease) {
    available();
    Run run = runs.get(id);
    return run == null || !isDue(run) ? Optional.empty() : Optional.of(claimed(run, lease));
  }

  @Override
  public synchronized List<Claim> claimDue(int limit, Duration lease) {
    available();
    return runs.values().stream()
        .filter(this::isDue)
        .sorted(Comparator.comparing(run -> String.valueOf(run.schedule().nextPollAt())))
        .limit(limit)
        .toList()
        .stream()
        .map(run -> claimed(run, lease))
        .toList();
  }

  @Override
  public synchronized Saved save(Claim claim, Change change, @Nullable Instant nextPollAt) {
    Run current = get(claim.run().id());
    if (current.schedule().pollEpoch() != claim.run().schedule().pollEpoch()) {
      return new Saved.Fenced();
    }
    if (current.version() != change.before().version()) {
      return new Saved.Stale(current);
    }
    List<RunEvent> all = new ArrayList<>(events.getOrDefault(current.id(), List.of()));
    all.addAll(change.events());
    put(change.after(), all);
    return rescheduled(change.after(), nextPollAt, current.version() + 1);
  }

  @Override
  public synchronized Saved release(Claim claim, @Nullable Instant nextPollAt) {
    Run current = get(claim.run().id());
    if (current.schedule().pollEpoch() != claim.run().schedule().pollEpoch()) {
      return new Saved.Fenced();
    }
    return rescheduled(current, nextPollAt, current.version());
  }

  @Override
  public synchronized List<Wake> overdue(Duration overdue, int limit) {
    available();
    Instant now = clock.instant();
    List<Wake> wakes = new ArrayList<>();
    for (Run run : List.copyOf(runs.values())) {
      Instant due = run.schedule().nextPollAt();
      if (wakes.size() < limit && due != null && isDue(run) && due.plus(overdue).isBefore(now)) {
        Schedule old = run.schedule();
        runs.put(run.id(), run.with(new Schedule(due, old.wakeNo() + 1, old.pollEpoch())));
        wakes.add(new Wake(run.id(), old.wakeNo() + 1, now));
      }
    }
    return wakes;
  }

  private Claim claimed(Run run, Duration lease) {
    Instant now = clock.instant();
    Schedule old = run.schedule();
    Run mine = run.with(new Schedule(old.nextPollAt(), old.wakeNo(), old.pollEpoch() + 1));
    runs.put(run.id(), mine);
    leases.put(run.id(), now.plus(lease));
    return new Claim(mine, now, now.plus(lease));
  }

  private Saved rescheduled(Run run, @Nullable Instant nextPollAt, long version) {
    Schedule old = run.schedule();
    long wakeNo = nextPollAt == null ? old.wakeNo() : old.wakeNo() + 1;
    Run next = versioned(run, new Schedule(nextPollAt, wakeNo, old.pollEpoch()), version);
    runs.put(run.id(), next);
    leases.remove(run.id());
    return new Saved.Stored(nextPollAt, wakeNo);
  }

  private static Run versioned(Run run, Schedule schedule, long version) {
    return new Run(
        run.id(),
        run.spec(),
        run.repository(),
        run.standing(),
        run.work(),
        run.agent(),
        run.attempts(),
        run.pullRequests(),
        schedule,
        version,
        run.eventCount(),
        run.createdAt(),
        run.updatedAt());
  }

  private boolean isDue(Run run) {
    Instant now = clock.instant();
    Instant due = run.schedule().nextPollAt();
    Instant lease = leases.get(run.id());
    return due != null && !due.isAfter(now) && (lease == null || !lease.isAfter(now));
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
