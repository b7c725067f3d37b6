package dev.build0711.runner.githost;

import dev.build0711.runner.port.UnreadableDelivery;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/// A part of a git host's JSON. Whatever is missing or of another kind than asked for is null.
public final class Payload {

  /// Names, addresses and hashes are shorter; what is longer is cut.
  private static final int MAX_WORD = 2_000;

  private static final int MAX_OBJECTS = 100;

  /// No store need know others.
  private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");

  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

  /// GitLab's other way to write times: `2026-03-02 12:30:00 UTC`, before 12.0 with `+0000`.
  private static final DateTimeFormatter SPACED =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss [z][xx]", Locale.ROOT);

  private static final Pattern HASH = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");
  private static final Pattern ZEROS = Pattern.compile("0+");

  private static final ObjectReader JSON = JsonMapper.shared().readerFor(JsonNode.class);

  private final JsonNode node;

  private Payload(JsonNode node) {
    this.node = node;
  }

  /// Reads a body, in UTF-8 or the other encodings of RFC 4627.
  ///
  /// @throws UnreadableDelivery if it is no JSON object, or nested deeper than 500
  public static Payload of(byte[] body) {
    try {
      JsonNode node = JSON.readValue(body);
      if (node != null && node.isObject()) {
        return new Payload(node);
      }
    } catch (JacksonException e) {
      throw new UnreadableDelivery(e);
    }
    throw new UnreadableDelivery(null);
  }

  /// The objects of an array, at most [#MAX_OBJECTS], or the one object that there is.
  public static List<Payload> objects(JsonNode json) {
    return (json.isArray() ? json.values().stream() : Stream.of(json))
        .filter(JsonNode::isObject)
        .limit(MAX_OBJECTS)
        .map(Payload::new)
        .toList();
  }

  public Payload at(String... path) {
    JsonNode found = node;
    for (String name : path) {
      found = found.path(name);
    }
    return new Payload(found);
  }

  /// Whether there is an object here.
  public boolean present() {
    return node.isObject();
  }

  /// The objects of an array, at most `limit`.
  public List<Payload> objects(String name, int limit) {
    return node.path(name).values().stream()
        .filter(JsonNode::isObject)
        .limit(limit)
        .map(Payload::new)
        .toList();
  }

  /// A name, an address, a hash: cut at 2,000 characters, with U+FFFD for what databases and
  /// encoders choke on.
  public @Nullable String word(String name) {
    String value = node.path(name).stringValue(null);
    return value == null ? null : clean(value.substring(0, Math.min(MAX_WORD, value.length())));
  }

  /// What people wrote, whole; empty where there is nothing.
  public String text(String name) {
    return node.path(name).stringValue("");
  }

  /// A commit's hash; hosts write zeros for "nothing".
  public @Nullable String commit(String name) {
    String value = node.path(name).stringValue("");
    return HASH.matcher(value).matches() && !ZEROS.matcher(value).matches() ? value : null;
  }

  public @Nullable Long number(String name) {
    JsonNode value = node.path(name);
    return value.isIntegralNumber() && value.canConvertToLong() ? value.longValue() : null;
  }

  public boolean flag(String name) {
    return node.path(name).booleanValue(false);
  }

  public boolean has(String name) {
    return !node.path(name).isMissingNode();
  }

  /// A time of the years 1 to 9999, in ISO 8601, in GitLab's own way or in seconds since 1970.
  public @Nullable Instant time(String name) {
    Long seconds = number(name);
    String text = word(name);
    try {
      Instant time =
          seconds != null ? Instant.ofEpochSecond(seconds) : text == null ? null : parsed(text);
      return time == null || time.isBefore(FIRST) || time.isAfter(LAST) ? null : time;
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static Instant parsed(String text) {
    return text.indexOf(' ') < 0
        ? OffsetDateTime.parse(text).toInstant()
        : Instant.from(SPACED.parse(text));
  }

  /// The host of an `http` or `https` address, with its port where that is not the scheme's own.
  public @Nullable String host(String name) {
    String address = word(name);
    return address == null ? null : hostOf(address);
  }

  /// The host of `address`; see [#host].
  public static @Nullable String hostOf(String address) {
    try {
      URI uri = new URI(address);
      boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
      if (!web || uri.getHost() == null) {
        return null;
      }
      int own = "https".equals(uri.getScheme()) ? 443 : 80;
      boolean plain = uri.getPort() == -1 || uri.getPort() == own;
      return uri.getHost().toLowerCase(Locale.ROOT) + (plain ? "" : ":" + uri.getPort());
    } catch (URISyntaxException e) {
      return null;
    }
  }

  private static String clean(String text) {
    StringBuilder cleaned = new StringBuilder(text.length());
    text.codePoints()
        .map(c ->
            c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) ? '\uFFFD' : c)
        .forEach(cleaned::appendCodePoint);
    return cleaned.toString();
  }
}
