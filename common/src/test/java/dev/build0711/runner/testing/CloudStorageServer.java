package dev.build0711.runner.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Cloud Storage on a socket of this machine, as far as the runner uses it: the JSON API's
/// multipart upload with its precondition, media, list and delete, for one bucket. Lists in pages
/// of two, so that nobody gets by with the first.
public final class CloudStorageServer implements AutoCloseable {

  private static final JsonMapper JSON = new JsonMapper();
  private static final int PAGE = 2;

  private final String bucket;
  private final HttpServer server;
  private final TreeMap<String, byte[]> objects = new TreeMap<>();
  private final List<Integer> refusals = new ArrayList<>();
  private int calls;

  public CloudStorageServer(String bucket) {
    this.bucket = bucket;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::serve);
    server.start();
  }

  /// Where the client finds it.
  public URI endpoint() {
    return URI.create("http://localhost:" + server.getAddress().getPort());
  }

  /// The names of the objects there are.
  public synchronized List<String> names() {
    return List.copyOf(objects.keySet());
  }

  /// Puts other bytes under a name.
  public synchronized void damage(String name, byte[] bytes) {
    objects.put(name, bytes);
  }

  /// Answers the next calls with these statuses, one each, and does nothing.
  public synchronized void refuse(Integer... statuses) {
    refusals.addAll(List.of(statuses));
  }

  /// How many calls there were.
  public synchronized int calls() {
    return calls;
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      InputStream sent = exchange.getRequestBody();
      boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
      byte[] body = (zipped ? new GZIPInputStream(sent) : sent).readAllBytes();
      Answer answer = answer(exchange, body);
      exchange.getResponseHeaders().set("Content-Type", answer.type());
      exchange.sendResponseHeaders(
          answer.status(), answer.bytes().length == 0 ? -1 : answer.bytes().length);
      exchange.getResponseBody().write(answer.bytes());
    }
  }

  private synchronized Answer answer(HttpExchange exchange, byte[] body) {
    calls++;
    if (!refusals.isEmpty()) {
      return refusal(refusals.removeFirst());
    }
    String path = exchange.getRequestURI().getRawPath();
    Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
    String objectsOf = "/storage/v1/b/" + bucket + "/o";
    return switch (exchange.getRequestMethod()) {
      case "POST" ->
          path.equals("/upload" + objectsOf) ? upload(exchange, query, body) : refusal(404);
      case "GET" -> path.endsWith(objectsOf) ? list(query) : media(after(path, objectsOf + "/"));
      case "DELETE" -> delete(after(path, objectsOf + "/"));
      default -> refusal(405);
    };
  }

  private static String after(String path, String prefix) {
    int at = path.indexOf(prefix);
    return at < 0
        ? ""
        : URLDecoder.decode(path.substring(at + prefix.length()), StandardCharsets.UTF_8);
  }

  private Answer upload(HttpExchange exchange, Map<String, String> query, byte[] body) {
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    List<byte[]> parts = parts(body, type.replaceFirst(".*boundary=\"?([^\";]+).*", "$1"));
    JsonNode description = JSON.readTree(parts.get(0));
    String name = description.path("name").asString(query.getOrDefault("name", ""));
    if ("0".equals(query.get("ifGenerationMatch")) && objects.containsKey(name)) {
      return refusal(412);
    }
    objects.put(name, parts.get(1));
    return json(200, described(name));
  }

  /// The bodies of the parts of `multipart/related`.
  private static List<byte[]> parts(byte[] body, String boundary) {
    String text = new String(body, StandardCharsets.ISO_8859_1);
    List<byte[]> parts = new ArrayList<>();
    for (String part : text.split("(\r\n)?--" + Pattern.quote(boundary), -1)) {
      int head = part.indexOf("\r\n\r\n");
      if (head >= 0) {
        parts.add(part.substring(head + 4).getBytes(StandardCharsets.ISO_8859_1));
      }
    }
    return parts;
  }

  private Answer media(String name) {
    byte[] bytes = objects.get(name);
    return bytes == null ? refusal(404) : new Answer(200, "application/octet-stream", bytes);
  }

  private Answer list(Map<String, String> query) {
    List<String> all =
        objects.tailMap(query.getOrDefault("pageToken", ""), false).keySet().stream()
            .filter(name -> name.startsWith(query.getOrDefault("prefix", "")))
            .toList();
    List<String> page = all.subList(0, Math.min(PAGE, all.size()));
    Map<String, Object> answer = new HashMap<>();
    answer.put("kind", "storage#objects");
    answer.put("items", page.stream().map(this::described).toList());
    if (all.size() > PAGE) {
      answer.put("nextPageToken", page.getLast());
    }
    return json(200, answer);
  }

  private Answer delete(String name) {
    return objects.remove(name) == null ? refusal(404) : new Answer(204, "text/plain", new byte[0]);
  }

  private Map<String, String> described(String name) {
    byte[] bytes = Objects.requireNonNull(objects.get(name));
    return Map.of(
        "kind",
        "storage#object",
        "name",
        name,
        "bucket",
        bucket,
        "generation",
        "1",
        "size",
        String.valueOf(bytes.length));
  }

  private static Map<String, String> query(String raw) {
    Map<String, String> query = new HashMap<>();
    for (String pair : raw == null ? new String[0] : raw.split("&", -1)) {
      String[] both = pair.split("=", 2);
      query.put(both[0], URLDecoder.decode(both[both.length - 1], StandardCharsets.UTF_8));
    }
    return query;
  }

  private static Answer refusal(int status) {
    return json(status, Map.of("error", Map.of("code", status, "message", "refused")));
  }

  private static Answer json(int status, Object value) {
    return new Answer(status, "application/json", JSON.writeValueAsBytes(value));
  }

  @SuppressWarnings("ArrayRecordComponent") // sent once, never compared
  private record Answer(int status, String type, byte[] bytes) {}
}
