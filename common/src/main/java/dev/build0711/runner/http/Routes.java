package dev.build0711.runner.http;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Finds the route of a request among those that one endpoint serves and those it only knows of.
///
/// @param served what the endpoint answers itself
/// @param known what is served here or elsewhere under the same base URL
record Routes(Set<Route> served, Set<Route> known) {

  /// What a request came upon.
  sealed interface Match {

    /// The route that answers.
    ///
    /// @param parameters the values of the path's parameters
    record Found(Route route, Map<String, String> parameters) implements Match {}

    /// The path is served, but not with that method.
    record WrongMethod(String allow) implements Match {}

    /// The method asked what the path takes.
    record Options(String allow) implements Match {}

    /// Another function serves it.
    record Elsewhere(Owner owner) implements Match {}

    record Nowhere() implements Match {}
  }

  Routes {
    served = EnumSet.copyOf(served);
    known = EnumSet.copyOf(known);
  }

  Match match(String method, String path) {
    String wanted = method.equals("HEAD") ? "GET" : method;
    String[] segments = Route.split(path);
    Set<String> allowed = new TreeSet<>();
    Match elsewhere = null;
    for (Route route : known) {
      Map<String, String> parameters = route.match(segments);
      if (parameters == null) {
        continue;
      }
      if (!route.method().equals(wanted)) {
        allowed.add(route.method());
      } else if (served.contains(route)) {
        return new Match.Found(route, parameters);
      } else {
        elsewhere = new Match.Elsewhere(route.owner());
      }
    }
    return elsewhere != null ? elsewhere : notFound(method, allowed);
  }

  private static Match notFound(String method, Set<String> allowed) {
    if (allowed.isEmpty()) {
      return new Match.Nowhere();
    }
    if (allowed.contains("GET")) {
      allowed.add("HEAD");
    }
    allowed.add("OPTIONS");
    String allow = String.join(", ", allowed);
    return method.equals("OPTIONS") ? new Match.Options(allow) : new Match.WrongMethod(allow);
  }
}
