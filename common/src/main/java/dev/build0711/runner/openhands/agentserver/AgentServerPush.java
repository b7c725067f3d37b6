package dev.build0711.runner.openhands.agentserver;

import dev.build0711.runner.port.BackendPush;
import dev.build0711.runner.port.Posted;
import dev.build0711.runner.port.UnreadableDelivery;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/// The agent-server's webhooks: the conversation when it starts, is paused or deleted, and its
/// events in batches. The server also sends its own key along, in `X-Session-API-Key`, which is not
/// read.
public final class AgentServerPush implements BackendPush {

  private static final String SCHEME = "Bearer ";
  private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");
  private static final ObjectReader JSON = JsonMapper.shared().readerFor(JsonNode.class);

  private final Supplier<List<String>> secrets;

  /// @param secrets those that count now; read anew for every delivery
  public AgentServerPush(Supplier<List<String>> secrets) {
    this.secrets = secrets;
  }

  @Override
  public boolean configured() {
    return secrets.get().stream().anyMatch(secret -> !secret.isEmpty());
  }

  @Override
  public boolean authentic(Posted posted) {
    String given = posted.only("Authorization").orElse("");
    if (!given.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return false;
    }
    byte[] shown = bytes(given.substring(SCHEME.length()).strip());
    boolean right = false;
    for (String secret : secrets.get()) {
      right |= !secret.isEmpty() && MessageDigest.isEqual(shown, bytes(secret));
    }
    return right;
  }

  @Override
  public Optional<String> news(Posted posted, @Nullable String conversationId) {
    JsonNode body = read(posted.body());
    if (conversationId == null ? !body.isObject() : !body.isArray()) {
      throw new UnreadableDelivery(null);
    }
    if (conversationId == null) {
      return plain(body.path("id").stringValue(""));
    }
    return body.valueStream().anyMatch(AgentServerPush::matters)
        ? plain(conversationId)
        : Optional.empty();
  }

  private static JsonNode read(byte[] body) {
    try {
      JsonNode node = JSON.readValue(body);
      if (node != null) {
        return node;
      }
    } catch (JacksonException e) {
      throw new UnreadableDelivery(e);
    }
    throw new UnreadableDelivery(null);
  }

  /// Whether an event can come with another status; a busy agent sends a great many others.
  private static boolean matters(JsonNode event) {
    return switch (event.path("kind").stringValue("")) {
      case "ConversationStateUpdateEvent" ->
          event.path("key").stringValue("").equals("execution_status");
      case "ConversationErrorEvent", "PauseEvent", "InterruptEvent" -> true;
      case "MessageEvent" -> event.path("source").stringValue("").equals("agent");
      case "ActionEvent" ->
          event.path("action").path("kind").stringValue("").equals("FinishAction");
      default -> false;
    };
  }

  private static Optional<String> plain(String id) {
    return Optional.of(id.replace("-", "").toLowerCase(Locale.ROOT))
        .filter(it -> ID.matcher(it).matches());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
