package dev.build0711.runner.http;

import dev.build0711.runner.port.RunStore.IdempotencyKey;
import dev.build0711.runner.run.RunId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A request as a handler sees it: routed, admitted, read up to its limit.
public final class Call {

  private static final String KEY = "Idempotency-Key";
  private static final int MAX_KEY = 255;

  private final Map<String, String> path;
  private final Query query;
  private final Map<String, List<String>> headers;
  private final byte[] body;
  private final Caller caller;
  private final Mistakes mistakes;
  private final String baseUrl;

  Call(
      Map<String, String> path,
      Query query,
      Map<String, List<String>> headers,
      byte[] body,
      Caller caller,
      Mistakes mistakes,
      String baseUrl) {
    this.path = path;
    this.query = query;
    this.headers = headers;
    this.body = body;
    this.caller = caller;
    this.mistakes = mistakes;
    this.baseUrl = baseUrl;
  }

  /// The value of a parameter of the path; empty where the route has no such one.
  public String path(String name) {
    return path.getOrDefault(name, "");
  }

  public Query query() {
    return query;
  }

  /// The bytes as they came, which nobody may change; empty where the route takes none.
  public byte[] body() {
    return body;
  }

  public Caller caller() {
    return caller;
  }

  /// The mistakes found so far. Whoever reads on adds to them, then checks them.
  public Mistakes mistakes() {
    return mistakes;
  }

  /// What addresses in the answer begin with, without a slash at its end; empty for relative ones.
  public String baseUrl() {
    return baseUrl;
  }

  /// The body as a JSON object whose members are still to be read.
  ///
  /// @throws ProblemException `malformed_json` if it is no JSON in UTF-8
  public JsonFields json() {
    return new JsonFields(JsonObject.read(Utf8.decode(body), mistakes), mistakes);
  }

  /// The values of a header, in order; empty where it is missing.
  public List<String> headers(String name) {
    return headers.getOrDefault(name, List.of());
  }

  /// The first value of a header.
  public Optional<String> header(String name) {
    return headers(name).stream().findFirst();
  }

  /// The caller's name for this request with the bytes that came, null where it has none. A wrong
  /// one is noted as a mistake.
  public @Nullable IdempotencyKey idempotencyKey() {
    List<String> given = headers(KEY);
    if (given.isEmpty()) {
      return null;
    }
    String key = given.getFirst();
    if (given.size() > 1
        || key.isEmpty()
        || key.length() > MAX_KEY
        || !key.chars().allMatch(Ascii::isVisible)) {
      mistakes.header(KEY, "must be one value of 1 to 255 visible ASCII characters");
    }
    return new IdempotencyKey(key, Sha256.hex(body));
  }

  /// The run that the path names.
  ///
  /// @throws ProblemException `run_not_found` if that can be no run's id
  public RunId runId() {
    try {
      return RunId.parse(path("run_id"));
    } catch (IllegalArgumentException e) {
      throw runNotFound();
    }
  }

  /// There is no such run, or none that the caller may know of.
  public static ProblemException runNotFound() {
    return new ProblemException(ProblemType.RUN_NOT_FOUND, "There is no run with this run_id.");
  }
}
