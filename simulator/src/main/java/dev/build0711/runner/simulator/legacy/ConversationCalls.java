package dev.build0711.runner.simulator.legacy;

import dev.build0711.runner.simulator.scenario.World;
import dev.build0711.runner.simulator.web.Body;
import dev.build0711.runner.simulator.web.Refusal;
import dev.build0711.runner.simulator.web.Reply;
import dev.build0711.runner.simulator.web.Request;
import dev.build0711.runner.simulator.web.Router;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// The calls that list, show, rename and delete conversations.
final class ConversationCalls {

  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration SHOWN_FOR = Duration.ofDays(10);
  private static final int LONGEST_ID = 100;
  private static final int LONGEST_TITLE = 200;
  private static final String ONE = "/api/conversations/{id}";
  private static final List<String> TRIGGERS =
      List.of(
          "resolver",
          "gui",
          "suggested_task",
          "openhands_api",
          "slack",
          "microagent_management",
          "jira",
          "jira_dc",
          "linear",
          "bitbucket");

  private final World world;
  private final Conversations conversations;

  ConversationCalls(World world, Conversations conversations) {
    this.world = world;
    this.conversations = conversations;
  }

  void addTo(Router router) {
    router
        .on("GET", "/api/conversations", (request, _) -> list(request))
        .on("GET", ONE, (_, id) -> one(id))
        .on("PATCH", ONE, this::rename)
        .on("DELETE", ONE, (_, id) -> delete(id));
  }

  private Reply one(String id) {
    if (id.length() > LONGEST_ID) {
      throw Refusal.of(400, "Conversation ID is too long");
    }
    return Reply.json(
        200,
        conversations
            .find(id)
            .<JsonNode>map(conversation -> new ConversationInfo(conversation).json())
            .orElse(NullNode.getInstance()));
  }

  private Reply list(Request request) {
    int from = request.param("page_id").map(ConversationCalls::offset).orElse(0);
    int limit = new Query(request).number("limit").orElse(20);
    List<LegacyConversation> found =
        conversations
            .newestFirst()
            .filter(wanted(request))
            .skip(from)
            .limit(Math.max(0, limit) + 1L)
            .toList();
    boolean more = found.size() > limit;
    ObjectNode page = Refusal.object();
    ArrayNode results = page.putArray("results");
    found.stream()
        .limit(Math.max(0, limit))
        .forEach(c -> results.add(new ConversationInfo(c).json()));
    return Reply.json(200, page.put("next_page_id", more ? pageId(from + limit) : null));
  }

  private Predicate<LegacyConversation> wanted(Request request) {
    Optional<String> repository = request.param("selected_repository");
    Optional<String> trigger = request.param("conversation_trigger");
    trigger.ifPresent(ConversationCalls::checkTrigger);
    Instant oldest = world.now().minus(SHOWN_FOR);
    return conversation ->
        conversation.createdAt().isAfter(oldest)
            && trigger.map("gui"::equals).orElse(true)
            && repository.map(r -> r.equals(conversation.subject().repository())).orElse(true);
  }

  private static void checkTrigger(String trigger) {
    if (!TRIGGERS.contains(trigger)) {
      String all = "'" + String.join("', '", TRIGGERS.subList(0, 9)) + "' or 'bitbucket'";
      throw Refusal.invalid(
          "enum",
          "query.conversation_trigger",
          "Input should be " + all,
          StringNode.valueOf(trigger),
          Refusal.object().put("expected", all));
    }
  }

  /// The server packs how many were shown twice into Base64, and does not expect anything else.
  private static int offset(String pageId) {
    try {
      String whole = decoded(pageId);
      String inner = JSON.readTree(whole).path("v0").asString("");
      return inner.isEmpty() ? 0 : Math.max(0, Integer.parseInt(decoded(inner)));
    } catch (IllegalArgumentException | JacksonException e) {
      throw Refusal.unexpected();
    }
  }

  private static String pageId(int offset) {
    String inner = encoded(String.valueOf(offset));
    return encoded("{\"v0\": \"" + inner + "\", \"v1\": null}");
  }

  private static String decoded(String text) {
    return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private Reply rename(Request request, String id) {
    String title = Body.of(request).text("title").strip();
    checkLength(title);
    LegacyConversation conversation =
        conversations.find(id).orElseThrow(ConversationCalls::unknown);
    conversation.rename(title);
    return Reply.json(200, BooleanNode.TRUE);
  }

  private static void checkLength(String title) {
    if (title.isEmpty()) {
      throw length("string_too_short", "least 1 character", title, "min_length", 1);
    }
    if (title.length() > LONGEST_TITLE) {
      throw length("string_too_long", "most 200 characters", title, "max_length", LONGEST_TITLE);
    }
  }

  private static Refusal length(String type, String words, String title, String bound, int at) {
    return Refusal.invalid(
        type,
        "body.title",
        "String should have at " + words,
        StringNode.valueOf(title),
        Refusal.object().put(bound, at));
  }

  private static Refusal unknown() {
    ObjectNode body = Refusal.object().put("status", "error");
    body.put("message", "Conversation not found").put("msg_id", "CONVERSATION$NOT_FOUND");
    return Refusal.with(Reply.json(404, body));
  }

  private Reply delete(String id) {
    return Reply.json(200, BooleanNode.valueOf(conversations.delete(id)));
  }
}
