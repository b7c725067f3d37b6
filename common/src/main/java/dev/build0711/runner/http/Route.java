package dev.build0711.runner.http;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Every path that is served, by whichever function: the one route table. All functions know all of
/// it, so that each can say what a path would take and who serves it.
public enum Route {
  CREATE_RUN("POST", "/runs", Owner.CREATE_RUN, Kind.API, Scope.RUNS_WRITE, 4 * Route.MIB),
  CREATE_RUN_AT_ROOT("POST", "/", Owner.CREATE_RUN, Kind.API, Scope.RUNS_WRITE, 4 * Route.MIB),
  LIST_RUNS(
      "GET",
      "/runs",
      Owner.GET_RUN,
      Kind.API,
      Scope.RUNS_READ,
      0,
      Set.of("project_id", "status", "limit", "cursor")),
  GET_RUN("GET", "/runs/{run_id}", Owner.GET_RUN, Kind.API, Scope.RUNS_READ, 0),
  GET_RUN_DETAIL("GET", "/runs/{run_id}/detail", Owner.GET_RUN, Kind.API, Scope.RUNS_READ, 0),
  LIST_ARTIFACTS("GET", "/runs/{run_id}/artifacts", Owner.GET_RUN, Kind.API, Scope.RUNS_READ, 0),
  GET_ARTIFACT(
      "GET", "/runs/{run_id}/artifacts/{name}", Owner.GET_RUN, Kind.FILE, Scope.RUNS_READ, 0),
  CANCEL_RUN(
      "POST", "/runs/{run_id}/cancel", Owner.CONTROL_RUN, Kind.API, Scope.RUNS_WRITE, Route.MIB),
  SEND_MESSAGE(
      "POST", "/runs/{run_id}/messages", Owner.CONTROL_RUN, Kind.API, Scope.RUNS_WRITE, Route.MIB),
  GITHUB_WEBHOOK("POST", "/webhooks/github", Owner.WEBHOOK, Kind.WEBHOOK, null, 25 * Route.MIB),
  GITLAB_WEBHOOK("POST", "/webhooks/gitlab", Owner.WEBHOOK, Kind.WEBHOOK, null, 25 * Route.MIB),
  OPENHANDS_WEBHOOK(
      "POST", "/webhooks/openhands", Owner.WEBHOOK, Kind.WEBHOOK, null, 8 * Route.MIB),
  OPENHANDS_CONVERSATION_WEBHOOK(
      "POST",
      "/webhooks/openhands/conversations",
      Owner.WEBHOOK,
      Kind.WEBHOOK,
      null,
      8 * Route.MIB),
  OPENHANDS_EVENTS_WEBHOOK(
      "POST",
      "/webhooks/openhands/events/{conversation_id}",
      Owner.WEBHOOK,
      Kind.WEBHOOK,
      null,
      8 * Route.MIB),
  POLL_RUN("POST", "/tasks/poll-run", Owner.POLL_RUN, Kind.TASK, null, Route.MIB),
  MAINTAIN("POST", "/tasks/maintain", Owner.MAINTAIN, Kind.TASK, null, Route.MIB),
  HEALTH("GET", "/health", Owner.HEALTH, Kind.PAGE, null, 0),
  LIVENESS("GET", "/health/live", Owner.HEALTH, Kind.PAGE, null, 0),
  PROBLEM("GET", "/problems/{slug}", Owner.EVERY, Kind.PAGE, null, 0);

  /// How a route is guarded and read.
  enum Kind {
    /// For callers with a token: JSON in, JSON out, parameters checked.
    API,
    /// For callers with a token: parameters checked, and bytes out whatever the caller would
    /// accept.
    FILE,
    /// For git hosts and backends: the bytes as they came; the handler checks who sent them.
    WEBHOOK,
    /// For the queue and the scheduler, which the platform lets through and nobody else; answers
    /// say only whether to try again.
    TASK,
    /// For everybody.
    PAGE;

    /// Whether parameters that the route does not know are mistakes.
    boolean parameters() {
      return this == API || this == FILE;
    }
  }

  private static final int MIB = 1024 * 1024;

  private final String method;

  @SuppressWarnings("ImmutableEnumChecker") // written once, given to nobody
  private final String[] segments;

  private final Owner owner;
  private final Kind kind;
  private final @Nullable Scope scope;
  private final int maxBody;

  @SuppressWarnings("ImmutableEnumChecker") // made by Set.of
  private final Set<String> parameters;

  Route(String method, String path, Owner owner, Kind kind, @Nullable Scope scope, int maxBody) {
    this(method, path, owner, kind, scope, maxBody, Set.of());
  }

  Route(
      String method,
      String path,
      Owner owner,
      Kind kind,
      @Nullable Scope scope,
      int maxBody,
      Set<String> parameters) {
    this.method = method;
    this.segments = split(path);
    this.owner = owner;
    this.kind = kind;
    this.scope = scope;
    this.maxBody = maxBody;
    this.parameters = parameters;
  }

  String method() {
    return method;
  }

  Owner owner() {
    return owner;
  }

  Kind kind() {
    return kind;
  }

  /// What the caller's token has to be good for; null where none is asked for.
  @Nullable Scope scope() {
    return scope;
  }

  /// How many bytes of a body are taken; 0 where none is read.
  int maxBody() {
    return maxBody;
  }

  /// Whether a call says everything without a body; one that has one is read all the same.
  boolean bodyOptional() {
    return this == CANCEL_RUN;
  }

  /// The query parameters the route knows.
  Set<String> parameters() {
    return parameters;
  }

  /// The values of the path's parameters, or null if the path is another one.
  @Nullable Map<String, String> match(String[] path) {
    if (path.length != segments.length) {
      return null;
    }
    Map<String, String> values = Map.of();
    for (int i = 0; i < path.length; i++) {
      String segment = segments[i];
      if (segment.startsWith("{") && !path[i].isEmpty()) {
        values = new HashMap<>(values);
        values.put(segment.substring(1, segment.length() - 1), path[i]);
      } else if (!segment.equals(path[i])) {
        return null;
      }
    }
    return values;
  }

  @Override
  public String toString() {
    return method + ' ' + String.join("/", segments);
  }

  static String[] split(String path) {
    return path.split("/", -1);
  }
}
