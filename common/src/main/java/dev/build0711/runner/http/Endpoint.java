package dev.build0711.runner.http;

import com.google.cloud.functions.HttpFunction;
import com.google.cloud.functions.HttpRequest;
import com.google.cloud.functions.HttpResponse;
import dev.build0711.runner.log.LogFields;
import dev.build0711.runner.log.RequestContext;
import dev.build0711.runner.run.RunId;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Serves some routes of the table: admits the caller, reads the request within its limits, lets a
/// handler answer, and sends exactly one complete answer, whatever happens.
public final class Endpoint implements HttpFunction {

  private static final System.Logger LOG = System.getLogger(Endpoint.class.getName());
  private static final byte[] NOTHING = {};
  private static final int PIECE = 32 * 1024;

  private final Edge edge;
  private final Map<Route, Handler> handlers;
  private final Routes routes;
  private final Problems problems;

  private Endpoint(Edge edge, Map<Route, Handler> handlers, boolean alone) {
    this.edge = edge;
    this.handlers = new EnumMap<>(handlers);
    this.handlers.put(Route.PROBLEM, new ProblemPage());
    Set<Route> served = this.handlers.keySet();
    this.routes = new Routes(served, alone ? served : EnumSet.allOf(Route.class));
    this.problems = new Problems(edge.random());
  }

  /// One function among others: it knows their routes, and says so.
  public static Endpoint ofFunction(Edge edge, Map<Route, Handler> handlers) {
    return new Endpoint(edge, handlers, false);
  }

  /// The whole API in one process: what has no handler here does not exist.
  public static Endpoint ofEverything(Edge edge, Map<Route, Handler> handlers) {
    return new Endpoint(edge, handlers, true);
  }

  @Override
  public void service(HttpRequest request, HttpResponse response) {
    Map<String, List<String>> headers = request.getHeaders();
    Routes.Match match = routes.match(request.getMethod(), request.getPath());
    var context =
        new RequestContext(
            Correlation.requestId(headers, edge.random()),
            Correlation.trace(headers),
            runId(match));
    ScopedValue.where(RequestContext.CURRENT, context)
        .run(() -> {
          Reply reply = answer(request, headers, match);
          if (reply.status() >= 400) {
            RequestBody.drop(request);
          }
          send(reply.with("X-Request-Id", context.requestId()), request, response);
        });
  }

  /// Answers in the place of a function where whoever serves us could not read the request, and so
  /// can name no function.
  ///
  /// @param status what the server found, 400 to 499
  public void refuse(int status, HttpResponse response) {
    boolean tooLong = status == 414 || status == 431;
    var why =
        new ProblemException(
            ProblemType.MALFORMED_REQUEST,
            "The address or a header of the request "
                + (tooLong ? "is too long." : "cannot be read."));
    String requestId = Correlation.newId(edge.random());
    write(problems.forCaller(why).with("X-Request-Id", requestId), response, true);
  }

  private Reply answer(HttpRequest request, Map<String, List<String>> headers, Routes.Match match) {
    try {
      return switch (match) {
        case Routes.Match.Found found -> serve(request, headers, found);
        case Routes.Match.Options(String allow) -> Reply.empty(204).with("Allow", allow);
        case Routes.Match.WrongMethod(String allow) ->
            throw new ProblemException(
                ProblemType.METHOD_NOT_ALLOWED,
                "This path takes " + allow + ".",
                Map.of("Allow", allow));
        case Routes.Match.Elsewhere(Owner owner) ->
            throw new ProblemException(
                ProblemType.NOT_FOUND,
                "This path is served by the function " + owner + ", at its own address.");
        case Routes.Match.Nowhere _ ->
            throw new ProblemException(ProblemType.NOT_FOUND, "Nothing is served at this path.");
      };
    } catch (Throwable failure) { // an Error would leave as an empty 500, too
      tellOfRefusal(match, failure);
      return isTask(match) ? problems.forQueue(failure) : problems.forCaller(failure);
    }
  }

