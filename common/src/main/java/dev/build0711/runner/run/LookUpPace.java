package dev.build0711.runner.run;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// When the git host is asked for a run's pull requests, lest a webhook that was lost fails the
/// run: often where the agent is done and one is wanted, seldom while it works.
public final class LookUpPace {

  private static final Duration FINALIZING = Duration.ofMinutes(1);
  private static final Duration AWAITING_MERGE = Duration.ofMinutes(5);
  private static final Duration UNDER_WAY = Duration.ofMinutes(10);

  private LookUpPace() {}

  /// Whether the host is to be asked after a look that has made `after` of `before`: it is time, or
  /// the agent has just named a pull request.
  public static boolean due(Run before, Run after, Instant now) {
    Instant at = at(after);
    return at != null && (!now.isBefore(at) || named(before, after));
  }

  /// When the host is to be asked next, if it is asked now where that is due; null for never.
  public static @Nullable Instant next(Run run, Instant now) {
    Instant at = at(run);
    Duration every = every(run);
    return at == null || every == null || now.isBefore(at) ? at : now.plus(every);
  }

  /// How many look-ups come before this one while the agent is as it is, about; by it, several
  /// things that cannot all be asked at once are asked by turns.
  public static int turn(Run run, Instant now) {
    Duration every = every(run);
    Instant started = run.standing().startedAt();
    boolean done = run.agent().state() == Agent.State.FINISHED;
    Instant from = done || started == null ? run.agent().since() : started;
    return every == null ? 0 : (int) Math.max(0, Duration.between(from, now).dividedBy(every));
  }

  /// Whether the agent has named a pull request between two states of its run.
  public static boolean named(Run before, Run after) {
    return after.agent().mentioned().size() > before.agent().mentioned().size();
  }

  /// Whether the run fails for want of a pull request unless one is found now.
  public static boolean lastChance(Run run, Instant now) {
    return run.standing().phase() == Phase.FINALIZING
        && !now.isBefore(run.agent().since().plus(RunLifecycle.PATIENCE));
  }

  private static @Nullable Instant at(Run run) {
    Duration every = every(run);
    if (every == null || run.repository() == null) {
      return null;
    }
    Instant last = run.schedule().lookedUpAt();
    if (run.agent().state() == Agent.State.FINISHED) {
      Instant done = run.agent().since();
      return last == null || last.isBefore(done) ? done : last.plus(every);
    }
    Instant started = run.standing().startedAt();
    Instant from = last != null ? last : started != null ? started : run.createdAt();
    return from.plus(every);
  }

  /// How often; null where no pull request could move the run.
  private static @Nullable Duration every(Run run) {
    return switch (run.spec().completeOn()) {
      case AGENT -> null;
      case EITHER, PULL_REQUEST, MERGE ->
          switch (run.status()) {
            case RUNNING -> every(run.standing().phase());
            case AWAITING_INPUT -> UNDER_WAY;
            case QUEUED, CANCELLING, COMPLETED, FAILED, CANCELLED, TIMED_OUT -> null;
          };
    };
  }

  private static Duration every(@Nullable Phase phase) {
    return switch (phase) {
      case FINALIZING -> FINALIZING;
      case AWAITING_MERGE -> AWAITING_MERGE;
      case STARTING, PREPARING, WORKING -> UNDER_WAY;
      case null -> UNDER_WAY;
    };
  }
}
