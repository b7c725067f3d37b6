package dev.build0711.runner.standalone;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/// What stands between the world and the functions on the platform, as far as Terraform decides it:
/// the load balancer with its map, and the front of each function, which lets in whom its ingress
/// and its policy let in, as many at once as an instance takes and no longer than its timeout.
///
/// It is a proxy, so that callers use the very addresses of the deployment; only TLS is not spoken.
final class FrontEnd implements AutoCloseable {

  /// How a request comes to a function.
  enum Way {
    /// From anywhere, to the function's own address.
    INTERNET,
    /// From anywhere, by the load balancer.
    BALANCER,
    /// From Cloud Tasks or Cloud Scheduler, whose calls count as internal.
    GOOGLE
  }

  private static final int MAX_BODY = 32 << 20;
  private static final long SECONDS_FOR_A_PLACE = 10;
  private static final Set<String> OF_THE_CONNECTION =
      Set.of(
          "connection", "content-length", "host", "http2-settings", "transfer-encoding", "upgrade");

  private final DeployedResources resources;
  private final UrlMap map;
  private final List<Front> fronts = new ArrayList<>();
  private final Map<Way, HttpServer> servers = new EnumMap<>(Way.class);
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /// @param instances where each function really listens
  FrontEnd(DeployedResources resources, Map<DeployedFunction, URI> instances) throws IOException {
    this.resources = resources;
    map = UrlMap.of(resources.only("google_compute_url_map"));
    instances.forEach((function, instance) ->
        fronts.add(new Front(function, instance, new Semaphore(function.concurrency()))));
    for (Way from : List.of(Way.INTERNET, Way.GOOGLE)) {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.createContext("/", exchange -> serve(from, exchange));
      server.start();
      servers.put(from, server);
    }
  }

  /// What clients use who are on the internet, or who are services of Google.
  ProxySelector from(Way origin) {
    return ProxySelector.of(Objects.requireNonNull(servers.get(origin)).getAddress());
  }

  /// An address of the deployment as it can be called here.
  static URI withoutTls(URI deployed) {
    return URI.create(deployed.toString().replaceFirst("^https:", "http:"));
  }

  @Override
  public void close() {
    servers.values().forEach(server -> server.stop(0));
    client.shutdownNow();
  }

  private void serve(Way from, HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
      Answer answer = body.length > MAX_BODY ? Answer.of(413) : answer(from, exchange, body);
      exchange.getResponseHeaders().putAll(answer.headers());
      int length = answer.body().length;
      exchange.sendResponseHeaders(answer.status(), length == 0 ? -1 : length);
      exchange.getResponseBody().write(answer.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Answer answer(Way from, HttpExchange exchange, byte[] body) throws InterruptedException {
    URI uri = exchange.getRequestURI();
    String host = Objects.requireNonNullElse(uri.getHost(), "");
    for (Front front : fronts) {
      if (host.equals(front.function().uri().getHost())) {
        return answer(front, from, exchange, body);
      }
    }
    String service = map.service(host, exchange.getRequestMethod(), uri.getRawPath());
    return answer(behind(service), Way.BALANCER, exchange, body);
  }

  /// By the backend service and its endpoint group to the Cloud Run service of a function.
  private Front behind(String backendService) {
    String group =
        resources
            .with("google_compute_backend_service", "id", backendService)
            .at("/backend/0/group")
            .asString();
    String service =
        resources
            .with("google_compute_region_network_endpoint_group", "id", group)
            .at("/cloud_run/0/service")
            .asString();
    return fronts.stream()
        .filter(it -> it.function().service().equals(service))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no service " + service));
  }

  private Answer answer(Front front, Way way, HttpExchange exchange, byte[] body)
      throws InterruptedException {
    if (!front.function().lets(way)) {
      return Answer.of(404);
    }
    if (!front.function().isInvokedBy(caller(front.function(), exchange.getRequestHeaders()))) {
      return Answer.of(403);
    }
    if (!front.places().tryAcquire(SECONDS_FOR_A_PLACE, TimeUnit.SECONDS)) {
      return Answer.of(429);
    }
    try {
      HttpResponse<byte[]> answer =
          client.send(request(front, exchange, body), BodyHandlers.ofByteArray());
      return new Answer(answer.statusCode(), forwarded(answer.headers().map()), answer.body());
    } catch (HttpTimeoutException e) {
      return Answer.of(504);
    } catch (IOException e) {
      return Answer.of(503);
    } finally {
      front.places().release();
    }
  }

  /// The member whose token is shown, if it is one for this function.
  private String caller(DeployedFunction function, Headers headers) {
    return Token.in(headers.getFirst("Authorization"))
        .filter(token -> token.audience().equals(function.uri().toString()))
        .map(token -> resources.with("google_service_account", "email", token.email()))
        .map(account -> account.path("member").asString())
        .orElse("");
  }

  private static HttpRequest request(Front front, HttpExchange exchange, byte[] body) {
    URI uri = exchange.getRequestURI();
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(front.instance() + uri.getRawPath() + query))
            .timeout(front.function().timeout())
            .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body));
    Headers headers = exchange.getRequestHeaders();
    forwarded(headers).forEach((name, values) -> values.forEach(it -> request.header(name, it)));
    request.header("X-Forwarded-For", exchange.getRemoteAddress().getAddress().getHostAddress());
    request.header("X-Forwarded-Proto", "https");
    HexFormat hex = HexFormat.of();
    ThreadLocalRandom random = ThreadLocalRandom.current();
    String trace = hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong());
    long span = random.nextLong(1, Long.MAX_VALUE);
    if (!headers.containsKey("traceparent")) {
      request.header("traceparent", "00-" + trace + "-" + hex.toHexDigits(span) + "-00");
      request.header("X-Cloud-Trace-Context", trace + "/" + span + ";o=0");
    }
    return request.build();
  }

  private static Headers forwarded(Map<String, List<String>> headers) {
    Headers kept = new Headers();
    headers.forEach((name, values) -> {
      if (!OF_THE_CONNECTION.contains(name.toLowerCase(Locale.ROOT)) && !name.startsWith(":")) {
        kept.put(name, values);
      }
    });
    return kept;
  }

  /// @param places as many as an instance takes requests at once
  private record Front(DeployedFunction function, URI instance, Semaphore places) {}

  @SuppressWarnings("ArrayRecordComponent") // nobody compares answers
  private record Answer(int status, Headers headers, byte[] body) {

    static Answer of(int status) {
      return new Answer(status, new Headers(), new byte[0]);
    }
  }
}
