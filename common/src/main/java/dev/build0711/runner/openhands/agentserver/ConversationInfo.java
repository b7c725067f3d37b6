package dev.build0711.runner.openhands.agentserver;

import dev.build0711.runner.openhands.events.Metrics;
import dev.build0711.runner.run.Usage;
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
        Metrics.sum(node.path("stats").path("usage_to_metrics")));
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
}
