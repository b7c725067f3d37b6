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
import tools.jackson.databind.node.StringNode;

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

  private Request(Request whole, String path) {
    this.method = whole.method;
    this.path = path;
    this.query = whole.query;
    this.headers = whole.headers;
    this.body = whole.body;
  }

  /// The same request to a server that lies below `prefix`, with which its path begins.
  public Request below(String prefix) {
    return new Request(this, path.substring(prefix.length()));
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

  /// How many items the caller wants on a page at most: `limit`, and `largest` when there is none.
  ///
  /// @throws Refusal if it is no number from 1 to `largest`
  public int limit(int largest) {
    String text = param("limit").orElse(String.valueOf(largest));
    StringNode input = StringNode.valueOf(text);
    if (!text.matches("-?\\d{1,9}")) {
      throw Refusal.invalid("int_parsing", "query.limit", "Input should be a valid integer", input);
    }
    int limit = Integer.parseInt(text);
    if (limit <= 0) {
      throw Refusal.invalid(
          "greater_than",
          "query.limit",
          "Input should be greater than 0",
          input,
          Refusal.object().put("gt", 0));
    }
    if (limit > largest) {
      throw Refusal.invalid(
          "less_than_equal",
          "query.limit",
          "Input should be less than or equal to " + largest,
          input,
          Refusal.object().put("le", largest));
    }
    return limit;
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
