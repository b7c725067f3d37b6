package dev.build0711.runner.simulation;

import dev.build0711.runner.port.StorageUnavailable;
import dev.build0711.runner.run.Marker;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Picks what happens next, and who does it. While a process waits for an answer others go on, so
/// that two of them meet in one thread.
final class Scheduler {

  static final Marker MARKER = new Marker(() -> "the key of a simulation");

  private static final int MOST_AT_ONCE = 3;
  private static final int MOST_RUNS = 5;
  private static final List<SimulatedAgent.Does> ENDS =
      List.of(
          SimulatedAgent.Does.FINISHED,
          SimulatedAgent.Does.FINISHED,
          SimulatedAgent.Does.FINISHED,
          SimulatedAgent.Does.ANSWERED,
          SimulatedAgent.Does.ASKS,
          SimulatedAgent.Does.FAILED);

  private final World world;
  private final List<SimulatedProcess> processes = new ArrayList<>();
  private final int most;
  private final int quarrel;
  private int mingling;
  private Instant noMaintainUntil = Instant.MIN;
  private int busy;
  private int steps;

  Scheduler(World world) {
    this.world = world;
    this.most = 1 + world.dice().below(MOST_RUNS);
    this.quarrel = world.dice().below(60);
    this.mingling = world.dice().below(80);
    for (int i = 0; i < MOST_AT_ONCE; i++) {
      processes.add(born());
    }
  }

  private SimulatedProcess born() {
    boolean wrong = world.faults().has(Fault.SKEWED_CLOCK) && world.dice().chance(400);
    if (wrong) {
      world.faults().count(Fault.SKEWED_CLOCK);
    }
    return new SimulatedProcess(
        world,
        MARKER,
        wrong ? Duration.ofSeconds(world.dice().below(1_201) - 600L) : Duration.ZERO);
  }

  int steps() {
    return steps;
  }

  /// From now on nothing happens while a process waits.
  void oneAfterTheOther() {
    mingling = 0;
  }

  /// Perhaps something happens elsewhere while a process waits.
  void meanwhile() {
    if (mingling > 0 && world.dice().chance(mingling)) {
      another();
    }
  }

  /// Something happens elsewhere, if there is a process left to do it.
  void another() {
    if (busy < MOST_AT_ONCE && !world.faults().ended()) {
      world.trace().deeper();
      step();
      world.trace().back();
    }
  }

  /// The next thing happens.
  void step() {
    steps++;
    int pick = world.dice().below(1_000);
    if (pick < 420) {
      task();
    } else if (pick < 560) {
      agent();
    } else if (pick < 640) {
      time();
    } else if (pick < 700) {
      maintain();
    } else if (pick < 760) {
      delivery();
    } else if (pick < 800) {
      world.git().act();
    } else if (pick < 830) {
      world.dice().of(world.servers()).weather().change();
    } else if (pick < 850) {
      misfortune();
    } else {
      client();
    }
    world.rules().check();
  }

  private void client() {
    Clients clients = world.clients();
    int pick = world.dice().below(1_000);
    if (clients.requests() < most && pick < 500) {
      run("a client creates a run", clients::create);
      return;
    }
    RunId run = someRun();
    if (run == null || pick < 150) {
      run("a client repeats a request", clients::repeat);
    } else if (pick < 150 + quarrel) {
      run("a client cancels", process -> clients.cancel(process, run));
    } else if (pick < 500) {
      run("a client writes", process -> clients.write(process, run));
    } else if (pick < 700) {
      hint(run);
    } else {
      run("a client reads", process -> clients.read(process, run));
    }
  }

  private void hint(RunId id) {
    Run run = world.store().find(id).orElseThrow();
    if (run.agent().conversation() != null) {
      String conversation = run.agent().conversation().id().replace("-", "");
      run("a backend hints", process -> process.hint.take(conversation));
    }
  }

  private @Nullable RunId someRun() {
    List<Run> runs = world.store().all();
    return runs.isEmpty() ? null : world.dice().of(runs).id();
  }

  /// Takes a task of the queue; where none is due, time passes until one is.
  void task() {
    Instant next = world.queue().next();
    if (next == null) {
      time();
      return;
    }
    if (next.isAfter(world.time().instant())) {
      world
          .time()
          .reach(
              Duration.between(world.time().instant(), next).compareTo(Duration.ofMinutes(2)) > 0
                  ? world.time().instant().plusSeconds(30)
                  : next);
    }
    SimulatedQueue.Task task = world.queue().take();
    if (task != null && !run(task.shown(), process -> dispatch(process, task))) {
      world.queue().again(task);
    }
  }

