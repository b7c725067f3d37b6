package dev.build0711.runner.openhands;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
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
    return send("GET", path, Map.of(), null, true, deadline);
  }

  /// Asks for JSON, with headers of its own.
  public Reply get(String path, Map<String, String> headers, Deadline deadline) {
    return send("GET", path, headers, null, true, deadline);
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
        ? send("POST", path, Map.of(), null, repeatable, deadline)
        : send(
            "POST",
            path,
            Map.of("Content-Type", "application/json"),
            body.toString(),
            repeatable,
            deadline);
  }

  /// Writes `content` into a file of the server; the file keeps its mode where it exists.
  public Reply upload(String file, String content, Deadline deadline) {
    String boundary = UUID.nameUUIDFromBytes(content.getBytes(StandardCharsets.UTF_8)).toString();
    String body =
        "--%1$s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"file\"\r\n\r\n%2$s\r\n--%1$s--\r\n"
            .formatted(boundary, content);
    return send(
        "POST",
        "/api/file/upload?path=" + quoted(file),
        Map.of("Content-Type", "multipart/form-data; boundary=" + boundary),
        body,
        true,
        deadline);
  }

  /// A refused key is read anew, once: whoever changes it on the server changes it in the secret
  /// store too. What was refused has not been done, so that even a single POST may be sent again.
  private Reply send(
      String method,
      String path,
      Map<String, String> headers,
      @Nullable String body,
      boolean repeatable,
      Deadline deadline) {
    Map<String, String> all = new HashMap<>(headers);
    all.put("Accept", "application/json");
    String current = key.current();
    Reply reply = exchange(method, path, with(current, all), body, repeatable, deadline);
    if (!reply.refusesKey()) {
      return reply;
    }
    String renewed = key.renewed();
    return Objects.equals(renewed, current)
        ? reply
        : exchange(method, path, with(renewed, all), body, repeatable, deadline);
  }

  private static Map<String, String> with(@Nullable String key, Map<String, String> headers) {
    Map<String, String> all = new HashMap<>(headers);
    if (key != null) {
      all.put("X-Session-API-Key", key);
    }
    return all;
  }

  private Reply exchange(
      String method,
      String path,
      Map<String, String> headers,
      @Nullable String body,
      boolean repeatable,
      Deadline deadline) {
    URI uri = URI.create(base + path);
    return exchanges.send(
        new Exchange(method, uri, headers, body, repeatable, Exchange.DEFAULT_CAP),
        deadline.left());
  }
}
