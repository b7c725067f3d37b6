package dev.build0711.runner.simulator.appserver;

import dev.build0711.runner.simulator.web.Body;
import dev.build0711.runner.simulator.web.Refusal;
import dev.build0711.runner.simulator.web.Request;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Reads the body that starts a conversation, and complains as the real server does. Fields that
/// the release does not know are ignored.
final class StartReader {

  private static final List<String> FIELDS =
      List.of(
          "sandbox_id",
          "conversation_id",
          "initial_message",
          "system_message_suffix",
          "processors",
          "llm_model",
          "agent_profile_id",
          "selected_repository",
          "selected_branch",
          "git_provider",
          "suggested_task",
          "title",
          "trigger",
          "pr_number",
          "parent_conversation_id",
          "agent_type",
          "public",
          "plugins",
          "secrets");
  private static final Set<String> NEW_FIELDS =
      Set.of(
          "conversation_id",
          "system_message_suffix",
          "agent_profile_id",
          "suggested_task",
          "parent_conversation_id",
          "agent_type",
          "public",
          "plugins",
          "secrets");
  private static final Set<String> NEW_WORDS =
      Set.of("bitbucket_data_center", "forgejo", "azure_devops", "automation");
  private static final List<String> GIT_PROVIDERS =
      List.of(
          "github",
          "gitlab",
          "bitbucket",
          "bitbucket_data_center",
          "forgejo",
          "azure_devops",
          "enterprise_sso");
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
          "bitbucket",
          "automation");

  private final Release release;

  StartReader(Release release) {
    this.release = release;
  }

  StartRequest read(Request request) {
    Body body = Body.of(request);
    ObjectNode echo = JsonNodeFactory.instance.objectNode();
    for (String field : known(FIELDS, NEW_FIELDS)) {
      echo.set(field, echoed(field, body));
    }
    return new StartRequest(echo, id(echo, "conversation_id"), id(echo, "parent_conversation_id"));
  }

  private JsonNode echoed(String field, Body body) {
    JsonNode value = body.at(field);
    if (value.isMissingNode() || value.isNull()) {
      return absent(field);
    }
    return switch (field) {
      case "initial_message" -> message(value);
      case "conversation_id", "parent_conversation_id", "agent_profile_id" ->
          JsonNodeFactory.instance.stringNode(
              Refusal.uuid(value.asString("?"), "body." + field).toString());
      case "git_provider" -> word(field, value, known(GIT_PROVIDERS, NEW_WORDS));
      case "trigger" -> word(field, value, known(TRIGGERS, NEW_WORDS));
      case "agent_type" -> word(field, value, List.of("default", "plan"));
      case "secrets" -> hidden(value);
      default -> value;
    };
  }

  private List<String> known(List<String> words, Set<String> later) {
    return switch (release) {
      case V1_11 -> words;
      case V0_62 -> words.stream().filter(word -> !later.contains(word)).toList();
    };
  }

  private static JsonNode absent(String field) {
    return switch (field) {
      case "pr_number" -> JsonNodeFactory.instance.arrayNode();
      case "agent_type" -> JsonNodeFactory.instance.stringNode("default");
      default -> JsonNodeFactory.instance.nullNode();
    };
  }

  private static JsonNode message(JsonNode value) {
    if (!value.isObject()) {
      throw Refusal.invalid(
          "model_attributes_type",
          "body.initial_message",
          "Input should be a valid dictionary or object to extract fields from",
          value);
    }
    ObjectNode message = JsonNodeFactory.instance.objectNode();
    message.put("role", value.path("role").asString("user"));
    message.putArray("content");
    for (JsonNode part : value.path("content")) {
      message
          .withArray("content")
          .addObject()
          .put("cache_prompt", false)
          .put("type", "text")
          .put("text", part.path("text").asString(""));
    }
    return message.put("run", value.path("run").asBoolean(false));
  }

  private static JsonNode word(String field, JsonNode value, List<String> words) {
    if (words.contains(value.asString(""))) {
      return value;
    }
    throw Refusal.invalid(
        "enum",
        "body." + field,
        "Input should be " + choice(words),
        value,
        Refusal.object().put("expected", choice(words)));
  }

  /// Such as `'a', 'b' or 'c'`.
  static String choice(List<String> words) {
    List<String> quoted = words.stream().map(word -> "'" + word + "'").toList();
    int last = quoted.size() - 1;
    return String.join(", ", quoted.subList(0, last)) + " or " + quoted.get(last);
  }

  private static JsonNode hidden(JsonNode secrets) {
    ObjectNode hidden = JsonNodeFactory.instance.objectNode();
    secrets.properties().forEach(secret -> hidden.put(secret.getKey(), "**********"));
    return hidden;
  }

  private static @Nullable UUID id(ObjectNode echo, String field) {
    return echo.path(field).isString()
        ? Refusal.uuid(echo.path(field).stringValue(), "body." + field)
        : null;
  }
}
