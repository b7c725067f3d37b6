package dev.build0711.runner.openhands.events;

import dev.build0711.runner.run.Reason;
import tools.jackson.databind.JsonNode;

/// Which reason a ConversationErrorEvent gives. The server's own classification calls some causes
/// passing that are not, so the code counts, and for three causes the detail.
final class ErrorReasons {

  private ErrorReasons() {}

  static Reason of(JsonNode event) {
    return of(event.path("code").stringValue(""), event.path("detail").stringValue(""));
  }

  static Reason of(String code, String detail) {
    if (detail.contains("Missing credentials")) {
      return Reason.LLM_AUTHENTICATION;
    }
    if (detail.contains("exceeded your current quota")) {
      return Reason.LLM_QUOTA;
    }
    return switch (code) {
      case "MaxIterationsReached" -> Reason.ITERATION_LIMIT;
      case "MaxBudgetReached" -> Reason.BUDGET_LIMIT;
      case "LLMAuthenticationError", "AuthenticationError", "PermissionDeniedError" ->
          Reason.LLM_AUTHENTICATION;
      case "LLMContextWindowExceedError",
          "ContextWindowExceededError",
          "NoCondensationAvailableException" ->
          Reason.CONTEXT_LIMIT;
      case "LLMRateLimitError",
          "LLMServiceUnavailableError",
          "LLMTimeoutError",
          "BadGatewayError",
          "InternalServerError",
          "RateLimitError",
          "ServiceUnavailableError" ->
          Reason.LLM_UNAVAILABLE;
      case "LLMBadRequestError", "BadRequestError", "NotFoundError" -> Reason.LLM_REFUSED;
      case "APIError" ->
          detail.startsWith("litellm.APIError") ? Reason.LLM_UNAVAILABLE : Reason.AGENT_ERROR;
      default -> Reason.AGENT_ERROR;
    };
  }
}
