package dev.build0711.runner.simulator;

import dev.build0711.runner.simulator.scenario.Conversation;
import dev.build0711.runner.simulator.scenario.ExecutionStatus;
import dev.build0711.runner.simulator.scenario.Happening;
import dev.build0711.runner.simulator.scenario.World;
import dev.build0711.runner.simulator.web.Dialect;
import dev.build0711.runner.simulator.web.Reply;
import dev.build0711.runner.simulator.web.Request;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// An agent-server that pushes: how a conversation stands when it was started, paused, interrupted,
/// changed or deleted, and its events a few at a time. Like the real one it shows the receiver its
/// own key, pushes again what was not taken, and says nothing of its own accord when a run ends.
final class Webhooks implements Dialect {

  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);
  private static final int MOST_ACCOUNTS = 1000;
  private static final String CONVERSATIONS = "/api/conversations";

  private final World world;
  private final Dialect server;
  private final @Nullable String key;
  private final Sink sink;
  private final Deque<ObjectNode> accounts = new ConcurrentLinkedDeque<>();
  private final Map<UUID, WebhookFeed> feeds = new ConcurrentHashMap<>();
  private volatile Optional<WebhookTarget> target = Optional.empty();

  /// What takes what is pushed.
  @FunctionalInterface
  interface Sink {

    /// Pushes one body, and tells whether it was taken.
    boolean post(URI to, Map<String, String> headers, String body);
  }

  /// @param key the server's own, null for none
  Webhooks(World world, Dialect server, @Nullable String key, Sink sink) {
    this.world = world;
    this.server = server;
    this.key = key;
    this.sink = sink;
  }

  /// Pushes there from now on, what is begun from now on.
  void set(WebhookTarget to) {
    clear();
    target = Optional.of(to);
  }

  /// Pushes no more.
  void clear() {
    target = Optional.empty();
    feeds.clear();
    accounts.clear();
  }

  /// Pumps until its thread is interrupted.
  void run() {
    try {
      while (true) {
        pump();
        Thread.sleep(BETWEEN_LOOKS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public Reply answer(Request request) {
    WebhookTarget to = target.orElse(null);
    if (to == null || !request.path().startsWith(CONVERSATIONS)) {
      return server.answer(request);
    }
    Optional<ObjectNode> before =
        request.method().equals("DELETE") ? account(request.path()) : Optional.empty();
    Reply reply = server.answer(request);
    if (reply instanceof Reply.Answer answer && answer.status() < 300) {
      before.ifPresent(info -> keep(info.put("execution_status", "deleting")));
      changed(request, answer).ifPresent(this::keep);
    }
    return reply;
  }

  /// How a conversation stands that a request has begun or changed, empty for other requests.
  private Optional<ObjectNode> changed(Request request, Reply.Answer answer) {
    String path = request.path();
    return switch (request.method()) {
      case "POST" -> {
        if (path.equals(CONVERSATIONS) && answer.status() == 201) {
          ObjectNode info = (ObjectNode) JSON.readTree(answer.body());
          feeds.put(UUID.fromString(info.path("id").asString("")), new WebhookFeed());
          yield Optional.of(info);
        }
        yield path.endsWith("/pause") || path.endsWith("/interrupt")
            ? account(path.substring(0, path.lastIndexOf('/')))
            : Optional.empty();
      }
      case "PATCH" -> account(path);
      default -> Optional.empty();
    };
  }

  /// Looks what has happened and pushes what is due; to be called again and again.
  void pump() {
    WebhookTarget to = target.orElse(null);
    if (to == null) {
      return;
    }
    pushAccounts(to);
    Instant now = world.now();
    feeds.forEach((id, feed) ->
        world
            .find(id)
            .ifPresentOrElse(
                conversation -> {
                  takeUp(conversation, feed, to, now);
                  flush(id, feed, to, now);
                },
                () -> feeds.remove(id)));
  }

  private void takeUp(Conversation conversation, WebhookFeed feed, WebhookTarget to, Instant now) {
    List<Happening> news = conversation.since(feed.seen(), now);
    if (news.isEmpty()) {
      return;
    }
    String path = CONVERSATIONS + "/" + conversation.id();
    if (feed.seen() == 0) {
      fullState(path, now).ifPresent(event -> feed.add(event, to, now));
    }
    UUID first = world.ids().of(conversation.id(), feed.seen());
    JsonNode events = get(path + "/events/search?page_id=" + first).path("items");
    events.forEach(event -> feed.add(event, to, now));
    feed.saw(events.size());
    if (news.stream().limit(events.size()).anyMatch(Webhooks::isAnEnd)) {
      fullState(path, now).ifPresent(event -> feed.add(event, to, now));
    }
  }

  private static boolean isAnEnd(Happening happening) {
    return happening instanceof Happening.StatusChanged changed
        && changed.status() != ExecutionStatus.RUNNING
        && changed.status() != ExecutionStatus.IDLE;
  }

  private void flush(UUID id, WebhookFeed feed, WebhookTarget to, Instant now) {
    for (List<JsonNode> due = feed.due(to, now); !due.isEmpty(); due = feed.due(to, now)) {
      ArrayNode batch = JsonNodeFactory.instance.arrayNode().addAll(due);
      String path = "/events/" + id.toString().replace("-", "");
      if (!post(to, path, batch)) {
        feed.refused(now.plus(to.retryDelay()));
        return;
      }
      feed.taken(due.size(), now);
    }
  }

  private Optional<JsonNode> fullState(String path, Instant now) {
    return account(path)
        .map(info -> {
          ObjectNode event = JsonNodeFactory.instance.objectNode();
          event.put(
              "id",
              UUID.nameUUIDFromBytes(info.toString().getBytes(StandardCharsets.UTF_8)).toString());
          event.put("timestamp", now.toString().replace("Z", ""));
          event.put("source", "environment").putNull("parent_id").put("key", "full_state");
          event.set("value", info);
          return event.put("kind", "ConversationStateUpdateEvent");
        });
  }

  private Optional<ObjectNode> account(String path) {
    return get(path) instanceof ObjectNode info && info.has("execution_status")
        ? Optional.of(info)
        : Optional.empty();
  }

  private JsonNode get(String path) {
    Map<String, String> headers = key == null ? Map.of() : Map.of("x-session-api-key", key);
    return server.answer(new Request("GET", URI.create(path), headers, new byte[0]))
            instanceof Reply.Answer answer
        ? JSON.readTree(answer.body())
        : JsonNodeFactory.instance.nullNode();
  }

  private void keep(ObjectNode account) {
    if (accounts.size() < MOST_ACCOUNTS) {
      accounts.add(account);
    }
  }

  private void pushAccounts(WebhookTarget to) {
    for (ObjectNode next = accounts.peek(); next != null; next = accounts.peek()) {
      if (!post(to, "/conversations", next)) {
        return;
      }
      accounts.remove();
    }
  }

  private boolean post(WebhookTarget to, String path, JsonNode body) {
    Map<String, String> headers = new HashMap<>(to.headers());
    headers.put("Content-Type", "application/json");
    if (key != null) {
      headers.put("X-Session-API-Key", key);
    }
    return sink.post(URI.create(to.base() + path), headers, body.toString());
  }
}
