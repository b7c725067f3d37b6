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
/// @param leaf the id of the newest event that is no news of the conversation's own state, empty
///   where it does not tell; while the agent waits for leave this is its newest action
/// @param userMessage whether it holds a message of a user
/// @param createdAt by the server's clock, null where it does not tell
record ConversationInfo(
    String status,
    String print,
    String leaf,
    boolean userMessage,
    @Nullable Instant createdAt,
    @Nullable Integer maxIterations,
    Usage usage) {

  private static final int MAX_PART = 64;
  private static final String WAITING = "waiting_for_confirmation";

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
        part(node, "leaf_event_id"),
        !node.path("last_user_message_id").stringValue("").isEmpty(),
        instant(node.path("created_at").stringValue("")),
        max > 0 ? max : null,
        Metrics.sum(node.path("stats").path("usage_to_metrics")));
  }

  /// Whether the agent asks leave for an action.
  boolean waitsForLeave() {
    return status.equals(WAITING);
  }

  /// The [#leaf] of the conversation whose [#print] is `seen`, if its agent asked leave for an
  /// action then; otherwise null.
  static @Nullable String waiting(@Nullable String seen) {
    if (seen == null || !seen.startsWith(WAITING + ' ')) {
      return null;
    }
    String rest = seen.substring(WAITING.length() + 1);
    return rest.substring(0, Math.max(0, rest.indexOf(' ')));
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
