package dev.build0711.runner.openhands.legacy;

import dev.build0711.runner.run.Reason;

/// Which reason the text beside the state `error` gives: an identifier, or the words of an
/// exception.
final class ErrorReasons {

  private ErrorReasons() {}

  static Reason of(String text) {
    return switch (text) {
      case "STATUS$ERROR_LLM_AUTHENTICATION" -> Reason.LLM_AUTHENTICATION;
      case "STATUS$ERROR_LLM_SERVICE_UNAVAILABLE",
          "STATUS$ERROR_LLM_INTERNAL_SERVER_ERROR",
          "STATUS$LLM_RETRY",
          "CHAT_INTERFACE$AGENT_RATE_LIMITED_STOPPED_MESSAGE" ->
          Reason.LLM_UNAVAILABLE;
      case "STATUS$ERROR_LLM_OUT_OF_CREDITS" -> Reason.LLM_QUOTA;
      case "STATUS$ERROR_LLM_CONTENT_POLICY_VIOLATION" -> Reason.LLM_REFUSED;
      case "STATUS$GIT_PROVIDER_AUTHENTICATION_ERROR" -> Reason.CLONE_FAILED;
      case "STATUS$ERROR_RUNTIME_DISCONNECTED", "STATUS$ERROR_MEMORY" -> Reason.SANDBOX_FAILED;
      default -> ofWords(text);
    };
  }

  private static Reason ofWords(String text) {
    if (text.contains("AgentStuckInLoopError")) {
      return Reason.AGENT_STUCK;
    }
    if (text.contains("maximum iteration")) {
      return Reason.ITERATION_LIMIT;
    }
    if (text.contains("maximum budget")) {
      return Reason.BUDGET_LIMIT;
    }
    return text.contains("ContextWindowExceed") ? Reason.CONTEXT_LIMIT : Reason.AGENT_ERROR;
  }
}
