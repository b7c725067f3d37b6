package dev.build0711.runner.openhands.appserver;

import dev.build0711.runner.openhands.events.Metrics;
import dev.build0711.runner.run.AgentStatus.Unknown;
import dev.build0711.runner.run.Usage;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What the app server says of a conversation.
///
/// @param word the agent's status, in lower case; null while its sandbox does not answer
/// @param print short text that differs when something has happened
/// @param url where the agent-server of the sandbox has the conversation, null while it has none
/// @param sandboxKey the key of that agent-server; a secret
/// @param pullRequests the numbers of pull requests that the server linked to it
/// @param directory where the agent began to work, null where that is not told
record AppConversation(
    String id,
    @Nullable String sandbox,
    SandboxStatus sandboxStatus,
    @Nullable String word,
    String print,
    Usage usage,
    @Nullable URI url,
    @Nullable String sandboxKey,
    List<Long> pullRequests,
    @Nullable String directory,
    @Nullable String repository) {

  private static final int MAX_PART = 64;
  private static final int MAX_PATH = 500;
  private static final int MAX_PULL_REQUESTS = 20;

  AppConversation {
    pullRequests = List.copyOf(pullRequests);
  }

  /// Where a sandbox stands.
  enum SandboxStatus {
    STARTING,
    RUNNING,
    PAUSED,
    ERROR,
    MISSING,
    /// A word that is not known.
    OTHER;

    static SandboxStatus of(String word) {
      return switch (word.toUpperCase(Locale.ROOT)) {
        case "STARTING" -> STARTING;
        case "RUNNING" -> RUNNING;
        case "PAUSED" -> PAUSED;
        case "ERROR" -> ERROR;
        case "MISSING" -> MISSING;
        default -> OTHER;
      };
    }
  }

  /// Reads a conversation; null where `node` is none.
  static @Nullable AppConversation of(JsonNode node) {
    String id = node.path("id").stringValue("");
    String sandbox = node.path("sandbox_status").stringValue("");
    if (!Ids.valid(id) || sandbox.isEmpty()) {
      return null;
    }
    String word = word(node);
    Usage usage = Metrics.sum(List.of(node.path("metrics")));
    return new AppConversation(
        id,
        Ids.orNull(node.path("sandbox_id").stringValue("")),
        SandboxStatus.of(sandbox),
        word.isEmpty() ? null : word,
        part(sandbox) + ' ' + part(word) + ' ' + part(node.path("updated_at").stringValue("")),
        usage,
        uri(node.path("conversation_url").stringValue("")),
        node.path("session_api_key").isString() ? node.path("session_api_key").stringValue() : null,
        node.path("pr_number")
            .valueStream()
            .filter(number -> number.canConvertToLong() && number.asLong() > 0)
            .limit(MAX_PULL_REQUESTS)
            .map(JsonNode::asLong)
            .toList(),
        kept(node.path("tags").path("archiveworkspacepath").stringValue("")),
        kept(node.path("selected_repository").stringValue("")));
  }

  /// Before 0.62 the status had another name.
  private static String word(JsonNode node) {
    String now = node.path("execution_status").stringValue("");
    String word = now.isEmpty() ? node.path("agent_status").stringValue("") : now;
    return Unknown.head(word).toLowerCase(Locale.ROOT);
  }

  private static String part(String text) {
    return text.substring(0, Math.min(MAX_PART, text.length()));
  }

  private static @Nullable String kept(String text) {
    return text.isEmpty() || text.length() > MAX_PATH ? null : text;
  }

  private static @Nullable URI uri(String text) {
    try {
      URI uri = URI.create(text);
      return uri.getHost() == null ? null : uri;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /// Never shows the key.
  @Override
  public String toString() {
    return "AppConversation[" + id + ' ' + sandboxStatus + ' ' + word + ']';
  }
}
