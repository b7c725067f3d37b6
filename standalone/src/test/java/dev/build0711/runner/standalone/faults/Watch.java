package dev.build0711.runner.standalone.faults;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Is told of every call of a port, before it is made and after it has returned. Whatever it throws
/// breaks the caller off there.
abstract class Watch {

  private final AtomicInteger calls = new AtomicInteger();

  enum Side {
    BEFORE,
    AFTER
  }

  /// A call of a port.
  ///
  /// @param number which call it is, from 0
  /// @param name such as `WakeUps.wake(Tick)`
  abstract void at(int number, String name, Side side);

  /// Lets everything pass.
  static Watch nothing() {
    return new Watch() {
      @Override
      void at(int number, String name, Side side) {}
    };
  }

  /// The port, watched. What only reads the memory of the process is no call.
  final <T> T over(Class<T> port, T real) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (_, method, arguments) -> {
              String name = name(port, method);
              return ofMemory(name)
                  ? invoked(real, method, arguments)
                  : call(name, real, method, arguments);
            }));
  }

  private @Nullable Object call(String name, Object real, Method method, Object[] arguments)
      throws Throwable {
    int number = calls.getAndIncrement();
    at(number, name, Side.BEFORE);
    Object answer = invoked(real, method, arguments);
    at(number, name, Side.AFTER);
    return answer;
  }

  static String name(Class<?> port, Method method) {
    return Arrays.stream(method.getParameterTypes())
        .map(Class::getSimpleName)
        .collect(
            Collectors.joining(", ", port.getSimpleName() + "." + method.getName() + "(", ")"));
  }

  static boolean ofMemory(String name) {
    return name.equals("AgentBackend.name()")
        || name.equals("PullRequestLookUp.covers(Repository)");
  }

  /// What the real method answers or throws.
  static @Nullable Object invoked(Object real, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
