package dev.build0711.runner.simulator.web;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A request that has been read whole.
public final class Request {

  private final String method;
  private final String path;
  private final Map<String, List<String>> query;
  private final Map<String, String> headers;
  private final byte[] body;

  /// @param headers the first value of each header, by its name in lower case
  /// @param body the bytes as they came, which are not copied
  public Request(String method, URI uri, Map<String, String> headers, byte[] body) {
    String decoded = uri.getPath();
    this.method = method;
    this.path = decoded == null ? "/" : decoded;
    this.query = query(uri.getRawQuery());
    this.headers = Map.copyOf(headers);
    this.body = body;
  }

  public String method() {
    return method;
  }

  /// The decoded path.
  public String path() {
    return path;
  }

  /// The body as text in `charset`.
  public String body(Charset charset) {
    return new String(body, charset);
  }

  /// The first value of a query parameter.
  public Optional<String> param(String name) {
    return query.getOrDefault(name, List.of()).stream().findFirst();
  }

  /// All values of a query parameter.
  public List<String> params(String name) {
    return query.getOrDefault(name, List.of());
  }

  /// The first value of a header, whatever the case of its name.
  public @Nullable String header(String name) {
    return headers.get(name.toLowerCase(Locale.ROOT));
  }

  private static Map<String, List<String>> query(@Nullable String raw) {
    Map<String, List<String>> query = new HashMap<>();
    if (raw == null || raw.isEmpty()) {
      return query;
    }
    for (String pair : raw.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      query.computeIfAbsent(decode(name), n -> new ArrayList<>()).add(decode(value));
    }
    return query;
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }
}
