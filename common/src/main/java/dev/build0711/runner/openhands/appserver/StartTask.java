package dev.build0711.runner.openhands.appserver;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What an app server does to start a conversation.
///
/// @param status the server's word, such as `WAITING_FOR_SANDBOX`
/// @param conversation the id of what it started, null until it is ready
/// @param sandbox null until there is one
/// @param wanted the id that the client chose for the conversation, in lower-case hex without
///   dashes; empty where it chose none
/// @param text the first message
/// @param createdAt null where it does not tell
record StartTask(
    String id,
    String status,
    @Nullable String conversation,
    @Nullable String sandbox,
    String wanted,
    String text,
    @Nullable Instant createdAt) {

  private static final int MAX_WORD = 60;

  /// Reads a task; null where `node` is none.
  static @Nullable StartTask of(JsonNode node) {
    String id = node.path("id").stringValue("");
    String status = node.path("status").stringValue("");
    if (!Ids.valid(id) || status.isEmpty() || status.length() > MAX_WORD) {
      return null;
    }
    JsonNode request = node.path("request");
    return new StartTask(
        id,
        status.toUpperCase(Locale.ROOT),
        conversation(node.path("app_conversation_id").stringValue("")),
        Ids.orNull(node.path("sandbox_id").stringValue("")),
        Ids.plain(request.path("conversation_id").stringValue("")),
        request
            .path("initial_message")
            .path("content")
            .valueStream()
            .map(part -> part.path("text").stringValue(""))
            .collect(Collectors.joining("\n")),
        instant(node.path("created_at").stringValue("")));
  }

  /// Ids of conversations are UUIDs.
  private static @Nullable String conversation(String id) {
    return Inside.uuid(id) == null ? null : id;
  }

  /// The same moment comes with a `Z` from one call and without from another.
  private static @Nullable Instant instant(String text) {
    try {
      return Instant.parse(text.endsWith("Z") ? text : text + "Z");
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  boolean failed() {
    return status.equals("ERROR");
  }

  boolean ready() {
    return status.equals("READY");
  }
}
