package dev.build0711.runner.http;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// An answer, complete before its first byte is sent.
public final class Reply {

  private static final byte[] NOTHING = {};

  private final int status;
  private final Map<String, String> headers;
  private final @Nullable String contentType;
  private final byte[] body;

  private Reply(
      int status, Map<String, String> headers, @Nullable String contentType, byte[] body) {
    this.status = status;
    this.headers = headers;
    this.contentType = contentType;
    this.body = body;
  }

  /// A JSON answer that nobody keeps.
  public static Reply json(int status, JsonBody body) {
    return new Reply(
        status, Map.of("Cache-Control", "no-store"), "application/json", JsonWriter.bytes(body));
  }

  /// A file to be stored, never shown in place: whoever made it, it runs nothing at our address.
  /// 304 without a body where the caller has it already; only otherwise its bytes are read.
  ///
  /// @param name safe in a header as it is
  /// @param sha256 of the bytes, in lower-case hex
  public static Reply file(
      Call call, String name, String mediaType, String sha256, Supplier<byte[]> bytes) {
    String tag = '"' + sha256 + '"';
    Map<String, String> kept = Map.of("ETag", tag, "Cache-Control", "private, no-cache");
    if (ETag.matches(call.headers("If-None-Match"), tag)) {
      return new Reply(304, kept, null, NOTHING);
    }
    return new Reply(200, kept, mediaType, bytes.get())
        .with("Content-Disposition", "attachment; filename=\"" + name + '"');
  }

  /// A text for people.
  static Reply text(int status, String text) {
    return new Reply(
        status,
        Map.of("Cache-Control", "public, max-age=3600"),
        "text/plain; charset=utf-8",
        text.getBytes(StandardCharsets.UTF_8));
  }

  static Reply empty(int status) {
    return new Reply(status, Map.of(), null, NOTHING);
  }

  static Reply problem(Problem problem, Map<String, String> headers) {
    var all = new LinkedHashMap<>(headers);
    all.put("Cache-Control", "no-store");
    return new Reply(
        problem.type().status(), all, "application/problem+json", JsonWriter.bytes(problem));
  }

  /// The same with one header more, or another value of it.
  public Reply with(String header, String value) {
    var all = new LinkedHashMap<>(headers);
    all.put(header, value);
    return new Reply(status, all, contentType, body);
  }

  /// The same with a strong validator made of its bytes; 304 without a body where the caller has
  /// those already.
  public Reply unlessKnown(Call call) {
    String tag = ETag.of(body);
    Reply tagged = with("ETag", tag).with("Cache-Control", "private, no-cache");
    return ETag.matches(call.headers("If-None-Match"), tag)
        ? new Reply(304, tagged.headers, null, NOTHING)
        : tagged;
  }

  public int status() {
    return status;
  }

  Map<String, String> headers() {
    return headers;
  }

  /// Null where there is no body.
  @Nullable String contentType() {
    return contentType;
  }

  /// The bytes, which nobody may change.
  byte[] body() {
    return body;
  }
}
