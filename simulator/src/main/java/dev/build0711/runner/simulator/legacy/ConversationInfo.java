package dev.build0711.runner.simulator.legacy;

import dev.build0711.runner.simulator.legacy.LegacyConversation.Status;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A conversation as the server tells of it.
record ConversationInfo(LegacyConversation conversation) {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  ObjectNode json() {
    ObjectNode info = JsonNodeFactory.instance.objectNode();
    Status status = conversation.status();
    Subject subject = conversation.subject();
    Instant updated = conversation.updatedAt();
    info.put("conversation_id", conversation.id()).put("title", conversation.title());
    info.put("last_updated_at", updated == null ? null : TIME.format(updated));
    info.put("status", status.name()).put("runtime_status", runtime(status));
    info.put("selected_repository", subject.repository());
    info.put("selected_branch", subject.branch()).put("git_provider", subject.provider());
    info.put("trigger", "gui").put("num_connections", 0);
    String url = "/api/conversations/" + conversation.id();
    info.put("url", status == Status.STOPPED ? null : url).putNull("session_api_key");
    info.put("created_at", TIME.format(conversation.createdAt()));
    conversation.pullRequests().forEach(info.putArray("pr_number")::add);
    return conversation.odd().conversation(info.put("conversation_version", "V0"));
  }

  private static @Nullable String runtime(Status status) {
    return switch (status) {
      case STARTING -> "STATUS$STARTING_RUNTIME";
      case RUNNING -> "STATUS$READY";
      case STOPPED -> null;
    };
  }
}
