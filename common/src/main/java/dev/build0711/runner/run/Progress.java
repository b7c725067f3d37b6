package dev.build0711.runner.run;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the agent has shown of its plan and of the budget it used.
///
/// @param percent 0 to 100; never falls, and is 100 if and only if the run is COMPLETED
/// @param tasks the agent's newest task list, at most [#MAX_TASKS]
/// @param updatedAt when any of this last changed
public record Progress(
    int percent,
    List<Task> tasks,
    int iterations,
    @Nullable Integer maxIterations,
    @Nullable Instant updatedAt) {

  public static final int MAX_TASKS = 100;
  public static final Progress NONE = new Progress(0, List.of(), 0, null, null);

  /// One line of the agent's task list.
  public record Task(String title, TaskStatus status) {}

  public enum TaskStatus {
    TODO,
    IN_PROGRESS,
    DONE;

    @Override
    public String toString() {
      return Words.of(this);
    }
  }

  public Progress {
    if (percent < 0 || percent > 100) {
      throw new IllegalArgumentException("percent must be 0 to 100, not " + percent);
    }
    tasks = List.copyOf(tasks.size() > MAX_TASKS ? tasks.subList(0, MAX_TASKS) : tasks);
  }

  public int done() {
    return (int) tasks.stream().filter(task -> task.status() == TaskStatus.DONE).count();
  }

  public int total() {
    return tasks.size();
  }

  /// This, but at least `percent`: what was shown to callers never falls.
  public Progress atLeast(int floor) {
    return floor <= percent
        ? this
        : new Progress(floor, tasks, iterations, maxIterations, updatedAt);
  }
}
