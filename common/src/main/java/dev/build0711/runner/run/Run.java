package dev.build0711.runner.run;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A run as it stands after so many writes.
///
/// @param repository the repository as it is known now: its id may have been learnt, its name may
///   have changed
/// @param version raised by one with every write; a write says which version it expects to find
/// @param pullRequests what was linked, earliest first
/// @param eventCount how many events the run has had; the newest has this number
public record Run(
    RunId id,
    RunSpec spec,
    @Nullable Repository repository,
    Standing standing,
    Work work,
    Agent agent,
    List<Attempt> attempts,
    List<LinkedPullRequest> pullRequests,
    Schedule schedule,
    long version,
    int eventCount,
    Instant createdAt,
    Instant updatedAt) {

  /// How long a run may wait for its agent.
  public static final Duration MAX_QUEUED = Duration.ofDays(7);

  public static final int MAX_ATTEMPTS = 20;

  public Run {
    attempts = List.copyOf(attempts);
    pullRequests = List.copyOf(pullRequests);
  }

  /// A run that was just accepted, to be looked at once.
  public static Run accepted(RunId id, RunSpec spec, Instant now) {
    return new Run(
        id,
        spec,
        spec.repository(),
        new Standing(RunStatus.QUEUED, null, null, 0, null, null, now.plus(MAX_QUEUED)),
        Work.NONE,
        Agent.absent(now),
        List.of(),
        List.of(),
        new Schedule(now, 1, 0),
        1,
        1,
        now,
        now);
  }

  public RunStatus status() {
    return standing.status();
  }

  Run with(Standing next) {
    return new Run(
        id,
        spec,
        repository,
        next,
        work,
        agent,
        attempts,
        pullRequests,
        schedule,
        version,
        eventCount,
        createdAt,
        updatedAt);
  }

  Run with(Work next) {
    return new Run(
        id,
        spec,
        repository,
        standing,
        next,
        agent,
        attempts,
        pullRequests,
        schedule,
        version,
        eventCount,
        createdAt,
        updatedAt);
  }

  Run with(Agent next) {
    return new Run(
        id,
        spec,
        repository,
        standing,
        work,
        next,
        attempts,
        pullRequests,
        schedule,
        version,
        eventCount,
        createdAt,
        updatedAt);
  }

  Run with(Attempt next) {
    if (attempts.size() >= MAX_ATTEMPTS) {
      return this;
    }
    return new Run(
        id,
        spec,
        repository,
        standing,
        work,
        agent,
        append(attempts, next),
        pullRequests,
        schedule,
        version,
        eventCount,
        createdAt,
        updatedAt);
  }

  Run with(Repository next) {
    return new Run(
        id,
        spec,
        next,
        standing,
        work,
        agent,
        attempts,
        pullRequests,
        schedule,
        version,
        eventCount,
        createdAt,
        updatedAt);
  }

  Run withPullRequests(List<LinkedPullRequest> next) {
    return new Run(
        id,
        spec,
        repository,
        standing,
        work,
        agent,
        attempts,
        next,
        schedule,
        version,
        eventCount,
        createdAt,
        updatedAt);
  }

  /// The run as it is looked at next.
  public Run with(Schedule next) {
    return new Run(
        id,
        spec,
        repository,
        standing,
        work,
        agent,
        attempts,
        pullRequests,
        next,
        version,
        eventCount,
        createdAt,
        updatedAt);
  }

  Run updated(int events, Instant now) {
    return new Run(
        id,
        spec,
        repository,
        standing,
        work,
        agent,
        attempts,
        pullRequests,
        schedule,
        version,
        eventCount + events,
        createdAt,
        now);
  }

  private static <T> List<T> append(List<T> list, T last) {
    var all = new java.util.ArrayList<>(list);
    all.add(last);
    return all;
  }
}
