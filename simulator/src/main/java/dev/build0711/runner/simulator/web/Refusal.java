package dev.build0711.runner.simulator.web;

import java.util.UUID;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// A request that is not served, with the answer that says so as FastAPI words it, which all
/// OpenHands servers are made with.
public final class Refusal extends RuntimeException {

  private static final Pattern UUID_FORM =
      Pattern.compile("[0-9a-fA-F]{8}(-?)[0-9a-fA-F]{4}(\\1[0-9a-fA-F]{4}){2}\\1[0-9a-fA-F]{12}");

  private final transient Reply.Answer answer;

  private Refusal(Reply.Answer answer) {
    super("answered " + answer.status());
    this.answer = answer;
  }

  /// What the caller is answered.
  public Reply.Answer answer() {
    return answer;
  }

  /// A refusal in a few words.
  public static Refusal of(int status, String detail) {
    return new Refusal(Reply.json(status, object().put("detail", detail)));
  }

  /// What any path is answered that there is not.
  public static Refusal notFound() {
    return of(404, "Not Found");
  }

  /// Any other answer that says no.
  public static Refusal with(Reply.Answer answer) {
    return new Refusal(answer);
  }

  /// The 500 of an app server for whatever it does not expect.
  public static Refusal unexpected() {
    return with(Reply.of(500, "text/plain; charset=utf-8", "Internal Server Error"));
  }

  /// A 500 of the agent-server for what the real server does not expect either.
  public static Refusal internal(String exception, UUID errorId) {
    ObjectNode body = object().put("detail", "Internal Server Error").put("exception", exception);
    body.put("error_id", errorId.toString().replace("-", ""));
    return new Refusal(Reply.json(500, body));
  }

  /// A 422 about the value at `where`, such as `body.max_iterations`.
  public static Refusal invalid(String type, String where, String message, JsonNode input) {
    return invalid(type, where, message, input, object());
  }

  /// The same with what the value was measured by, such as `{"le": 100}`.
  public static Refusal invalid(
      String type, String where, String message, JsonNode input, ObjectNode context) {
    ObjectNode problem = object().put("type", type);
    for (String part : where.split("\\.", -1)) {
      if (part.matches("\\d+")) {
        problem.withArray("loc").add(Integer.parseInt(part));
      } else {
        problem.withArray("loc").add(part);
      }
    }
    problem.put("msg", message).set("input", input);
    if (!context.isEmpty()) {
      problem.set("ctx", context);
    }
    ObjectNode body = object();
    body.putArray("detail").add(problem);
    return new Refusal(Reply.json(422, body));
  }

  /// A 422 about a value that is not there.
  public static Refusal missing(String where) {
    return invalid(
        "missing",
        where,
        "Field required",
        where.startsWith("query") ? NullNode.getInstance() : object());
  }

  /// The UUID at `where`, with or without hyphens.
  public static UUID uuid(String text, String where) {
    if (!UUID_FORM.matcher(text).matches()) {
      throw invalid(
          "uuid_parsing",
          where,
          "Input should be a valid UUID",
          StringNode.valueOf(text),
          object().put("error", "invalid characters"));
    }
    String hex = text.replace("-", "");
    return new UUID(
        Long.parseUnsignedLong(hex.substring(0, 16), 16),
        Long.parseUnsignedLong(hex.substring(16), 16));
  }

  /// An empty object.
  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
