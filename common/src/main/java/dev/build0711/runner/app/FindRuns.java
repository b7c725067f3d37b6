package dev.build0711.runner.app;

import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.RunStore.Numbered;
import dev.build0711.runner.port.RunStore.Position;
import dev.build0711.runner.port.RunStore.RunFilter;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.RunStatus;
import dev.build0711.runner.run.RunSummary;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds runs for somebody who may see some projects; an empty set of projects is all of them. A
/// run of another project is absent.
public final class FindRuns {

  private static final int NEWEST_EVENTS = 100;
  private static final int MAX_COUNTED = 10_000;

  private final RunStore store;

  public FindRuns(RunStore store) {
    this.store = store;
  }

  /// The run, if there is one that may be seen.
  public Optional<RunSummary> one(RunId id, Set<String> projects) {
    return store.summary(id).filter(run -> sees(projects, run.projectId()));
  }

  /// The run with its newest events.
  public Optional<Detail> detail(RunId id, Set<String> projects) {
    return store
        .find(id)
        .filter(run -> sees(projects, run.spec().projectId()))
        .map(run -> new Detail(run, store.events(id, NEWEST_EVENTS), queuePosition(run)));
  }

  private @Nullable Integer queuePosition(Run run) {
    if (run.status() != RunStatus.QUEUED) {
      return null;
    }
    return run.agent().place() == null ? 1 + store.queuedBefore(run, MAX_COUNTED) : 1;
  }

  /// A page of runs, newest first.
  ///
  /// @param after where the page before ended; null for the first page
  /// @param limit the most runs on a page
  public Page list(RunFilter filter, Set<String> projects, @Nullable Position after, int limit) {
    RunFilter seen = restricted(filter, projects);
    if (seen == null) {
      return new Page(List.of(), null);
    }
    // one more tells whether others follow
    List<RunSummary> found = store.list(seen, after, limit + 1);
    if (found.size() <= limit) {
      return new Page(found, null);
    }
    List<RunSummary> runs = found.subList(0, limit);
    RunSummary last = runs.getLast();
    return new Page(runs, new Position(last.createdAt(), last.id()));
  }

  /// The filter without what may not be seen; null where that leaves nothing.
  private static @Nullable RunFilter restricted(RunFilter filter, Set<String> projects) {
    if (projects.isEmpty()) {
      return filter;
    }
    List<String> wanted =
        filter.projectIds().isEmpty()
            ? List.copyOf(projects)
            : filter.projectIds().stream().filter(projects::contains).toList();
    return wanted.isEmpty() ? null : new RunFilter(wanted, filter.statuses());
  }

  static boolean sees(Set<String> projects, String project) {
    return projects.isEmpty() || projects.contains(project);
  }

  /// A run and its newest events, newest first.
  ///
  /// @param queuePosition its rank by priority and then age among the runs that wait for a place,
  ///   up to 10,001; 1 where it has got one; null unless QUEUED
  public record Detail(Run run, List<Numbered> events, @Nullable Integer queuePosition) {

    public Detail {
      events = List.copyOf(events);
    }
  }

  /// Some runs, and where the next ones begin; null where none follow.
  public record Page(List<RunSummary> runs, @Nullable Position next) {

    public Page {
      runs = List.copyOf(runs);
    }
  }
}
