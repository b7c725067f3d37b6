package dev.build0711.runner.standalone;

import dev.build0711.runner.http.Owner;
import dev.build0711.runner.http.Route;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;

/// A route of the code, as a caller uses it.
///
/// @param path with a value in the place of each parameter
/// @param task whether it is for the queue or the scheduler
record ServedRoute(String method, String path, Owner owner, boolean task) {

  static List<ServedRoute> all() {
    return Arrays.stream(Route.values()).map(ServedRoute::of).toList();
  }

  private static ServedRoute of(Route route) {
    String path = String.join("/", value(route, "segments", String[].class));
    return new ServedRoute(
        value(route, "method", String.class),
        path.replaceAll("\\{\\w+}", "some-value"),
        value(route, "owner", Owner.class),
        value(route, "kind", Enum.class).name().equals("TASK"));
  }

  /// What only the package of routes may see.
  private static <T> T value(Route route, String name, Class<T> type) {
    try {
      Field field = Route.class.getDeclaredField(name);
      field.setAccessible(true);
      return type.cast(field.get(route));
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("a route has no " + name, e);
    }
  }
}
