package dev.build0711.runner.simulation;

import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.port.AgentBackend.Order;
import dev.build0711.runner.port.AgentBackend.Sending;
import dev.build0711.runner.port.Backends.Terms;
import dev.build0711.runner.port.DeliveryStore;
import dev.build0711.runner.port.DeliveryStore.Delivery;
import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.RunStore.Change;
import dev.build0711.runner.port.RunStore.Claim;
import dev.build0711.runner.port.RunStore.Release;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.port.WakeUps;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Progress;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunEvent;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.RunStatus;
import dev.build0711.runner.run.Schedule;
import dev.build0711.runner.run.Standing;
import dev.build0711.runner.run.Work;
import dev.build0711.runner.testing.InMemoryRunStore;
import dev.build0711.runner.testing.MemoryDeliveries;
import dev.build0711.runner.testing.Runs;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Mistakes, each of one port.
final class Mistakes {

  private Mistakes() {}

  /// How a call goes wrong; one that is none of the mistake's is passed on.
  private interface Wrong {

    @Nullable Object call(Method method, Object[] args, Right right) throws Throwable;
  }

  /// The call as it should be, with these arguments.
  private interface Right {

    @Nullable Object call(@Nullable Object... args) throws Throwable;
  }

  private static <T> T wrong(Class<T> port, T real, Wrong wrong) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (_, method, args) -> {
              Right right =
                  with -> {
                    try {
                      return method.invoke(real, with);
                    } catch (InvocationTargetException e) {
                      throw e.getCause();
                    }
                  };
              return args == null ? right.call() : wrong.call(method, args, right);
            }));
  }

  private static Plant ofRuns(Wrong wrong) {
    return new Plant() {
      @Override
      public RunStore runs(InMemoryRunStore real, WakeUps queue) {
        return wrong(RunStore.class, real, wrong);
      }
    };
  }

  private static Plant ofBackends(Wrong wrong) {
    return new Plant() {
      @Override
      public AgentBackend backend(AgentBackend real) {
        return wrong(AgentBackend.class, real, wrong);
      }
    };
  }

  /// What the store itself says of a run, whoever asks.
  private static Run now(RunStore store, RunId id) {
    return store.find(id).orElseThrow();
  }

  static Plant epochs() {
    return new Plant() {
      @Override
      public RunStore runs(InMemoryRunStore real, WakeUps queue) {
        return wrong(
            RunStore.class,
            real,
            (method, args, right) -> {
              if (method.getName().equals("save")) {
                return right.call(renewed(real, (Claim) args[0]), args[1], args[2]);
              }
              return right.call(args);
            });
      }
    };
  }

  private static Claim renewed(RunStore real, Claim claim) {
    return new Claim(now(real, claim.run().id()), claim.now(), claim.leaseUntil(), claim.held());
  }

  static Plant leases() {
    return new Plant() {
      @Override
      public RunStore runs(InMemoryRunStore real, WakeUps queue) {
        return wrong(
            RunStore.class,
            real,
            (method, args, right) -> {
              if (method.getName().startsWith("claim")) {
                real.forgetLeases();
              }
              return right.call(args);
            });
      }
    };
  }

  static Plant askedLooks() {
    return new Plant() {
      @Override
      public RunStore runs(InMemoryRunStore real, WakeUps queue) {
        return wrong(
            RunStore.class,
            real,
            (method, args, right) ->
                switch (method.getName()) {
                  case "save" -> right.call(unasked(real, (Claim) args[0]), args[1], args[2]);
                  case "release" ->
                      right.call(
                          releases(args).stream()
                              .map(one -> new Release(unasked(real, one.claim()), one.nextPollAt()))
                              .toList());
                  default -> right.call(args);
                });
      }
    };
  }

  @SuppressWarnings("unchecked")
  private static List<Release> releases(Object[] args) {
    return (List<Release>) args[0];
  }

  private static Claim unasked(RunStore real, Claim claim) {
    Run run = claim.run();
    Schedule old = run.schedule();
    long wakeNo = now(real, run.id()).schedule().wakeNo();
    Run seen = run.with(new Schedule(old.nextPollAt(), wakeNo, old.pollEpoch()));
    return new Claim(seen, claim.now(), claim.leaseUntil(), claim.held());
  }

  static Plant keys() {
    return ofRuns((method, args, right) ->
        method.getName().equals("create") ? right.call(args[0], null) : right.call(args));
  }

  static Plant searches() {
    return ofBackends((method, args, right) ->
        method.getName().equals("find") ? new ConversationMissing() : right.call(args));
  }

  static Plant firstStarts() {
    return ofBackends((method, args, right) ->
        method.getName().equals("start")
            ? right.call((Order) args[0], true, args[2])
            : right.call(args));
  }

  static Plant firstMessages() {
    return ofBackends((method, args, right) ->
        method.getName().equals("tell")
            ? right.call(args[0], args[1], Sending.FIRST, args[3], args[4])
            : right.call(args));
  }

  static Plant repeatedDeliveries() {
    return new Plant() {
      @Override
      public DeliveryStore ledger(MemoryDeliveries real) {
        return wrong(
            DeliveryStore.class,
            real,
            (method, args, right) ->
                method.getName().equals("record")
                    ? right.call(
                        another((Delivery) args[0], real.deliveries().size()), args[1], args[2])
                    : right.call(args));
      }

      private Delivery another(Delivery it, int number) {
        return new Delivery(
            it.source(),
            it.key() + " again " + number,
            it.event(),
            it.bodySha256(),
            it.repository(),
            it.outcome(),
            it.effect(),
            it.runId(),
            it.rule(),
            it.facts(),
            it.receivedAt());
      }
    };
  }

  static Plant places() {
    return ofRuns((method, args, right) ->
        method.getName().equals("admit") ? right.call(doubled(args), args[1]) : right.call(args));
  }

  @SuppressWarnings("unchecked")
  private static List<Terms> doubled(Object[] args) {
    List<Terms> more = new ArrayList<>();
    for (Terms one : (List<Terms>) args[0]) {
      int places = Objects.requireNonNullElse(one.max(), 1);
      more.add(new Terms(one.name(), one.weight(), places + 1, one.drain(), one.dialect()));
    }
    return more;
  }

  static Plant movedAgain() {
    return ofRuns((method, args, right) -> {
      if (method.getName().equals("save")
          && args[1] instanceof Change(Run before, Run after, List<RunEvent> events)
          && before.status() == RunStatus.CANCELLED) {
        Standing old = after.standing();
        Standing back =
            new Standing(
                RunStatus.RUNNING,
                null,
                null,
                old.revision(),
                old.startedAt(),
                null,
                old.deadlineAt());
        List<RunEvent> more = new ArrayList<>(events);
        more.add(
            new RunEvent(
                RunEvent.Type.RUN_MOVED,
                after.updatedAt(),
                Map.of("from", "CANCELLED", "to", "RUNNING")));
        Run moved = copy(after, back, after.work(), after.schedule(), after.version());
        return right.call(args[0], new Change(before, moved, more), args[2]);
      }
      return right.call(args);
    });
  }

  static Plant foreign() {
    return new Plant() {
      @Override
      public DeliveryStore ledger(MemoryDeliveries real) {
        return wrong(
            DeliveryStore.class,
            real,
            (method, args, right) ->
                method.getName().equals("candidates") && right.call(args) instanceof List<?> runs
                    ? runs.stream().map(run -> elsewhere((Run) run)).toList()
                    : right.call(args));
      }
    };
  }

  /// The run as if every repository were its own.
  private static Run elsewhere(Run run) {
    return Runs.in(run, null);
  }

  static Plant percent() {
    return ofRuns((method, args, right) -> {
      if (method.getName().equals("save")
          && args[1] instanceof Change(Run before, Run after, List<RunEvent> events)
          && after.status() == RunStatus.RUNNING) {
        Progress old = after.work().progress();
        Progress fallen =
            new Progress(
                old.total() == 0 ? old.percent() : 15 + 80 * old.done() / old.total(),
                old.tasks(),
                old.iterations(),
                old.maxIterations(),
                old.updatedAt());
        Work work = new Work(fallen, after.work().usage(), after.work().result());
        Run changed = copy(after, after.standing(), work, after.schedule(), after.version());
        return right.call(args[0], new Change(before, changed, events), args[2]);
      }
      return right.call(args);
    });
  }

  static Plant sweeps() {
    return ofRuns(
        (method, args, right) -> method.getName().equals("overdue") ? List.of() : right.call(args));
  }

  static Plant putOff() {
    return ofRuns((method, args, right) ->
        method.getName().equals("save") && args[2] instanceof Instant next
            ? right.call(args[0], args[1], next.plus(Duration.ofMinutes(6)))
            : right.call(args));
  }

  static Plant wokenFirst() {
    return new Plant() {
      @Override
      public RunStore runs(InMemoryRunStore real, WakeUps queue) {
        return wrong(
            RunStore.class,
            real,
            (method, args, right) -> {
              if (method.getName().equals("create")) {
                Run run = (Run) args[0];
                queue.wake(new Wake(run.id(), 1, run.createdAt()));
              }
              return right.call(args);
            });
      }
    };
  }

  private static Run copy(Run run, Standing standing, Work work, Schedule schedule, long version) {
    return new Run(
        run.id(),
        run.spec(),
        run.repository(),
        standing,
        work,
        run.agent(),
        run.attempts(),
        run.message(),
        run.pullRequests(),
        schedule,
        version,
        run.eventCount(),
        run.createdAt(),
        run.updatedAt());
  }
}
