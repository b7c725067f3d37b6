package dev.build0711.runner.openhands.agentserver;

import dev.build0711.runner.run.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What a conversation says of itself.
///
/// @param status the server's word, in lower case
/// @param print short text that differs when something may have happened; two that are equal mean
///   that no event of the agent came in between
/// @param userMessage whether it holds a message of a user
/// @param createdAt by the server's clock, null where it does not tell
record ConversationInfo(
    String status,
    String print,
    boolean userMessage,
    @Nullable Instant createdAt,
    @Nullable Integer maxIterations,
    Usage usage) {

  private static final double MAX_COST = 1e9;
  private static final int COST_DIGITS = 8;
  private static final int MAX_PART = 64;

  /// Reads a conversation; null where `node` is none.
  static @Nullable ConversationInfo of(JsonNode node) {
    String status = node.path("execution_status").stringValue("").toLowerCase(Locale.ROOT);
    if (status.isEmpty()) {
      return null;
    }
    String print =
        part(status) + ' ' + part(node, "leaf_event_id") + ' ' + part(node, "updated_at");
    int max = node.path("max_iterations").asInt(0);
    return new ConversationInfo(
        status,
        print,
        !node.path("last_user_message_id").stringValue("").isEmpty(),
        instant(node.path("created_at").stringValue("")),
        max > 0 ? max : null,
        usage(node.path("stats").path("usage_to_metrics")));
  }

  private static @Nullable Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  private static String part(JsonNode node, String name) {
    return part(node.path(name).stringValue(""));
  }

  private static String part(String text) {
    return text.substring(0, Math.min(MAX_PART, text.length()));
  }

  /// The sum over everything that the agent uses language models for.
  private static Usage usage(JsonNode metrics) {
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
