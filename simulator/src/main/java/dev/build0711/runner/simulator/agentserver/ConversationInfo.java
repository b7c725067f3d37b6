package dev.build0711.runner.simulator.agentserver;

import dev.build0711.runner.simulator.scenario.Ids;
import dev.build0711.runner.simulator.scenario.Opening;
import dev.build0711.runner.simulator.scenario.Snapshot;
import dev.build0711.runner.simulator.web.Odd;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A conversation as the server tells of it.
final class ConversationInfo {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
  private static final List<String> EMPTY_LISTS =
      List.of("activated_knowledge_skills", "invoked_skills", "sub_conversation_ids");
  private static final List<String> NULLS =
      List.of(
          "security_analyzer",
          "hook_config",
          "title",
          "metrics",
          "forked_from_conversation_id",
          "forked_from_event_id",
          "parent_conversation_id",
          "current_model_id",
          "launched_agent_profile");

  private final Ids ids;
  private final Templates templates;
  private final Edition edition;

  ConversationInfo(Ids ids, Templates templates, Edition edition) {
    this.ids = ids;
    this.templates = templates;
    this.edition = edition;
  }

  /// @param posted whether it answers the POST, which tells nothing of the runtime yet
  ObjectNode of(Snapshot conversation, boolean posted) {
    ObjectNode info = JsonNodeFactory.instance.objectNode();
    Opening opening = conversation.opening();
    String hex = conversation.id().toString().replace("-", "");
    info.put("id", conversation.id().toString());
    workspace(info.putObject("workspace"), opening);
    info.put("persistence_dir", "workspace/conversations/" + hex);
    info.put("max_iterations", opening.maxIterations()).put("stuck_detection", true);
    info.put("execution_status", conversation.status().toString());
    policy(info.putObject("confirmation_policy"), opening);
    EMPTY_LISTS.forEach(info::putArray);
    NULLS.forEach(info::putNull);
    info.putObject("blocked_actions");
    info.putObject("blocked_messages");
    info.put("last_user_message_id", event(conversation, conversation.newestMessage()));
    info.put(
        "leaf_event_id",
        event(conversation, conversation.leafBefore(conversation.history().size())));
    info.set("stats", new Usage(opening, conversation.calls()).full());
    info.putObject("secret_registry").putObject("secret_sources");
    info.putObject("agent_state");
    info.put("created_at", time(conversation.createdAt()));
    info.put("updated_at", time(conversation.updatedAt()));
    opening.tags().forEach(info.putObject("tags")::put);
    info.putArray("available_models");
    info.put("supports_runtime_model_switch", false);
    agent(info, opening);
    info.putArray("client_tools");
    runtime(info, posted);
    Odd odd = new Odd(conversation.cue().text("odd", ""));
    return odd.conversation(edition.info().apply(info));
  }

  private static void workspace(ObjectNode workspace, Opening opening) {
    workspace.put("working_dir", opening.workingDir()).put("kind", "LocalWorkspace");
  }

  private static void policy(ObjectNode policy, Opening opening) {
    policy.put("kind", opening.consent() ? "AlwaysConfirm" : "NeverConfirm");
  }

  private void agent(ObjectNode info, Opening opening) {
    ObjectNode agent = templates.agent();
    agent.withObject("llm").put("model", opening.model()).put("usage_id", opening.usageId());
    ObjectNode modules = info.putObject("tool_module_qualnames");
    for (String tool : opening.tools()) {
      agent.withArray("tools").addObject().put("name", tool).putObject("params");
      modules.put(tool, "openhands.tools." + tool + ".definition");
    }
    info.set("agent", agent);
  }

  private static void runtime(ObjectNode info, boolean posted) {
    if (posted) {
      info.putNull("runtime_info");
      return;
    }
    ObjectNode runtime = info.putObject("runtime_info");
    runtime.put("runtime_status", "available").put("can_resume", true).putNull("runtime_error");
  }

  private @Nullable String event(Snapshot conversation, int index) {
    return index < 0 ? null : ids.of(conversation.id(), index).toString();
  }

  private static String time(Instant instant) {
    return TIME.format(instant);
  }
}
