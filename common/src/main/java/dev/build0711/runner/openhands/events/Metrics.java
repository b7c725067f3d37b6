package dev.build0711.runner.openhands.events;

import dev.build0711.runner.run.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import tools.jackson.databind.JsonNode;

/// Reads what OpenHands counts of the use of language models.
public final class Metrics {

  private static final double MAX_COST = 1e9;
  private static final int COST_DIGITS = 8;

  private Metrics() {}

  /// The sum over everything that an agent uses language models for. What is missing or makes no
  /// sense counts as nothing.
  public static Usage sum(Iterable<JsonNode> metrics) {
    double cost = 0;
    long[] tokens = new long[5];
    for (JsonNode one : metrics) {
      cost += number(one.path("accumulated_cost"), MAX_COST);
      JsonNode used = one.path("accumulated_token_usage");
      tokens[0] += count(used.path("prompt_tokens"));
      tokens[1] += count(used.path("completion_tokens"));
      tokens[2] += count(used.path("cache_read_tokens"));
      tokens[3] += count(used.path("cache_write_tokens"));
      tokens[4] += count(used.path("reasoning_tokens"));
    }
    return new Usage(money(cost), tokens[0], tokens[1], tokens[2], tokens[3], tokens[4]);
  }

  private static BigDecimal money(double amount) {
    return BigDecimal.valueOf(amount)
        .setScale(COST_DIGITS, RoundingMode.HALF_EVEN)
        .stripTrailingZeros();
  }

  private static long count(JsonNode node) {
    return (long) number(node, 1e15);
  }

  /// A number from 0 to `max`; anything else is 0.
  private static double number(JsonNode node, double max) {
    double value = node.isNumber() ? node.asDouble(0) : 0;
    return value > 0 && value <= max ? value : 0;
  }
}
