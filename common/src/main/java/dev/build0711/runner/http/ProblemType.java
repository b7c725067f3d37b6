package dev.build0711.runner.http;

import java.util.Locale;
import java.util.Optional;

/// Every kind of failure a caller can meet. [#toString] is the `code` of a problem.
public enum ProblemType {
  MALFORMED_REQUEST(
      400,
      "The request is malformed",
      false,
      "Mend the request; sent again as it is it fails again."),
  MALFORMED_JSON(400, "The body is not JSON", false, "Send one JSON text in UTF-8 (RFC 8259)."),
  UNAUTHORIZED(
      401,
      "No valid token",
      false,
      "Send the header Authorization: Bearer <token> with a token of this server."),
  NOT_AUTHENTIC(
      401,
      "The delivery is not authentic",
      false,
      "Give the webhook the same secret where it is sent from as in this server's configuration."),
  INSUFFICIENT_SCOPE(
      403,
      "The token may not do this",
      false,
      "Use a token that has the scope named in the detail."),
  PROJECT_NOT_ALLOWED(
      403,
      "The token may not use this project",
      false,
      "Use a token of that project, or another project_id."),
  NOT_FOUND(
      404,
      "There is nothing here",
      false,
      "Check the path against the documentation. Each function serves only its own paths."),
  RUN_NOT_FOUND(
      404,
      "No such run",
      false,
      "Check the run_id. A run of a project that the token may not see counts as absent."),
  ARTIFACT_NOT_FOUND(
      404,
      "No such artifact",
      false,
      "List the run's artifacts for their names. They are fetched when its agent has ended."),
  METHOD_NOT_ALLOWED(
      405, "The method is not allowed here", false, "Use one of the methods in the header Allow."),
  NOT_ACCEPTABLE(406, "The answer would not be accepted", false, "Accept application/json."),
  RUN_NOT_STARTED(
      409,
      "The run has not started",
      true,
      "Wait until the run is RUNNING or AWAITING_INPUT, then send the message again."),
  RUN_IS_CANCELLING(
      409,
      "The run is being cancelled",
      false,
      "Nothing reaches its agent any more; start a new run."),
  RUN_IS_TERMINAL(
      409, "The run has ended", false, "Nothing reaches its agent any more; start a new run."),
  NOTHING_TO_CONFIRM(
      409,
      "No action waits for leave",
      false,
      "Send accept only while status_reason is confirmation_wanted, and once for each action."),
  TOO_MANY_MESSAGES(
      409,
      "The run has had too many messages",
      false,
      "Start a new run; a run takes 1,000 messages."),
  CONTENT_TOO_LARGE(413, "The body is too large", false, "Send less; the detail names the limit."),
  UNSUPPORTED_MEDIA_TYPE(
      415,
      "The body is of the wrong type",
      false,
      "Send the body with Content-Type: application/json, in UTF-8 and not compressed."),
  INVALID_REQUEST(422, "The request breaks a rule", false, "Mend every place that errors names."),
  IDEMPOTENCY_KEY_REUSED(
      422,
      "The Idempotency-Key was used for another request",
      false,
      "Repeat a request with exactly the same body, or choose a new key for a new request."),
  MESSAGES_WAITING(
      429,
      "Too many messages wait for the agent",
      true,
      "Send the message again after the time in Retry-After, when the agent has got some of them."),
  INTERNAL_ERROR(
      500,
      "Something went wrong here",
      true,
      "Try again a little later, with the same Idempotency-Key. If it stays, give the operator the instance; the log has the same id."),
  STORAGE_UNAVAILABLE(
      503,
      "The database cannot be used now",
      true,
      "Try again after the time in Retry-After, with the same Idempotency-Key.");

  private final int status;
  private final String title;
  private final boolean retryable;
  private final String advice;

  ProblemType(int status, String title, boolean retryable, String advice) {
    this.status = status;
    this.title = title;
    this.retryable = retryable;
    this.advice = advice;
  }

  /// The type whose page is `/problems/<slug>`.
  static Optional<ProblemType> of(String slug) {
    for (ProblemType type : values()) {
      if (type.slug().equals(slug)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  public int status() {
    return status;
  }

  public String title() {
    return title;
  }

  /// Whether the same request may succeed later.
  public boolean retryable() {
    return retryable;
  }

  /// What a caller can do about it.
  public String advice() {
    return advice;
  }

  /// The last part of the type's address.
  public String slug() {
    return toString().replace('_', '-');
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
