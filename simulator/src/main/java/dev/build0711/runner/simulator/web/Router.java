package dev.build0711.runner.simulator.web;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which handler a method and a path mean.
public final class Router {

  private final List<Route> routes = new ArrayList<>();

  /// Answers a request; `id` is what stood in the place of the template's first `{…}`, empty when
  /// it has none.
  @FunctionalInterface
  public interface Handler {
    Reply handle(Request request, String id);
  }

  /// What is meant.
  public sealed interface Match {

    /// A handler, what its path's variable is, and whether anybody may call it.
    record Found(Handler handler, String id, boolean open) implements Match {}

    /// The path is known, but not with this method.
    record OtherMethod() implements Match {}

    /// The path is not known.
    record Nothing() implements Match {}
  }

  /// A route that needs the key.
  public Router on(String method, String template, Handler handler) {
    routes.add(new Route(method, template, pattern(template), false, handler));
    return this;
  }

  /// A route that anybody may call.
  public Router open(String method, String template, Handler handler) {
    routes.add(new Route(method, template, pattern(template), true, handler));
    return this;
  }

  /// What `method` and `path` mean; of several templates that fit, the one added first.
  public Match match(String method, String path) {
    Match match = new Match.Nothing();
    for (Route route : routes) {
      Matcher matcher = route.pattern.matcher(path);
      if (matcher.matches() && route.method.equals(method)) {
        String id = matcher.groupCount() > 0 ? matcher.group(1) : "";
        return new Match.Found(route.handler, id, route.open);
      }
      if (matcher.matches()) {
        match = new Match.OtherMethod();
      }
    }
    return match;
  }

  /// The templates of all paths.
  public List<String> paths() {
    return routes.stream().map(Route::template).distinct().toList();
  }

  private static Pattern pattern(String template) {
    return Pattern.compile(template.replaceAll("\\{[^}]+}", "([^/]+)"));
  }

  private record Route(
      String method, String template, Pattern pattern, boolean open, Handler handler) {}
}
