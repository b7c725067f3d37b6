package dev.build0711.runner.simulator.legacy;

import dev.build0711.runner.simulator.legacy.LegacyConversation.Status;
import dev.build0711.runner.simulator.legacy.LegacyOptions.Trait;
import dev.build0711.runner.simulator.web.Body;
import dev.build0711.runner.simulator.web.Refusal;
import dev.build0711.runner.simulator.web.Reply;
import dev.build0711.runner.simulator.web.Request;
import dev.build0711.runner.simulator.web.Router;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// The calls that start a conversation, start one again, and stop one.
final class StartCalls {

  private static final List<String> TEXTS =
      List.of(
          "repository",
          "selected_branch",
          "initial_user_msg",
          "replay_json",
          "conversation_instructions");
  private static final Set<String> OTHERS =
      Set.of("git_provider", "image_urls", "suggested_task", "create_microagent", "mcp_config");
  private static final List<String> PROVIDERS =
      List.of("github", "gitlab", "bitbucket", "enterprise_sso");
  private static final String EXPECTED_PROVIDERS =
      "'github', 'gitlab', 'bitbucket' or 'enterprise_sso'";

  private final Conversations conversations;
  private final Settings settings;
  private final LegacyOptions options;

  StartCalls(Conversations conversations, Settings settings, LegacyOptions options) {
    this.conversations = conversations;
    this.settings = settings;
    this.options = options;
  }

  void addTo(Router router) {
    router
        .on("POST", "/api/conversations", (request, _) -> start(request))
        .on("POST", "/api/conversations/{id}/start", (_, id) -> startAgain(id))
        .on("POST", "/api/conversations/{id}/stop", (_, id) -> stop(id));
  }

  private Reply start(Request request) {
    Body body = Body.of(request);
    check(body);
    Subject subject =
        new Subject(
            text(body, "repository"), text(body, "selected_branch"), text(body, "git_provider"));
    checkRepository(subject);
    String id = Optional.ofNullable(text(body, "conversation_id")).orElseGet(conversations::newId);
    LegacyConversation conversation = conversations.create(id, subject, settings);
    // The real server writes the conversation down before it looks at its settings, too.
    checkSettings();
    conversations.open(conversation, text(body, "initial_user_msg"));
    return Reply.json(200, started(conversation));
  }

  private Reply startAgain(String id) {
    LegacyConversation conversation =
        conversations
            .find(id)
            .orElseThrow(() ->
                Refusal.with(
                    Reply.json(
                        404, Refusal.object().put("status", "error").put("conversation_id", id))));
    checkSettings();
    conversations.open(conversation, null);
    return Reply.json(200, started(conversation));
  }

  private Reply stop(String id) {
    Status before = conversations.find(id).map(LegacyConversation::status).orElse(Status.STOPPED);
    boolean stopped = conversations.find(id).map(LegacyConversation::close).orElse(false);
    ObjectNode body = Refusal.object().put("status", "ok").put("conversation_id", id);
    body.put(
        "message", stopped ? "Conversation stopped successfully" : "Conversation was not running");
    return Reply.json(200, body.put("conversation_status", before.name()));
  }

  private static ObjectNode started(LegacyConversation conversation) {
    return Refusal.object()
        .put("status", "ok")
        .put("conversation_id", conversation.id())
        .putNull("message")
        .put("conversation_status", conversation.status().name());
  }

  private void check(Body body) {
    for (String field : body.root().propertyNames()) {
      JsonNode value = body.at(field);
      boolean text =
          TEXTS.contains(field)
              || (options.has(Trait.CHOSEN_IDS) && field.equals("conversation_id"));
      if (!text && !OTHERS.contains(field)) {
        throw Refusal.invalid(
            "extra_forbidden", "body." + field, "Extra inputs are not permitted", value);
      }
      if (text && !value.isString() && !value.isNull()) {
        throw Refusal.invalid(
            "string_type", "body." + field, "Input should be a valid string", value);
      }
    }
    checkProvider(body.at("git_provider"));
  }

  private static void checkProvider(JsonNode provider) {
    if (!provider.isMissingNode()
        && !provider.isNull()
        && !PROVIDERS.contains(provider.asString(""))) {
      throw Refusal.invalid(
          "enum",
          "body.git_provider",
          "Input should be " + EXPECTED_PROVIDERS,
          provider,
          Refusal.object().put("expected", EXPECTED_PROVIDERS));
    }
  }

  private void checkRepository(Subject subject) {
    if (subject.repository() == null) {
      return;
    }
    if (!settings.hasGitToken()) {
      throw Refusal.unexpected();
    }
    if (subject.repository().contains("no-such")) {
      throw Refusal.with(
          Reply.json(401, StringNode.valueOf("Repository not found or no access to it")));
    }
  }

  private void checkSettings() {
    if (!settings.exist()) {
      throw coded("Settings not found", "CONFIGURATION$SETTINGS_NOT_FOUND");
    }
    if (!settings.hasModelKey()) {
      throw coded(
          "Error authenticating with the LLM provider. Please check your API key",
          "STATUS$ERROR_LLM_AUTHENTICATION");
    }
  }

  private static Refusal coded(String message, String id) {
    ObjectNode body = Refusal.object().put("status", "error").put("message", message);
    return Refusal.with(Reply.json(400, body.put("msg_id", id)));
  }

  private static @Nullable String text(Body body, String field) {
    return body.has(field) ? body.at(field).asString("") : null;
  }
}
