package dev.build0711.runner.run;

import org.jspecify.annotations.Nullable;

/// What the caller wants of the agent itself; null leaves it to the configuration or the backend.
public record AgentOptions(
    @Nullable Integer maxIterations, @Nullable String model, @Nullable String agentProfile) {

  public static final AgentOptions NONE = new AgentOptions(null, null, null);
}
