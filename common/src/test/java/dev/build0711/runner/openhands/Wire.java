package dev.build0711.runner.openhands;

import dev.build0711.runner.exchange.Exchanges;
import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow.Subscription;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;

/// What lies below [Exchanges], without sockets: every request is answered by a function, and the
/// bytes of its answer are read as those of a socket are. It makes a hundred thousand answers
/// cheap.
public final class Wire extends HttpClient {

  private final Function<HttpRequest, Answer> server;

  private Wire(Function<HttpRequest, Answer> server) {
    this.server = server;
  }

  /// The bytes of one answer.
  @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
  public record Answer(int status, byte[] body, Map<String, List<String>> headers) {

    public static Answer json(byte[] body) {
      return new Answer(200, body, Map.of("Content-Type", List.of("application/json")));
    }
  }

  /// Exchanges that `server` answers.
  public static Exchanges exchanges(Function<HttpRequest, Answer> server) {
    return new Exchanges(() -> new Wire(server));
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, BodyHandler<T> handler) {
    Answer answer = server.apply(request);
    HttpHeaders headers = HttpHeaders.of(answer.headers(), (_, _) -> true);
    BodySubscriber<T> subscriber = handler.apply(new Head(answer.status(), headers));
    subscriber.onSubscribe(new Nothing());
    int half = answer.body().length / 2;
    ByteBuffer body = ByteBuffer.wrap(answer.body());
    subscriber.onNext(List.of(body.slice(0, half)));
    subscriber.onNext(List.of(body.slice(half, answer.body().length - half)));
    subscriber.onComplete();
    return subscriber
        .getBody()
        .<HttpResponse<T>>thenApply(read -> new Response<>(request, answer.status(), headers, read))
        .toCompletableFuture();
  }

  private record Head(int statusCode, HttpHeaders headers) implements ResponseInfo {

    @Override
    public Version version() {
      return Version.HTTP_1_1;
    }
  }

  private record Nothing() implements Subscription {

    @Override
    public void request(long count) {
      // everything comes anyway
    }

    @Override
    public void cancel() {
      // what still comes is not read
    }
  }

  private record Response<T>(HttpRequest request, int statusCode, HttpHeaders headers, T body)
      implements HttpResponse<T> {

    @Override
    public Optional<HttpResponse<T>> previousResponse() {
      return Optional.empty();
    }

    @Override
    public Optional<SSLSession> sslSession() {
      return Optional.empty();
    }

    @Override
    public URI uri() {
      return request.uri();
    }

    @Override
    public Version version() {
      return Version.HTTP_1_1;
    }
  }

  @Override
  public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler) throws IOException {
    throw new IOException("only asked asynchronously");
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, BodyHandler<T> handler, PushPromiseHandler<T> pushes) {
    return sendAsync(request, handler);
  }

  @Override
  public Optional<CookieHandler> cookieHandler() {
    return Optional.empty();
  }

  @Override
  public Optional<Duration> connectTimeout() {
    return Optional.empty();
  }

  @Override
  public Redirect followRedirects() {
    return Redirect.NEVER;
  }

  @Override
  public Optional<ProxySelector> proxy() {
    return Optional.empty();
  }

  @Override
  public SSLContext sslContext() {
    throw new UnsupportedOperationException();
  }

  @Override
  public SSLParameters sslParameters() {
    return new SSLParameters();
  }

  @Override
  public Optional<Authenticator> authenticator() {
    return Optional.empty();
  }

  @Override
  public Version version() {
    return Version.HTTP_1_1;
  }

  @Override
  public Optional<Executor> executor() {
    return Optional.empty();
  }
}
