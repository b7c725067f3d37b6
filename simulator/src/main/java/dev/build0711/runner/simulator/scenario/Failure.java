package dev.build0711.runner.simulator.scenario;

/// Why a run ended in an error, in the words of OpenHands' error events.
///
/// @param code the name of the error, such as `LLMAuthenticationError`
/// @param kind the class it is put in: `auth`, `config`, `rate_limit`, `transient`, `agent_action`,
///   `internal`
/// @param userAction what the user is told to do: `none`, `retry`, `settings`
public record Failure(
    String code, String detail, String kind, boolean retryable, String userAction) {

  /// The failure that the real server reports under this code; an unknown code is an internal
  /// error.
  public static Failure of(String code) {
    return switch (code) {
      case "LLMAuthenticationError" ->
          settings(code, "Your LLM API key appears to be invalid or has expired.", "auth");
      case "LLMBadRequestError" ->
          settings(code, "litellm.BadRequestError: OpenAIException - Invalid value.", "config");
      case "NotFoundError" ->
          settings(
              code, "litellm.NotFoundError: OpenAIException - The model does not exist.", "config");
      case "LLMRateLimitError" ->
          retry(
              code,
              "litellm.RateLimitError: RateLimitError: OpenAIException - Rate limit reached.",
              "rate_limit");
      case "LLMContextWindowExceedError" ->
          retry(
              code,
              "litellm.ContextWindowExceededError: maximum context length is 8192 tokens.",
              "agent_action");
      case "LLMServiceUnavailableError" ->
          retry(
              code,
              "litellm.InternalServerError: InternalServerError: OpenAIException - Connection"
                  + " error.",
              "transient");
      case "LLMTimeoutError" ->
          retry(code, "litellm.Timeout: LLM hard timeout after 1 seconds", "transient");
      case "APIError" ->
          retry(code, "litellm.APIError: APIError: OpenAIException - Not allowed.", "transient");
      default ->
          new Failure(code, "The scenario ended with " + code + ".", "internal", false, "none");
    };
  }

  /// The failure of a run that has used up its iterations.
  static Failure iterations(int limit) {
    return new Failure(
        "MaxIterationsReached",
        "Agent reached maximum iterations limit (" + limit + ").",
        "agent_action",
        false,
        "none");
  }

  private static Failure settings(String code, String detail, String kind) {
    return new Failure(code, detail, kind, false, "settings");
  }

  private static Failure retry(String code, String detail, String kind) {
    return new Failure(code, detail, kind, true, "retry");
  }
}
