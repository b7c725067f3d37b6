package dev.build0711.runner.run;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A run as it stands after so many writes.
///
/// @param repository the repository as it is known now: its id may have been learnt, its name may
///   have changed
/// @param version raised by one with every write; a write says which version it expects to find
/// @param message the oldest message that the agent has not got yet, and its fate once that is
///   known; null where there is none
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
    @Nullable Message message,
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
        null,
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

  /// Whether its agent works, or may have been started by a look that did not live to tell.
  boolean agentMayWork() {
    return agent.mayWork() || unnoticed(1);
  }

  /// Whether its agent works, or may be about to: also by a look that is under way.
  boolean agentMayBeStarted() {
    return agent.mayWork() || unnoticed(0);
  }

  /// Whether more than so many looks since its admission may have asked a backend to start it.
  private boolean unnoticed(int looks) {
    Place place = agent.place();
    return place != null
        && (agent.state() == Agent.State.ABSENT || agent.state() == Agent.State.PREPARED)
        && schedule.pollEpoch() > place.epoch() + looks;
  }

  /// Whether a message waits to be sent.
  boolean hasMail() {
    return message != null && message.state() == Message.State.WANTED;
  }

  /// What is shown of the run at first.
  public RunSummary summary() {
    return new RunSummary(
        id,
        spec.projectId(),
        spec.title(),
        repository == null ? null : repository.path(),
        spec.branch(),
        spec.metadata(),
        standing,
        work.progress().percent(),
        pullRequests,
        attempts.size(),
        createdAt,
        updatedAt);
  }

  Run with(Standing next) {
    return copy(it -> it.standing = next);
  }

  Run with(Work next) {
    return copy(it -> it.work = next);
  }

  Run with(Agent next) {
    return copy(it -> it.agent = next);
  }

  Run with(Repository next) {
    return copy(it -> it.repository = next);
  }

  /// One attempt more, as long as there are not too many to keep.
  Run with(Attempt next) {
    return attempts.size() >= MAX_ATTEMPTS
        ? this
        : copy(it -> it.attempts = Stream.concat(attempts.stream(), Stream.of(next)).toList());
  }

  Run with(Message next) {
    return copy(it -> it.message = next);
  }

  Run withPullRequests(List<LinkedPullRequest> next) {
    return copy(it -> it.pullRequests = next);
  }

  /// The run when it was given a place.
  public Run with(Place next) {
    return with(agent.withPlace(next));
  }

  /// The run as it is looked at next.
  public Run with(Schedule next) {
    return copy(it -> it.schedule = next);
  }

  Run updated(int events, Instant now) {
    return copy(it -> {
      it.eventCount = eventCount + events;
      it.updatedAt = now;
    });
  }

  private Run copy(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return copy.done();
  }

  /// The same run while some of it is changed; what is not here never changes.
  private static final class Copy {

    private final Run run;
    private @Nullable Repository repository;
    private Standing standing;
    private Work work;
    private Agent agent;
    private List<Attempt> attempts;
    private @Nullable Message message;
    private List<LinkedPullRequest> pullRequests;
    private Schedule schedule;
    private int eventCount;
    private Instant updatedAt;

    Copy(Run run) {
      this.run = run;
      repository = run.repository;
      standing = run.standing;
      work = run.work;
      agent = run.agent;
      attempts = run.attempts;
      message = run.message;
      pullRequests = run.pullRequests;
      schedule = run.schedule;
      eventCount = run.eventCount;
      updatedAt = run.updatedAt;
    }

    Run done() {
      return new Run(
          run.id,
          run.spec,
          repository,
          standing,
          work,
          agent,
          attempts,
          message,
          pullRequests,
          schedule,
          run.version,
          eventCount,
          run.createdAt,
          updatedAt);
    }
  }
}
