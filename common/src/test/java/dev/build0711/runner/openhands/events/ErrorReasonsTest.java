package dev.build0711.runner.openhands.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.run.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.JsonNodeFactory;

class ErrorReasonsTest {

  @ParameterizedTest
  @CsvSource({
    "MaxIterationsReached, Agent reached maximum iterations limit (3)., ITERATION_LIMIT",
    "MaxBudgetReached, , BUDGET_LIMIT",
    "LLMAuthenticationError, Your LLM API key appears to be invalid or has expired., LLM_AUTHENTICATION",
    "LLMServiceUnavailableError, litellm.InternalServerError: Missing credentials. Please pass, LLM_AUTHENTICATION",
    "LLMRateLimitError, litellm.RateLimitError: You exceeded your current quota, LLM_QUOTA",
    "LLMRateLimitError, litellm.RateLimitError: slow down, LLM_UNAVAILABLE",
    "LLMContextWindowExceedError, , CONTEXT_LIMIT",
    "NoCondensationAvailableException, Unable to compute forgotten events, CONTEXT_LIMIT",
    "LLMServiceUnavailableError, Connection error., LLM_UNAVAILABLE",
    "LLMTimeoutError, , LLM_UNAVAILABLE",
    "BadGatewayError, , LLM_UNAVAILABLE",
    "InternalServerError, , LLM_UNAVAILABLE",
    "APIError, litellm.APIError: APIError: OpenAIException, LLM_UNAVAILABLE",
    "APIError, something of another library, AGENT_ERROR",
    "LLMBadRequestError, , LLM_REFUSED",
    "NotFoundError, , LLM_REFUSED",
    "KeyError, , AGENT_ERROR",
    "ConversationOwnershipLostError, , AGENT_ERROR",
    "'', , AGENT_ERROR"
  })
  void everyCodeHasAReason(String code, String detail, Reason reason) {
    assertThat(ErrorReasons.of(code, detail == null ? "" : detail)).isEqualTo(reason);
  }

  @Test
  void aCodeOfTheWrongTypeIsAnErrorOfTheAgent() {
    assertThat(ErrorReasons.of(JsonNodeFactory.instance.objectNode().put("code", 17)))
        .isEqualTo(Reason.AGENT_ERROR);
    assertThat(ErrorReasons.of(JsonNodeFactory.instance.nullNode())).isEqualTo(Reason.AGENT_ERROR);
  }
}
