package dev.build0711.runner.simulator.scenario;

/// Why a run ended in an error, in the words of OpenHands' error events.
///
/// @param code the name of the error, such as `LLMAuthenticationError`
/// @param kind the class it is put in: `auth`, `config`, `rate_limit`, `transient`, `agent_action`,
///   `internal`
/// @param userAction what the user is told to do: `none`, `retry`, `settings`
public record Failure(
    String code, String detail, String kind, boolean retryable, String userAction) {

  private static final String OPENAI = "OpenAIException - ";
  private static final String INTERNAL =
      "litellm.InternalServerError: InternalServerError: " + OPENAI;
  private static final String RATE = "litellm.RateLimitError: RateLimitError: " + OPENAI;

  /// The failure that the real server reports under this code; an unknown code is an internal
  /// error.
  public static Failure of(String code) {
    return switch (code) {
      case "LLMAuthenticationError" -> after("401");
      case "LLMBadRequestError" -> after("400");
      case "NotFoundError" -> after("404");
      case "LLMRateLimitError" -> after("429");
      case "LLMContextWindowExceedError" -> after("context");
      case "LLMServiceUnavailableError" -> after("500");
      case "BadGatewayError" -> after("502");
      case "LLMTimeoutError" -> after("timeout");
      case "APIError" -> after("403");
      default ->
          new Failure(code, "The scenario ended with " + code + ".", "internal", false, "none");
    };
  }

  /// The failure that the real server reports after the model's API did this: a status, or one of
  /// `quota`, `context`, `hangup`, `garbage`, `timeout`, `no-key`. Some are classified in a
  /// misleading way, as the real server does it.
  public static Failure after(String api) {
    return switch (api) {
      case "400" ->
          settings(
              "LLMBadRequestError",
              "litellm.BadRequestError: " + OPENAI + "Invalid value.",
              "config");
      case "401" ->
          settings(
              "LLMAuthenticationError",
              "Your LLM API key appears to be invalid or has expired.",
              "auth");
      case "403" ->
          retry("APIError", "litellm.APIError: APIError: " + OPENAI + "Not allowed.", "transient");
      case "404" ->
          settings(
              "NotFoundError",
              "litellm.NotFoundError: " + OPENAI + "The model does not exist.",
              "config");
      case "429" -> retry("LLMRateLimitError", RATE + "Rate limit reached.", "rate_limit");
      case "quota" ->
          retry(
              "LLMRateLimitError",
              RATE + "You exceeded your current quota, please check your plan and billing details.",
              "rate_limit");
      case "context" ->
          retry(
              "LLMContextWindowExceedError",
              "litellm.ContextWindowExceededError: maximum context length is 8192 tokens.",
              "agent_action");
      case "502" ->
          retry(
              "BadGatewayError",
              "litellm.BadGatewayError: BadGatewayError: " + OPENAI + "Bad gateway.",
              "transient");
      case "503" ->
          retry(
              "LLMServiceUnavailableError",
              "litellm.ServiceUnavailableError: ServiceUnavailableError: " + OPENAI + "Overloaded.",
              "transient");
      case "garbage" ->
          retry(
              "LLMServiceUnavailableError",
              INTERNAL + "Empty or invalid response from LLM endpoint.",
              "transient");
      case "timeout" ->
          retry(
              "LLMTimeoutError", "litellm.Timeout: LLM hard timeout after 1 seconds", "transient");
      case "no-key" ->
          retry(
              "LLMServiceUnavailableError",
              INTERNAL
                  + "Missing credentials. Please pass an `api_key`, `workload_identity`, or set the OPENAI_API_KEY environment variable.",
              "transient");
      default -> retry("LLMServiceUnavailableError", INTERNAL + "Connection error.", "transient");
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
