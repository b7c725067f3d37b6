package dev.build0711.runner.simulation;

import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.port.WakeUps;
import dev.build0711.runner.run.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The queue: a name is taken once, tasks come when they are due, and faults do the rest.
final class SimulatedQueue implements WakeUps {

  /// How often a task is given to somebody before the queue lets it be.
  private static final int MOST_TRIES = 5;

  private final World world;
  private final List<Task> tasks = new ArrayList<>();
  private final Set<Object> names = new HashSet<>();

  /// A task that waits; of a run or of a backend.
  record Task(@Nullable RunId run, String backend, Instant due, int tries) {

    private Task at(Instant then, int nextTries) {
      return new Task(run, backend, then, nextTries);
    }

    String shown() {
      return run == null ? "tick " + backend : "look at " + run;
    }
  }

  SimulatedQueue(World world) {
    this.world = world;
  }

  @Override
  public void wake(Wake wake) {
    world.rules().woken(wake);
    ask(new Wake(wake.id(), wake.wakeNo(), Instant.MIN), new Task(wake.id(), "", wake.at(), 0));
  }

  @Override
  public void wake(Tick tick) {
    ask(tick, new Task(null, tick.backend(), tick.at(), 0));
  }

  private void ask(Object name, Task task) {
    Faults faults = world.faults();
    if (faults.strikes(Fault.TASK_REFUSED) || !names.add(name)) {
      return;
    }
    if (faults.strikes(Fault.TASK_REFUSED_LATE)) {
      // whoever asked is told that it failed, and only writes that down
      world.time().passMillis(4_000);
    }
    if (faults.strikes(Fault.TASK_DROPPED)) {
      return;
    }
    boolean late = faults.strikes(Fault.TASK_DELAYED);
    tasks.add(late ? task.at(task.due().plusSeconds(world.dice().below(900)), 0) : task);
    if (faults.strikes(Fault.TASK_DOUBLED)) {
      tasks.add(task.at(task.due().plusMillis(world.dice().below(5_000)), 0));
    }
  }

  /// When the next task is due, null where none waits.
  @Nullable Instant next() {
    int first = first();
    return first < 0 ? null : tasks.get(first).due();
  }

  /// Takes a task that is due, mostly the one that has waited longest; null where none is.
  @Nullable Task take() {
    Instant now = world.time().instant();
    int first = first();
    if (first < 0 || tasks.get(first).due().isAfter(now)) {
      return null;
    }
    int taken = first;
    int other = world.dice().below(tasks.size());
    if (other != first
        && !tasks.get(other).due().isAfter(now)
        && world.faults().strikes(Fault.TASK_OVERTAKEN, 300)) {
      taken = other;
    }
    Task task = tasks.remove(taken);
    if (world.faults().strikes(Fault.TASK_REPEATED)) {
      tasks.add(task.at(now.plusSeconds(60 + world.dice().below(7_200)), 0));
    }
    return task;
  }

  /// Whoever had the task has not said that it is done.
  void again(Task task) {
    if (task.tries() < MOST_TRIES) {
      Duration pause = Duration.ofSeconds(1L + world.dice().below(10));
      tasks.add(task.at(world.time().instant().plus(pause), task.tries() + 1));
    }
  }

  private int first() {
    int first = -1;
    for (int i = 0; i < tasks.size(); i++) {
      if (first < 0 || tasks.get(i).due().isBefore(tasks.get(first).due())) {
        first = i;
      }
    }
    return first;
  }
}
