package dev.build0711.runner.simulator.agentserver;

import dev.build0711.runner.simulator.scenario.Opening;
import dev.build0711.runner.simulator.scenario.Shell;
import dev.build0711.runner.simulator.web.Body;
import dev.build0711.runner.simulator.web.Refusal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads the body that starts a conversation, and complains as the real server does.
final class OpeningReader {

  private static final int DEFAULT_ITERATIONS = 500;
  private static final List<String> DEFAULT_TOOLS =
      List.of("terminal", "file_editor", "task_tracker");
  private static final List<String> AGENT_SOURCES =
      List.of("agent", "agent_settings", "agent_profile_id");

  private final Shell shell;
  private final UUID profile;

  /// @param profile the only agent profile that there is
  OpeningReader(Shell shell, UUID profile) {
    this.shell = shell;
    this.profile = profile;
  }

  /// The id that the body wishes for, else `otherwise`.
  static UUID id(Body body, UUID otherwise) {
    return body.has("conversation_id")
        ? Refusal.uuid(body.text("conversation_id"), "body.conversation_id")
        : otherwise;
  }

  /// @param id of the conversation, which a work tree of its own is named after
  Opening read(Body body, UUID id) {
    if (!body.has("workspace")) {
      throw Refusal.missing("body.workspace");
    }
    JsonNode llm = agentSource(body);
    String asked = body.at("workspace").path("working_dir").asString("");
    String origin = shell.origin(asked).orElse(null);
    return new Opening(
        body.flag("worktree") && origin != null ? workTree(asked, id) : asked,
        body.has("initial_message") ? Body.textOf(body.at("initial_message")) : null,
        iterations(body),
        body.at("confirmation_policy").path("kind").asString("").equals("AlwaysConfirm"),
        llm.path("model").asString("openai/simulated"),
        llm.path("usage_id").asString("agent"),
        tools(body),
        tags(body.at("tags")),
        origin);
  }

  private static String workTree(String folder, UUID id) {
    return "/tmp/conversation-worktrees/" + id + folder.substring(folder.lastIndexOf('/'));
  }

  private JsonNode agentSource(Body body) {
    if (AGENT_SOURCES.stream().noneMatch(body::has)) {
      throw Refusal.invalid(
          "value_error",
          "body",
          "Value error, One of `agent`, `agent_settings`, or `agent_profile_id` must be provided",
          body.root());
    }
    if (body.has("agent_profile_id")) {
      String id = body.text("agent_profile_id");
      if (!Refusal.uuid(id, "body.agent_profile_id").equals(profile)) {
        throw Refusal.of(404, "Agent profile with id '" + id + "' not found");
      }
    }
    JsonNode llm = body.at(body.has("agent") ? "agent" : "agent_settings").path("llm");
    if (body.has("agent") && !llm.hasNonNull("model")) {
      throw Refusal.invalid(
          "value_error", "body.agent.llm", "Value error, model must be specified in LLM", llm);
    }
    return llm;
  }

  private static int iterations(Body body) {
    int iterations = body.number("max_iterations", DEFAULT_ITERATIONS);
    if (iterations < 1) {
      throw Refusal.invalid(
          "greater_than_equal",
          "body.max_iterations",
          "Input should be greater than or equal to 1",
          body.at("max_iterations"),
          Refusal.object().put("ge", 1));
    }
    return iterations;
  }

  private static List<String> tools(Body body) {
    List<String> tools = new ArrayList<>();
    body.at("agent").path("tools").forEach(tool -> tools.add(tool.path("name").asString("")));
    return body.has("agent") ? tools : DEFAULT_TOOLS;
  }

  static Map<String, String> tags(JsonNode tags) {
    Map<String, String> read = new HashMap<>();
    for (Map.Entry<String, JsonNode> tag : tags.properties()) {
      if (!tag.getKey().matches("[a-z0-9]+")) {
        throw Refusal.invalid("value_error", "body.tags", badKey(tag.getKey()), tags);
      }
      read.put(tag.getKey(), tag.getValue().asString(""));
    }
    return read;
  }

  private static String badKey(@Nullable String key) {
    return "Value error, Tag key '"
        + key
        + "' is invalid: keys must be lowercase alphanumeric only";
  }
}
