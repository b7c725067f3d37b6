package dev.build0711.runner.githost;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.exchange.Exchange;
import dev.build0711.runner.exchange.Exchanges;
import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.port.GitEvent.Shown;
import dev.build0711.runner.port.Secrets.SecretUnavailable;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The REST API of a git host, with its token, which goes nowhere else. A host that asks to be left
/// alone, or does not answer, is left alone by this process for a while.
public final class HostApi {

  private static final int MOST = 3;
  private static final int CAP = 1024 * 1024;
  private static final Duration EXCHANGE = Duration.ofSeconds(10);
  private static final Duration ALONE = Duration.ofMinutes(1);
  private static final Logger LOG = System.getLogger(HostApi.class.getName());

  private final String host;
  private final String base;
  private final Supplier<@Nullable String> token;
  private final Map<String, String> headers;
  private final Exchanges exchanges;
  private final InstantSource clock;
  private volatile Instant aloneUntil = Instant.MIN;

  /// @param host the host's name, for the log
  /// @param base where the API is, without a slash at its end
  /// @param token read anew for every look-up
  /// @param headers of every request
  public HostApi(
      String host,
      URI base,
      Supplier<@Nullable String> token,
      Map<String, String> headers,
      Exchanges exchanges,
      InstantSource clock) {
    this.host = host;
    this.base = base.toString();
    this.token = token;
    this.headers = Map.copyOf(headers);
    this.exchanges = exchanges;
    this.clock = clock;
  }

  /// `text` as a part of a path or a query.
  public static String quoted(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /// One thing to be asked.
  ///
  /// @param path below the base, with its query
  /// @param list whether the answer is a list of pull requests rather than one
  public record Ask(String path, boolean list) {}

  /// Asks for the first [#MOST], as long as the host answers. What goes wrong is one line of the
  /// log, which holds nothing of an answer but its status.
  ///
  /// @param read what an object of an answer shows, null for nothing of this host's
  public List<Shown> ask(List<Ask> asks, Function<Payload, @Nullable Shown> read, Duration limit) {
    Deadline deadline = Deadline.in(limit, clock);
    List<Payload> objects = new ArrayList<>();
    @Nullable String trouble = null;
    for (Ask ask : asks.subList(0, Math.min(MOST, asks.size()))) {
      if (clock.instant().isBefore(aloneUntil)) {
        break;
      }
      String now = ask(ask, deadline, objects);
      trouble = trouble == null ? now : trouble;
    }
    if (trouble != null) {
      LOG.log(Level.WARNING, "pull requests cannot be looked up at " + host + ": " + trouble);
    }
    return objects.stream().map(read).filter(Objects::nonNull).toList();
  }

  /// @return what went wrong, null where nothing did
  private @Nullable String ask(Ask ask, Deadline deadline, List<Payload> objects) {
    Duration left = deadline.left();
    Reply reply;
    try {
      reply = exchanges.send(exchange(ask), left.compareTo(EXCHANGE) < 0 ? left : EXCHANGE);
    } catch (SecretUnavailable e) {
      return "its token cannot be read";
    } catch (IllegalArgumentException e) {
      return "its address cannot be asked";
    }
    leaveAlone(reply);
    return switch (reply) {
      case Reply.Answer(int status, JsonNode body, _) ->
          status == 200 && (ask.list() ? body.isArray() : body.isObject())
              ? taken(body, objects)
              : "status " + status;
      case Reply.NotJson(int status, _) -> "no JSON, status " + status;
      case Reply.TooLarge(int status) -> "too long an answer, status " + status;
      case Reply.TimedOut _ -> "no answer in time";
      case Reply.NotSent _ -> "it cannot be reached";
      case Reply.Broken _, Reply.Content _ -> "the connection broke";
    };
  }

  private static @Nullable String taken(JsonNode body, List<Payload> objects) {
    objects.addAll(Payload.objects(body));
    return null;
  }

  private Exchange exchange(Ask ask) {
    Map<String, String> all = new HashMap<>(headers);
    String secret = token.get();
    if (secret != null) {
      all.put("Authorization", "Bearer " + secret);
    }
    return new Exchange("GET", URI.create(base + ask.path()), all, null, true, CAP);
  }

  private void leaveAlone(Reply reply) {
    Duration asked =
        switch (reply) {
          case Reply.Answer(int status, JsonNode body, Duration after) ->
              after == null && limited(body) ? ALONE : alone(status, after);
          case Reply.NotJson(int status, Duration after) -> alone(status, after);
          case Reply.TooLarge(int status) -> alone(status, null);
          case Reply.TimedOut _, Reply.NotSent _, Reply.Broken _ -> ALONE;
          case Reply.Content _ -> null;
        };
    if (asked != null) {
      aloneUntil = clock.instant().plus(asked);
    }
  }

  /// A limit that is used up is told with a good answer too. What is about one repository alone,
  /// such as 403 and 404, says nothing of the others.
  private static @Nullable Duration alone(int status, @Nullable Duration after) {
    if (after != null && (status < 400 || after.compareTo(ALONE) > 0)) {
      return after;
    }
    boolean all = status == 401 || status == 408 || status == 429 || status >= 500;
    return after != null || all ? ALONE : null;
  }

  /// GitHub's limit on bursts comes as a 403 that may have no header for it.
  private static boolean limited(JsonNode body) {
    return body.path("message").stringValue("").contains("rate limit");
  }
}