  private static void dispatch(SimulatedProcess process, SimulatedQueue.Task task) {
    RunId run = task.run();
    if (run == null) {
      process.tend.apply(task.backend());
      process.poll.watch(task.backend());
    } else {
      process.poll.apply(run);
    }
  }

  void maintain() {
    Instant now = world.time().instant();
    if (noMaintainUntil.isAfter(now) && !world.faults().ended()) {
      return;
    }
    if (world.faults().strikes(Fault.MAINTAIN_SKIPPED, 100)) {
      noMaintainUntil = now.plusSeconds(world.dice().below(3_600));
      return;
    }
    run(
        "maintain",
        process -> {
          process.ask.apply();
          process.sweep.apply();
          process.admit.apply();
        });
  }

  void delivery() {
    SimulatedGitHost.Posting posting = world.git().take();
    if (posting != null
        && !run("a delivery", process -> process.receive.receive(posting.delivery()))
        && !world.faults().strikes(Fault.WEBHOOK_MISSING, 200)) {
      world.git().again(posting);
    }
  }

  private void time() {
    int pick = world.dice().below(1_000);
    int seconds =
        pick < 800
            ? world.dice().below(15)
            : pick < 985 ? world.dice().below(180) : world.dice().below(7_200);
    world.time().passMillis(1_000L * seconds + world.dice().below(1_000));
    if (world.trace().on()) {
      world.trace().line(seconds + " s pass");
    }
  }

  /// A minute of ordinary life, in which anything may go wrong.
  void minute() {
    Instant end = world.time().instant().plusSeconds(60);
    Instant next = world.queue().next();
    while (next != null && next.isBefore(end)) {
      task();
      next = world.queue().next();
    }
    world.time().reach(end);
    for (SimulatedServer server : world.servers()) {
      server.lodging().catchUp();
      server.lodging().agents().forEach(this::step);
    }
    maintain();
    if (world.dice().chance(20)) {
      world.dice().of(world.servers()).weather().change();
    }
  }

  private void agent() {
    SimulatedServer server = world.dice().of(world.servers());
    server.lodging().catchUp();
    List<SimulatedAgent> agents = server.lodging().agents();
    if (!agents.isEmpty()) {
      step(world.dice().of(agents));
    }
  }

  /// An agent takes a step.
  void step(SimulatedAgent agent) {
    SimulatedAgent.Does before = agent.does();
    boolean worked = before == SimulatedAgent.Does.WORKS && !agent.dead();
    agent.step(world.dice().of(ENDS));
    if (world.trace().on() && (worked || agent.does() != before)) {
      world.trace().line("agent of " + agent.run() + ": " + agent.does());
    }
    if (worked && world.dice().chance(200)) {
      opens(agent);
    }
  }

  private void opens(SimulatedAgent agent) {
    Run run = world.store().find(agent.run()).orElseThrow();
    boolean early = run.agent().conversation() == null && world.faults().has(Fault.WEBHOOK_EARLY);
    world.git().open(run);
    if (early) {
      world.faults().count(Fault.WEBHOOK_EARLY);
      world.time().passMillis(1_001);
      delivery();
    }
  }

  /// Something happens to a backend or to one of its agents.
  private void misfortune() {
    SimulatedServer server = world.dice().of(world.servers());
    List<SimulatedAgent> agents = server.lodging().agents();
    Faults faults = world.faults();
    if (agents.isEmpty()) {
      return;
    }
    SimulatedAgent agent = world.dice().of(agents);
    if (faults.strikes(Fault.BACKEND_RESTARTED, 300)) {
      server.lodging().restart();
    } else if (faults.strikes(Fault.CONVERSATION_LOST, 200)) {
      server.lodging().lose(agent);
    } else if (agent.does() == SimulatedAgent.Does.WORKS && faults.strikes(Fault.AGENT_DEAD, 200)) {
      agent.die();
    }
  }

  /// Lets a process that has nothing to do do something.
  ///
  /// @return whether it was done
  boolean run(String what, Consumer<SimulatedProcess> work) {
    if (busy >= MOST_AT_ONCE) {
      return false;
    }
    int number = busy;
    busy++;
    if (world.trace().on()) {
      world.trace().line(world.time().instant() + " process " + number + ": " + what);
    }
    world.trace().deeper();
    try {
      work.accept(processes.get(number));
      return true;
    } catch (Crash e) {
      processes.set(number, born());
      return false;
    } catch (StorageUnavailable e) {
      return false;
    } finally {
      world.trace().back();
      busy--;
    }
  }
}
