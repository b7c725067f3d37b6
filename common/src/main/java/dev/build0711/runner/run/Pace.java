package dev.build0711.runner.run;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// When a run is looked at next: often while something happens, seldom while nothing does.
public final class Pace {

  private static final Duration FIRST = Duration.ofSeconds(2);
  private static final Duration BUSY = Duration.ofSeconds(15);
  private static final Duration QUIET = Duration.ofSeconds(60);
  private static final Duration SILENT = Duration.ofMinutes(5);
  private static final Duration FULL = Duration.ofSeconds(10);
  private static final Duration QUEUED = Duration.ofMinutes(10);

  /// How long an unclear start is left alone: never two starts of one conversation in flight.
  public static final Duration UNCLEAR = Duration.ofSeconds(60);

  private Pace() {}

  /// The time of the next look, null when nothing is left to be seen. Jittered, so that runs that
  /// started together do not stay together.
  ///
  /// @param atLeast how long the backend asked to be left alone, null where it did not
  public static @Nullable Instant next(
      Run run, Instant now, @Nullable Duration atLeast, RandomGenerator random) {
    Duration wait = wait(run, now);
    if (wait == null) {
      return null;
    }
    Duration jittered = wait.multipliedBy(900 + random.nextInt(200)).dividedBy(1000);
    if (atLeast != null && jittered.compareTo(atLeast) < 0) {
      jittered = atLeast;
    }
    Instant next = now.plus(jittered);
    Instant deadline = run.standing().deadlineAt();
    return !run.status().terminal() && deadline.isAfter(now) && next.isAfter(deadline)
        ? deadline
        : next;
  }

  private static @Nullable Duration wait(Run run, Instant now) {
    Agent agent = run.agent();
    Step step = Step.of(run, now);
    if (agent.silence() != null && step != Step.REST) {
      return doubled(FIRST, agent.silence().looks(), SILENT);
    }
    if (agent.unclearSince() != null && !agent.unclearSince().plus(UNCLEAR).isBefore(now)) {
      // the jitter must not make less of it
      return Duration.between(now, agent.unclearSince().plus(UNCLEAR)).multipliedBy(6).dividedBy(5);
    }
    if (step == Step.ADMIT) {
      return queued(run, now);
    }
    if (run.standing().reason() != null && run.standing().reason().code() == Reason.BACKEND_FULL) {
      return FULL;
    }
    return switch (step) {
      case ADMIT, PREPARE, START, COLLECT -> Duration.ZERO;
      case RESUME -> growing(agent.since(), now, BUSY);
      case TELL -> telling(run, now);
      case FIND, STOP -> FIRST;
      case CHECK_PREPARATION -> growing(agent.since(), now, BUSY);
      case LOOK -> looking(agent, now);
      case REST -> resting(run, now);
    };
  }

  /// Whoever frees a place admits the next run, so that asking again is for what was lost.
  private static Duration queued(Run run, Instant now) {
    Duration wait = growing(run.createdAt(), now, QUEUED);
    return wait.compareTo(FULL) < 0 ? FULL : wait;
  }

  private static Duration telling(Run run, Instant now) {
    Duration looking = looking(run.agent(), now);
    Message message = run.message();
    if (message != null
        && message.triedAt() == null
        && run.schedule().pollEpoch() <= message.askedEpoch()) {
      return Duration.ZERO;
    }
    return looking.compareTo(FULL) < 0 ? looking : FULL;
  }

  private static Duration looking(Agent agent, Instant now) {
    if (agent.state() == Agent.State.WAITING) {
      return QUIET;
    }
    if (agent.suspicion() != null) {
      // the jitter must not bring the confirming look too near
      return RunLifecycle.CONFIRMATION.multipliedBy(6).dividedBy(5);
    }
    Duration busy = growing(agent.since(), now, BUSY);
    Duration quiet = growing(agent.signOfLifeAt(), now, QUIET);
    return quiet.compareTo(busy) > 0 ? quiet : busy;
  }

  private static @Nullable Duration resting(Run run, Instant now) {
    if (run.status().terminal()) {
      return null;
    }
    if (run.standing().phase() == Phase.FINALIZING) {
      return positive(
          Duration.between(now, run.agent().since().plus(RunLifecycle.PATIENCE)).plusSeconds(1));
    }
    return positive(Duration.between(now, run.standing().deadlineAt()));
  }

  private static Duration growing(Instant from, Instant now, Duration most) {
    Duration tenth = Duration.between(from, now).dividedBy(10);
    return tenth.compareTo(FIRST) < 0 ? FIRST : tenth.compareTo(most) > 0 ? most : tenth;
  }

  private static Duration doubled(Duration first, int times, Duration most) {
    Duration wait = first.multipliedBy(1L << Math.min(times, 20));
    return wait.compareTo(most) > 0 ? most : wait;
  }

  private static Duration positive(Duration duration) {
    return duration.isNegative() ? Duration.ZERO : duration;
  }
}
