package dev.build0711.runner.run;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/// What the caller wants of the agent itself; null leaves it to the configuration or the backend.
///
/// @param maxIterations how many steps the agent may take for its prompt, and as many again for
///   every message
/// @param maxCostUsd how much the agent may spend on its language model, in US dollars
public record AgentOptions(
    @Nullable Integer maxIterations,
    @Nullable BigDecimal maxCostUsd,
    @Nullable String model,
    @Nullable String agentProfile) {

  public static final AgentOptions NONE = new AgentOptions(null, null, null, null);
}
