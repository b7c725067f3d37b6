package dev.build0711.runner.simulation;

import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.port.ArtifactStore;
import dev.build0711.runner.port.BackendStore;
import dev.build0711.runner.port.DeliveryStore;
import dev.build0711.runner.port.FailedLooks;
import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.RunStore.Claim;
import dev.build0711.runner.port.RunStore.Release;
import dev.build0711.runner.port.StorageUnavailable;
import dev.build0711.runner.run.Run;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The ports as a process has them: before and after every call it may die or stand still, others
/// may do something, and a store may fail.
final class Ports {

  private static final Set<Class<?>> STORES =
      Set.of(
          RunStore.class,
          FailedLooks.class,
          BackendStore.class,
          DeliveryStore.class,
          ArtifactStore.class);

  private static final int LONGEST = 120;

  private final World world;

  Ports(World world) {
    this.world = world;
  }

  <T> T of(Class<T> port, T real) {
    boolean store = STORES.contains(port);
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (_, method, args) -> call(port, store, real, method, args)));
  }

  private @Nullable Object call(
      Class<?> port, boolean store, Object real, Method method, Object @Nullable [] args)
      throws Throwable {
    if (args == null) {
      // a name, not a call to anybody
      return method.invoke(real);
    }
    String name = world.trace().on() ? name(port, method) : "";
    if (!name.isEmpty()) {
      world.trace().line(name);
    }
    strike(Fault.CRASH_BEFORE, Fault.STORE_FAILS_BEFORE, port, store, method);
    if (store) {
      // a request that hangs where only the other side could tell has nobody to stop it
      freeze();
    }
    Instant begin = world.time().instant();
    world.scheduler().meanwhile();
    world.time().passMillis(1);
    List<Run> asked = world.rules().askedMeanwhile(ending(args));
    Object answer;
    try {
      answer = method.invoke(real, shortened(method, args, begin));
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
    world.rules().ended(asked);
    if (!name.isEmpty()) {
      world.trace().line(name + " is " + shown(answer));
    }
    world.scheduler().meanwhile();
    freeze();
    strike(Fault.CRASH_AFTER, Fault.STORE_FAILS_AFTER, port, store, method);
    return answer;
  }

  /// What is asked of a backend has less time after a pause.
  private Object[] shortened(Method method, Object[] args, Instant begin) {
    if (method.getDeclaringClass() == AgentBackend.class
        && args[args.length - 1] instanceof Duration limit) {
      args[args.length - 1] = limit.minus(Duration.between(begin, world.time().instant()));
    }
    return args;
  }

  /// The claims of looks that a call ends.
  private static List<Claim> ending(Object[] args) {
    if (args[0] instanceof Claim claim && args.length == 3) {
      return List.of(claim);
    }
    return args[0] instanceof List<?> all && !all.isEmpty() && all.getFirst() instanceof Release
        ? all.stream().map(one -> ((Release) one).claim()).toList()
        : List.of();
  }

  private void strike(Fault crash, Fault failure, Class<?> port, boolean store, Method method) {
    if (world.faults().strikes(crash)) {
      world.tally().count(crash, name(port, method));
      throw new Crash();
    }
    if (store && world.faults().strikes(failure)) {
      world.tally().count(failure, name(port, method));
      throw new StorageUnavailable("simulated", new IllegalStateException());
    }
  }

  private void freeze() {
    if (world.faults().strikes(Fault.FROZEN)) {
      world.time().pass(Duration.ofSeconds(121 + world.dice().below(600)));
      for (int i = world.dice().below(6); i > 0; i--) {
        world.scheduler().another();
      }
    }
  }

  private static String name(Class<?> port, Method method) {
    return port.getSimpleName() + '.' + method.getName();
  }

  private static String shown(@Nullable Object answer) {
    String text = String.valueOf(answer);
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }
}
