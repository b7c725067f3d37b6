package dev.build0711.runner.simulator.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.AgentStatus.Failed;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Reason;
import java.util.List;
import java.util.stream.Stream;

/// The words by which servers tell why an agent failed: codes of an event, or a text beside the
/// state.
final class ErrorRows {

  private static final String OTHER_WORDS = "it tells failures in words of its own";
  private static final String NO_ORDERS = "no model can be told to fail so";

  private ErrorRows() {}

  static final List<Row> ROWS =
      Stream.concat(
              Stream.of(
                  code("MaxIterationsReached", Reason.ITERATION_LIMIT),
                  code("MaxBudgetReached", Reason.BUDGET_LIMIT),
                  code("LLMAuthenticationError", Reason.LLM_AUTHENTICATION),
                  code("AuthenticationError", Reason.LLM_AUTHENTICATION),
                  code("PermissionDeniedError", Reason.LLM_AUTHENTICATION),
                  code("LLMContextWindowExceedError", Reason.CONTEXT_LIMIT),
                  code("ContextWindowExceededError", Reason.CONTEXT_LIMIT),
                  code("LLMRateLimitError", Reason.LLM_UNAVAILABLE),
                  code("RateLimitError", Reason.LLM_UNAVAILABLE),
                  code("LLMServiceUnavailableError", Reason.LLM_UNAVAILABLE),
                  code("ServiceUnavailableError", Reason.LLM_UNAVAILABLE),
                  code("InternalServerError", Reason.LLM_UNAVAILABLE),
                  code("BadGatewayError", Reason.LLM_UNAVAILABLE),
                  code("LLMTimeoutError", Reason.LLM_UNAVAILABLE),
                  code("APIError", Reason.LLM_UNAVAILABLE),
                  code("LLMBadRequestError", Reason.LLM_REFUSED),
                  code("BadRequestError", Reason.LLM_REFUSED),
                  code("NotFoundError", Reason.LLM_REFUSED),
                  code("ConversationOwnershipLostError", Reason.AGENT_ERROR),
                  code("KeyError", Reason.AGENT_ERROR),
                  code("ACPInitError", Reason.AGENT_ERROR)),
              Stream.of(
                  reason("STATUS$ERROR_LLM_AUTHENTICATION", Reason.LLM_AUTHENTICATION),
                  reason("STATUS$ERROR_LLM_SERVICE_UNAVAILABLE", Reason.LLM_UNAVAILABLE),
                  reason("STATUS$ERROR_LLM_INTERNAL_SERVER_ERROR", Reason.LLM_UNAVAILABLE),
                  reason("STATUS$LLM_RETRY", Reason.LLM_UNAVAILABLE),
                  reason(
                      "CHAT_INTERFACE$AGENT_RATE_LIMITED_STOPPED_MESSAGE", Reason.LLM_UNAVAILABLE),
                  reason("STATUS$ERROR_LLM_OUT_OF_CREDITS", Reason.LLM_QUOTA),
                  reason("STATUS$ERROR_LLM_CONTENT_POLICY_VIOLATION", Reason.LLM_REFUSED),
                  reason("STATUS$GIT_PROVIDER_AUTHENTICATION_ERROR", Reason.CLONE_FAILED),
                  reason("STATUS$ERROR_RUNTIME_DISCONNECTED", Reason.SANDBOX_FAILED),
                  reason("STATUS$ERROR_MEMORY", Reason.SANDBOX_FAILED),
                  reason("STATUS$ERROR", Reason.AGENT_ERROR),
                  reason("STATUS$ERROR_OF_TOMORROW", Reason.AGENT_ERROR),
                  reason("LLMContextWindowExceedError", Reason.CONTEXT_LIMIT),
                  reason("KeyError", Reason.AGENT_ERROR)))
          .toList();

  private static Row code(String code, Reason reason) {
    return fails("c.9 error code %s: the agent has failed with %s", code, reason)
        .cannot(Dialect.APP_V0, OTHER_WORDS)
        .cannotBefore(Dialect.APP_V1, "1.0", "it tells no reason of a failure");
  }

  private static Row reason(String text, Reason reason) {
    return fails("a.4 error %s: the agent has failed with %s", text, reason)
        .only(Dialect.APP_V0, OTHER_WORDS);
  }

  private static Row fails(String name, String code, Reason reason) {
    return Row.of(
            name.formatted(code, reason),
            play -> {
              AgentStatus status = play.start("error code=" + code).untilRest().status();
              assertThat(status).isEqualTo(new Failed(reason));
            })
        .onlySimulated(NO_ORDERS);
  }
}
