package dev.build0711.runner.openhands.legacy;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What a conversation says of itself. Nothing of it tells how the agent is doing.
///
/// @param life what became of its sandbox
/// @param createdAt by the server's clock, null where it does not tell
/// @param provider the kind of git host, null where there is none
/// @param pullRequests the numbers of those that the agent made with the server's own tools
record ConversationInfo(
    String id,
    Life life,
    @Nullable Instant createdAt,
    @Nullable String repository,
    @Nullable String branch,
    @Nullable String provider,
    List<Integer> pullRequests) {

  /// What became of the sandbox of a conversation.
  enum Life {
    STARTING,
    RUNNING,
    /// It has none: it was closed, or the server was started anew.
    STOPPED,
    /// The server says that it broke.
    BROKEN
  }

  private static final Pattern ID = Pattern.compile("[0-9a-f]{8}[0-9a-f-]{24,28}");
  private static final int MAX_PULL_REQUESTS = 20;

  /// Whether `id` can be one of this server's: hex, with or without dashes.
  static boolean isId(String id) {
    return ID.matcher(id).matches();
  }

  /// Reads a conversation; null where `node` is none of V0. The list holds those of V1 as well.
  static @Nullable ConversationInfo of(JsonNode node) {
    String id = node.path("conversation_id").stringValue("");
    if (!isId(id) || node.path("conversation_version").stringValue("V0").equals("V1")) {
      return null;
    }
    return new ConversationInfo(
        id,
        life(node.path("status").stringValue("")),
        instant(node.path("created_at").stringValue("")),
        text(node, "selected_repository"),
        text(node, "selected_branch"),
        text(node, "git_provider"),
        node.path("pr_number")
            .valueStream()
            .filter(JsonNode::isInt)
            .map(JsonNode::asInt)
            .filter(number -> number > 0)
            .limit(MAX_PULL_REQUESTS)
            .toList());
  }

  /// A word that is not known is no reason to think that the agent is gone.
  private static Life life(String status) {
    return switch (status) {
      case "STARTING" -> Life.STARTING;
      case "STOPPED", "ARCHIVED" -> Life.STOPPED;
      case "ERROR" -> Life.BROKEN;
      default -> Life.RUNNING;
    };
  }

  /// Whether it takes one of the server's places.
  boolean takesPlace() {
    return life == Life.STARTING || life == Life.RUNNING;
  }

  private static @Nullable String text(JsonNode node, String name) {
    String text = node.path(name).stringValue("");
    return text.isEmpty() ? null : text;
  }

  private static @Nullable Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      return null;
    }
  }
}
