package dev.build0711.runner.exchange;

import dev.build0711.runner.exchange.Reply.Answer;
import dev.build0711.runner.exchange.Reply.Broken;
import dev.build0711.runner.exchange.Reply.Content;
import dev.build0711.runner.exchange.Reply.NotJson;
import dev.build0711.runner.exchange.Reply.NotSent;
import dev.build0711.runner.exchange.Reply.TimedOut;
import dev.build0711.runner.exchange.Reply.TooLarge;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Speaks HTTP/1.1 to other people's servers. Every exchange ends within its limit, a trickling
/// body included, and whatever happens on the wire is a [Reply]. Redirects are not followed: they
/// would carry the key elsewhere. Addresses that only metadata services of clouds have are not
/// asked. Safe for use by many threads.
public final class Exchanges implements AutoCloseable {

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final int MAX_NESTING = 200;

  private final Supplier<HttpClient> clients;
  private final HttpClient client;
  private final JsonMapper json =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_NESTING).build())
                  .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                  .build())
          .build();

  public Exchanges() {
    this(Exchanges::newClient);
  }

  /// @param clients makes the connections; whatever it makes must not follow redirects
  public Exchanges(Supplier<HttpClient> clients) {
    this.clients = clients;
    this.client = clients.get();
  }

  /// Makes the exchange. One that may be repeated is made a second time, on a new connection, when
  /// the connection breaks: a server closes kept-alive ones at any time. One that must not be
  /// repeated gets a new connection at once, so that it cannot meet such a closing.
  ///
  /// @param limit for all of it
  public Reply send(Exchange exchange, Duration limit) {
    return make(exchange, limit, this::json);
  }

  /// Makes an exchange whose answer is a file rather than JSON, and gives [Content] where its
  /// status is 200: as much of it as the exchange allows.
  public Reply fetch(Exchange exchange, Duration limit) {
    return make(exchange, limit, this::content);
  }

  private Reply make(Exchange exchange, Duration limit, Reader reader) {
    if (!exchange.repeatable()) {
      return onNewConnection(exchange, limit, reader);
    }
    long begun = System.nanoTime();
    Reply reply = attempt(client, exchange, limit, reader);
    return reply instanceof Broken
        ? onNewConnection(exchange, limit.minusNanos(System.nanoTime() - begun), reader)
        : reply;
  }

  private Reply onNewConnection(Exchange exchange, Duration limit, Reader reader) {
    HttpClient fresh = clients.get();
    try {
      return attempt(fresh, exchange, limit, reader);
    } finally {
      fresh.shutdownNow();
    }
  }

  private Reply attempt(HttpClient over, Exchange exchange, Duration limit, Reader reader) {
    if (!limit.isPositive()) {
      return new NotSent();
    }
    HttpRequest request;
    try {
      request = request(exchange);
    } catch (IllegalArgumentException e) {
      return new NotSent();
    }
    CompletableFuture<HttpResponse<CappedBody.Read>> answer =
        Destination.checked(exchange.uri().getHost())
            .thenCompose(_ -> over.sendAsync(request, _ -> new CappedBody(exchange.cap())));
    try {
      return reader.read(answer.get(limit.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      answer.cancel(true);
      return new TimedOut();
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      return new TimedOut();
    } catch (ExecutionException e) {
      return failed(e.getCause());
    }
  }

  private static HttpRequest request(Exchange exchange) {
    HttpRequest.Builder request = HttpRequest.newBuilder(exchange.uri());
    exchange.headers().forEach(request::header);
    String body = exchange.body();
    return request
        .method(
            exchange.method(),
            body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
        .build();
  }

  /// Makes a reply of an answer.
  private interface Reader {
    Reply read(HttpResponse<CappedBody.Read> response);
  }

  private Reply content(HttpResponse<CappedBody.Read> response) {
    CappedBody.Read read = response.body();
    return response.statusCode() == 200 ? new Content(read.bytes(), !read.whole()) : json(response);
  }

  private Reply json(HttpResponse<CappedBody.Read> response) {
    int status = response.statusCode();
    if (!response.body().whole()) {
      return new TooLarge(status);
    }
    Duration retryAfter = RetryAfter.in(response.headers());
    try {
      JsonNode body = json.readTree(response.body().bytes());
      return body.isMissingNode()
          ? new NotJson(status, retryAfter)
          : new Answer(status, body, retryAfter);
    } catch (JacksonException e) {
      return new NotJson(status, retryAfter);
    }
  }

  /// Only failures that are known to come before the first byte of the request count as not sent.
  private static Reply failed(@Nullable Throwable failure) {
    return switch (failure) {
      case ConnectException _, HttpConnectTimeoutException _, SSLHandshakeException _ ->
          new NotSent();
      case HttpTimeoutException _ -> new TimedOut();
      case null, default -> new Broken();
    };
  }

  private static HttpClient newClient() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NEVER)
        .connectTimeout(CONNECT)
        .build();
  }

  /// Ends what is still under way.
  @Override
  public void close() {
    client.shutdownNow();
  }
}
