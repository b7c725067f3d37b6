package dev.build0711.runner.simulator.legacy;

import dev.build0711.runner.simulator.scenario.Failure;

/// How V0 tells of a failure.
///
/// @param text what stands beside the state
record Reason(AgentState state, String text) {

  /// @param iterations how many the agent has taken in all, where that is the failure
  static Reason of(Failure failure, int iterations) {
    return switch (failure.code()) {
      case "LLMRateLimitError" -> new Reason(AgentState.RATE_LIMITED, "");
      case "LLMAuthenticationError" -> error("STATUS$ERROR_LLM_AUTHENTICATION");
      case "LLMServiceUnavailableError" -> error("STATUS$ERROR_LLM_INTERNAL_SERVER_ERROR");
      case "BadGatewayError", "APIError" -> error("STATUS$ERROR_LLM_SERVICE_UNAVAILABLE");
      case "MaxIterationsReached" -> error(exhausted(iterations));
      default ->
          error(
              failure.code().contains("$")
                  ? failure.code()
                  : failure.code() + ": " + failure.detail());
    };
  }

  private static Reason error(String text) {
    return new Reason(AgentState.ERROR, text);
  }

  private static String exhausted(int iterations) {
    return "RuntimeError: Agent reached maximum iteration. Current iteration: "
        + iterations
        + ", max iteration: "
        + iterations;
  }
}
