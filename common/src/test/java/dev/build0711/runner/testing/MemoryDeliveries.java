package dev.build0711.runner.testing;

import dev.build0711.runner.port.DeliveryStore;
import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.RunStore.Applied;
import dev.build0711.runner.port.RunStore.Numbered;
import dev.build0711.runner.port.RunStore.RunFilter;
import dev.build0711.runner.run.Clues;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunEvent;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.RunSummary;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The ledger of deliveries beside a store of runs, in memory. Every run is a candidate for
/// everything, so that the ladder alone decides.
public final class MemoryDeliveries implements DeliveryStore {

  private static final int ALL = 1_000;

  private final InMemoryRunStore runs;
  private final InstantSource clock;
  private final Map<String, Delivery> deliveries = new LinkedHashMap<>();
  private final Map<String, Instant> tried = new LinkedHashMap<>();
  private int rivals;
  private int failures;

  /// With runs of its own.
  public MemoryDeliveries() {
    this(InstantSource.fixed(Runs.T0));
  }

  /// With runs of its own.
  public MemoryDeliveries(InstantSource clock) {
    this(new InMemoryRunStore(clock), clock);
  }

  public MemoryDeliveries(InMemoryRunStore runs, InstantSource clock) {
    this.runs = runs;
    this.clock = clock;
  }

  public synchronized void add(Run run) {
    runs.put(run, List.of());
  }

  public synchronized Run run(RunId id) {
    return runs.find(id).orElseThrow();
  }

  public synchronized List<Run> runs() {
    return runs.list(new RunFilter(List.of(), List.of()), null, ALL).stream()
        .map(RunSummary::id)
        .map(this::run)
        .toList();
  }

  /// What has happened to the runs since they were added.
  public synchronized List<RunEvent> events() {
    return runs().stream()
        .flatMap(run -> runs.events(run.id(), ALL).reversed().stream())
        .map(Numbered::event)
        .toList();
  }

  public synchronized List<Delivery> deliveries() {
    return List.copyOf(deliveries.values());
  }

  /// Somebody else writes the run just before each of the next `times` writes.
  public synchronized void interfere(int times) {
    rivals = times;
  }

  /// By some mistake of ours, no runs can be found for the next `times` deliveries.
  public synchronized void failAt(int times) {
    failures = times;
  }

  @Override
  public synchronized Optional<Delivery> find(String source, String key) {
    return Optional.ofNullable(deliveries.get(source + "/" + key));
  }

  @Override
  public synchronized List<Run> candidates(Clues clues) {
    if (failures > 0) {
      failures--;
      throw new IllegalStateException("planted");
    }
    return runs();
  }

  @Override
  public synchronized Recorded record(
      Delivery delivery, RunStore.@Nullable Change change, boolean look) {
    Optional<Delivery> first = find(delivery.source(), delivery.key());
    if (first.isPresent()) {
      return new Recorded.Repeated(first.get());
    }
    return stored(delivery, change, look, clock.instant());
  }

  private Recorded stored(
      Delivery delivery, RunStore.@Nullable Change change, boolean look, Instant triedAt) {
    RunId run = delivery.runId();
    RunStore.@Nullable Wake wake = change == null && look && run != null ? runs.wake(run) : null;
    if (change != null) {
      if (rivals > 0) {
        rivals--;
        runs.change(change.before().id(), it -> it);
      }
      if (!(runs.apply(change, look) instanceof Applied.Done(RunStore.Wake asked))) {
        return new Recorded.Stale();
      }
      wake = asked;
    }
    deliveries.put(name(delivery), delivery);
    if (delivery.waits()) {
      tried.put(name(delivery), triedAt);
    } else {
      tried.remove(name(delivery));
    }
    return new Recorded.Stored(wake);
  }

  @Override
  public synchronized Recorded rename(Delivery delivery, Repository renamed, String oldPath) {
    Optional<Delivery> first = find(delivery.source(), delivery.key());
    if (first.isPresent()) {
      return new Recorded.Repeated(first.get());
    }
    deliveries.put(name(delivery), delivery);
    runs.rename(renamed, oldPath);
    return new Recorded.Stored(null);
  }

  @Override
  public synchronized List<Waiting> waiting(int limit) {
    Instant now = clock.instant();
    return deliveries.values().stream()
        .filter(delivery -> tried.containsKey(name(delivery)))
        .filter(delivery -> delivery.receivedAt().isAfter(now.minus(RETRIED)))
        .map(delivery -> new Waiting(delivery, tried.getOrDefault(name(delivery), now), now))
        .filter(waiting -> runs().stream().anyMatch(run -> moved(run, waiting)))
        .sorted(Comparator.comparing(Waiting::triedAt))
        .limit(limit)
        .toList();
  }

  private static boolean moved(Run run, Waiting waiting) {
    Repository own = run.repository();
    Repository wanted = waiting.delivery().repository();
    if (own == null || wanted == null || !own.host().equals(wanted.host())) {
      return false;
    }
    boolean same =
        own.id() == null
            ? own.path().equalsIgnoreCase(wanted.path())
            : own.id().equals(wanted.id());
    return same && waiting.triedAt().isBefore(run.updatedAt().plus(SKEW));
  }

  @Override
  public synchronized Recorded settle(
      Waiting waiting, Delivery decided, RunStore.@Nullable Change change, boolean look) {
    return waiting.triedAt().equals(tried.get(name(decided)))
        ? stored(decided, change, look, waiting.now())
        : new Recorded.Repeated(find(decided.source(), decided.key()).orElseThrow());
  }

  @Override
  public synchronized int prune(int limit) {
    List<Delivery> lost = older(KEPT, limit, _ -> true);
    List<Delivery> late =
        older(
            RETRIED,
            limit,
            delivery -> tried.containsKey(name(delivery)) && !lost.contains(delivery));
    late.forEach(delivery -> tried.remove(name(delivery)));
    lost.forEach(delivery -> {
      deliveries.remove(name(delivery));
      tried.remove(name(delivery));
    });
    return Math.max(late.size(), lost.size());
  }

  private List<Delivery> older(Duration age, int limit, Predicate<Delivery> wanted) {
    Instant end = clock.instant().minus(age);
    return deliveries.values().stream()
        .filter(delivery -> !delivery.receivedAt().isAfter(end))
        .filter(wanted)
        .sorted(Comparator.comparing(Delivery::receivedAt))
        .limit(limit)
        .toList();
  }

  private static String name(Delivery delivery) {
    return delivery.source() + "/" + delivery.key();
  }
}