  /// One line where a caller was not let in: whoever runs a server has to see a wrong token or
  /// secret. Nothing of what was sent is in it.
  private static void tellOfRefusal(Routes.Match match, Throwable failure) {
    if (failure instanceof ProblemException told
        && match instanceof Routes.Match.Found found
        && (told.type().status() == 401 || told.type().status() == 403)) {
      LOG.log(
          Level.INFO,
          "request refused",
          LogFields.of("code", told.type(), "route", found.route(), "detail", told.detail()));
    }
  }

  private Reply serve(
      HttpRequest request, Map<String, List<String>> headers, Routes.Match.Found found) {
    Route route = found.route();
    Caller caller = admit(route, headers);
    if (route.kind() == Route.Kind.API) {
      Negotiation.requireJsonAccepted(headers.getOrDefault("Accept", List.of()));
      if (route.maxBody() > 0 && !route.bodyOptional()) {
        requireJsonBody(headers);
      }
    }
    if (route.kind() == Route.Kind.WEBHOOK) {
      handler(route).admit(call(request, headers, found, caller, NOTHING));
    }
    byte[] body = route.maxBody() > 0 ? RequestBody.read(request, route.maxBody()) : NOTHING;
    if (route.bodyOptional() && body.length > 0) {
      requireJsonBody(headers);
    }
    return handler(route).handle(call(request, headers, found, caller, body));
  }

  private static void requireJsonBody(Map<String, List<String>> headers) {
    Negotiation.requireJsonBody(
        headers.getOrDefault("Content-Type", List.of()),
        headers.getOrDefault("Content-Encoding", List.of()));
  }

  private Caller admit(Route route, Map<String, List<String>> headers) {
    Scope scope = route.scope();
    if (scope == null) {
      return Caller.ANYBODY;
    }
    Caller caller = edge.callers().identify(headers.getOrDefault("Authorization", List.of()));
    caller.require(scope);
    return caller;
  }

  private Call call(
      HttpRequest request,
      Map<String, List<String>> headers,
      Routes.Match.Found found,
      Caller caller,
      byte[] body) {
    Route route = found.route();
    var mistakes = new Mistakes();
    String text = route.kind().parameters() ? request.getQuery().orElse(null) : null;
    Query query = Query.read(text, route.parameters(), mistakes);
    if (route.maxBody() == 0 && route.parameters().isEmpty()) {
      mistakes.check(); // the handler has nothing to read that could be wrong as well
    }
    String baseUrl = BaseUrl.of(edge.publicUrl(), request.getUri(), headers);
    return new Call(found.parameters(), query, headers, body, caller, mistakes, baseUrl);
  }

  private Handler handler(Route route) {
    Handler handler = handlers.get(route);
    if (handler == null) {
      throw new IllegalStateException("no handler for " + route);
    }
    return handler;
  }

  private static void send(Reply reply, HttpRequest request, HttpResponse response) {
    write(reply, response, !request.getMethod().equals("HEAD"));
  }

  private static void write(Reply reply, HttpResponse response, boolean withBody) {
    response.setStatusCode(reply.status());
    reply.headers().forEach(response::appendHeader);
    response.appendHeader("X-Content-Type-Options", "nosniff");
    if (reply.contentType() == null) {
      return;
    }
    response.setContentType(reply.contentType());
    response.appendHeader("Content-Length", Integer.toString(reply.body().length));
    if (!withBody) {
      return;
    }
    try {
      writeInPieces(reply.body(), response.getOutputStream()); // whoever serves us closes it
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "caller went away", e);
    }
  }

  /// The server copies what it is given at once into a buffer outside the heap, one for a thread.
  private static void writeInPieces(byte[] body, OutputStream out) throws IOException {
    for (int at = 0; at < body.length; at += PIECE) {
      out.write(body, at, Math.min(PIECE, body.length - at));
    }
  }

  private static boolean isTask(Routes.Match match) {
    return match instanceof Routes.Match.Found found && found.route().kind() == Route.Kind.TASK;
  }

  private static @Nullable String runId(Routes.Match match) {
    String text =
        match instanceof Routes.Match.Found found ? found.parameters().get("run_id") : null;
    try {
      return text == null ? null : RunId.parse(text).toString();
    } catch (IllegalArgumentException e) {
      return null; // nothing that a caller made up goes into the log
    }
  }
}
