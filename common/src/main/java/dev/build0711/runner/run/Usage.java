package dev.build0711.runner.run;

import java.math.BigDecimal;

/// What the agent has used of its language model so far, as the backend counts it.
public record Usage(
    BigDecimal costUsd,
    long promptTokens,
    long completionTokens,
    long cacheReadTokens,
    long cacheWriteTokens,
    long reasoningTokens) {

  public static final Usage NONE = new Usage(BigDecimal.ZERO, 0, 0, 0, 0, 0);
}
