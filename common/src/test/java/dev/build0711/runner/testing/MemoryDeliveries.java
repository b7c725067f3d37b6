package dev.build0711.runner.testing;

import dev.build0711.runner.port.DeliveryStore;
import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.run.Clues;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunEvent;
import dev.build0711.runner.run.RunId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The ledger of deliveries with its runs, in memory. Every run is a candidate for everything, so
/// that the ladder alone decides.
public final class MemoryDeliveries implements DeliveryStore {

  private final Map<RunId, Run> runs = new LinkedHashMap<>();
  private final Map<String, Delivery> deliveries = new LinkedHashMap<>();
  private final List<RunEvent> events = new ArrayList<>();
  private int rivals;

  public void add(Run run) {
    runs.put(run.id(), run);
  }

  public Run run(RunId id) {
    return Objects.requireNonNull(runs.get(id));
  }

  public List<Run> runs() {
    return List.copyOf(runs.values());
  }

  public List<RunEvent> events() {
    return List.copyOf(events);
  }

  public List<Delivery> deliveries() {
    return List.copyOf(deliveries.values());
  }

  /// Somebody else writes the run just before each of the next `times` writes.
  public void interfere(int times) {
    rivals = times;
  }

  @Override
  public Optional<Delivery> find(String source, String key) {
    return Optional.ofNullable(deliveries.get(source + "/" + key));
  }

  @Override
  public List<Run> candidates(Clues clues) {
    return runs();
  }

  @Override
  public Recorded record(Delivery delivery, RunStore.@Nullable Change change, boolean look) {
    Optional<Delivery> first = find(delivery.source(), delivery.key());
    if (first.isPresent()) {
      return new Recorded.Repeated(first.get());
    }
    if (change != null && stale(change)) {
      return new Recorded.Stale();
    }
    deliveries.put(delivery.source() + "/" + delivery.key(), delivery);
    if (change == null) {
      return new Recorded.Stored(null);
    }
    write(change.after());
    events.addAll(change.events());
    return new Recorded.Stored(
        look ? new Wake(change.after().id(), 2, change.after().updatedAt()) : null);
  }

  @Override
  public Recorded rename(Delivery delivery, Repository renamed, String oldPath) {
    Optional<Delivery> first = find(delivery.source(), delivery.key());
    if (first.isPresent()) {
      return new Recorded.Repeated(first.get());
    }
    deliveries.put(delivery.source() + "/" + delivery.key(), delivery);
    Repository old = new Repository(renamed.provider(), renamed.host(), oldPath, renamed.id());
    for (Run run : runs()) {
      if (run.repository() != null && run.repository().same(old)) {
        add(copy(run, renamed, run.version() + 1));
      }
    }
    return new Recorded.Stored(null);
  }

  private boolean stale(RunStore.Change change) {
    Run now = run(change.before().id());
    if (rivals > 0) {
      rivals--;
      add(copy(now, now.repository(), now.version() + 1));
    }
    return run(change.before().id()).version() != change.before().version();
  }

  private void write(Run after) {
    add(copy(after, after.repository(), after.version() + 1));
  }

  private static Run copy(Run run, @Nullable Repository repository, long version) {
    return new Run(
        run.id(),
        run.spec(),
        repository,
        run.standing(),
        run.work(),
        run.agent(),
        run.attempts(),
        run.message(),
        run.pullRequests(),
        run.schedule(),
        version,
        run.eventCount(),
        run.createdAt(),
        run.updatedAt());
  }
}
