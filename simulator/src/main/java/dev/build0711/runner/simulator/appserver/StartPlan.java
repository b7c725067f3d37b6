package dev.build0711.runner.simulator.appserver;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a start task goes through and when: all that it will ever be is known from its beginning.
///
/// @param steps the statuses it takes, the first one at its beginning
/// @param detail why it fails, where its last step is ERROR
record StartPlan(List<Step> steps, String detail) {

  /// A real start spends most of its time on the sandbox.
  private static final double SHARE_OF_SANDBOX = 0.4;

  private static final Duration AT_ONCE = Duration.ofMillis(200);

  StartPlan {
    steps = List.copyOf(steps);
  }

  /// A status, and when it is taken.
  record Step(TaskStatus status, Instant at) {}

  /// What keeps a task from becoming READY.
  ///
  /// @param after the last status that it takes before that
  /// @param detail why it fails, null when it hangs there for ever
  record Obstacle(TaskStatus after, Optional<String> detail) {}

  /// A task that becomes READY after `total`.
  static StartPlan smooth(List<TaskStatus> phases, Instant from, Duration total) {
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < phases.size(); i++) {
      double share =
          i == 0 ? 0 : SHARE_OF_SANDBOX + (1 - SHARE_OF_SANDBOX) * (i - 1) / (phases.size() - 1);
      steps.add(new Step(phases.get(i), from.plusNanos(Math.round(share * total.toNanos()))));
    }
    steps.add(new Step(TaskStatus.READY, from.plus(total)));
    return new StartPlan(steps, "");
  }

  /// A task that fails before it has begun.
  static StartPlan refused(Instant from, String detail) {
    return new StartPlan(
        List.of(new Step(TaskStatus.WORKING, from), new Step(TaskStatus.ERROR, from.plus(AT_ONCE))),
        detail);
  }

  /// The same until the obstacle.
  StartPlan stoppedBy(Obstacle obstacle) {
    List<Step> until =
        new ArrayList<>(
            steps.stream().filter(step -> step.status().compareTo(obstacle.after()) <= 0).toList());
    if (until.size() < steps.size()) {
      obstacle
          .detail()
          .ifPresent(_ -> until.add(new Step(TaskStatus.ERROR, steps.get(until.size()).at())));
    }
    return new StartPlan(until, obstacle.detail().orElse(""));
  }

  /// The newest step at `now`.
  Step at(Instant now) {
    Step newest = steps.getFirst();
    for (Step step : steps) {
      if (!step.at().isAfter(now)) {
        newest = step;
      }
    }
    return newest;
  }

  /// When it takes a status, empty when it never does.
  Optional<Instant> when(TaskStatus status) {
    return steps.stream().filter(step -> step.status() == status).map(Step::at).findFirst();
  }

  /// When it takes any status after `status` but ERROR, empty when it never does.
  Optional<Instant> past(TaskStatus status) {
    return steps.stream()
        .filter(step -> step.status() != TaskStatus.ERROR)
        .filter(step -> step.status().compareTo(status) > 0)
        .map(Step::at)
        .findFirst();
  }
}
