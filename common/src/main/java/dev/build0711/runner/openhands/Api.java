package dev.build0711.runner.openhands;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.exchange.Exchange;
import dev.build0711.runner.exchange.Exchanges;
import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.port.Secrets.SecretUnavailable;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The paths of one server, with its key.
public final class Api {

  private final SessionKey key;
  private final Exchanges exchanges;
  private final String base;

  /// @param baseUrl may have a path, with or without a slash at its end
  public Api(URI baseUrl, SessionKey key, Exchanges exchanges) {
    this.key = key;
    this.exchanges = exchanges;
    this.base = baseUrl.toString().replaceAll("/+$", "");
  }

  /// The path of one conversation, but for the V1 app server.
  public static String conversation(UUID id) {
    return "/api/conversations/" + id;
  }

  /// `text` as part of a query.
  public static String quoted(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /// Asks for JSON.
  public Reply get(String path, Deadline deadline) {
    return get(path, Map.of(), deadline);
  }

  /// Asks for JSON, with headers of its own.
  public Reply get(String path, Map<String, String> headers, Deadline deadline) {
    return send(get(path, headers, Exchange.DEFAULT_CAP), exchanges::send, deadline);
  }

  /// Asks for a file: [Reply.Content].
  ///
  /// @param cap how many bytes of it are wanted at most
  public Reply fetch(String path, int cap, Deadline deadline) {
    return send(get(path, Map.of(), cap), exchanges::fetch, deadline);
  }

  private Exchange get(String path, Map<String, String> headers, int cap) {
    return new Exchange("GET", URI.create(base + path), headers, null, true, cap);
  }

  /// Posts something that may arrive twice.
  public Reply repeatablePost(String path, @Nullable JsonNode body, Deadline deadline) {
    return post(path, body, true, deadline);
  }

  /// Posts something that must not arrive twice.
  public Reply singlePost(String path, JsonNode body, Deadline deadline) {
    return post(path, body, false, deadline);
  }

  private Reply post(String path, @Nullable JsonNode body, boolean repeatable, Deadline deadline) {
    return body == null
        ? post(path, Map.of(), null, repeatable, deadline)
        : post(
            path,
            Map.of("Content-Type", "application/json"),
            body.toString(),
            repeatable,
            deadline);
  }

  private Reply post(
      String path,
      Map<String, String> headers,
      @Nullable String body,
      boolean repeatable,
      Deadline deadline) {
    URI uri = URI.create(base + path);
    return send(
        new Exchange("POST", uri, headers, body, repeatable, Exchange.DEFAULT_CAP),
        exchanges::send,
        deadline);
  }

  /// Writes `content` into a file of the server; the file keeps its mode where it exists.
  public Reply upload(String file, String content, Deadline deadline) {
    String boundary = UUID.nameUUIDFromBytes(content.getBytes(StandardCharsets.UTF_8)).toString();
    String body =
        "--%1$s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"file\"\r\n\r\n%2$s\r\n--%1$s--\r\n"
            .formatted(boundary, content);
    return post(
        "/api/file/upload?path=" + quoted(file),
        Map.of("Content-Type", "multipart/form-data; boundary=" + boundary),
        body,
        true,
        deadline);
  }

  /// A refused key is read anew, once: whoever changes it on the server changes it in the secret
  /// store too. What was refused has not been done, so that even a single POST may be sent again.
  /// Without a key that can be read nothing is sent.
  private Reply send(
      Exchange exchange, BiFunction<Exchange, Duration, Reply> over, Deadline deadline) {
    try {
      String current = key.current();
      Reply reply = over.apply(with(current, exchange), deadline.left());
      if (!reply.refusesKey()) {
        return reply;
      }
      String renewed = key.renewed();
      return Objects.equals(renewed, current)
          ? reply
          : over.apply(with(renewed, exchange), deadline.left());
    } catch (SecretUnavailable e) {
      return new Reply.NotSent();
    }
  }

  private static Exchange with(@Nullable String key, Exchange exchange) {
    Map<String, String> headers = new HashMap<>(exchange.headers());
    headers.put("Accept", "application/json");
    if (key != null) {
      headers.put("X-Session-API-Key", key);
    }
    return new Exchange(
        exchange.method(),
        exchange.uri(),
        headers,
        exchange.body(),
        exchange.repeatable(),
        exchange.cap());
  }
}
