package dev.build0711.runner.simulator.appserver;

import dev.build0711.runner.simulator.agentserver.Usage;
import dev.build0711.runner.simulator.scenario.Conversation;
import dev.build0711.runner.simulator.scenario.ExecutionStatus;
import dev.build0711.runner.simulator.scenario.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A conversation as the app server keeps it: what it was asked for, and where its agent works.
final class AppConversation {

  private static final Duration UNTIL_TITLED = Duration.ofSeconds(3);

  private final StartTask task;
  private final Sandbox sandbox;
  private final Conversation agent;
  private final Instant readyAt;
  private final Duration eventLag;
  private final Release release;
  private final Map<String, JsonNode> patched = new ConcurrentHashMap<>();
  private volatile Instant lostAt = Instant.MAX;

  /// @param agent what the sandbox's agent-server makes of it
  AppConversation(
      StartTask task,
      Sandbox sandbox,
      Conversation agent,
      Instant readyAt,
      Duration eventLag,
      Release release) {
    this.task = task;
    this.sandbox = sandbox;
    this.agent = agent;
    this.readyAt = readyAt;
    this.eventLag = eventLag;
    this.release = release;
  }

  /// Where it stands, as far as the app server can see.
  ///
  /// @param execution null when the app server does not reach the agent
  record Look(SandboxStatus sandbox, @Nullable ExecutionStatus execution) {}

  UUID id() {
    return task.conversation();
  }

  StartTask task() {
    return task;
  }

  Sandbox sandbox() {
    return sandbox;
  }

  Conversation agent() {
    return agent;
  }

  Duration eventLag() {
    return eventLag;
  }

  /// From when on it is there.
  Instant createdAt() {
    return readyAt;
  }

  /// From when on the app server knows nothing new of it, for ever.
  Instant lostAt() {
    Instant forgotten = sandbox.forgottenAt();
    return forgotten == null || lostAt.isBefore(forgotten) ? lostAt : forgotten;
  }

  /// The app server has put another agent-server in the place of its own.
  void lose(Instant at) {
    if (at.isBefore(lostAt)) {
      lostAt = at;
    }
  }

  Look look(Instant now) {
    SandboxStatus status = sandbox.status(now);
    boolean reached = sandbox.isReached(now) && now.isBefore(lostAt);
    return new Look(status, reached ? agent.statusAt(now) : null);
  }

  String title(Instant now) {
    JsonNode given = patched.get("title");
    if (given != null) {
      return given.asString("");
    }
    String hex = StartTask.hex(id());
    return now.isBefore(readyAt.plus(UNTIL_TITLED))
        ? "Conversation " + (release == Release.V1_11 ? hex.substring(0, 5) : hex)
        : "Simulated run";
  }

  void patch(String field, JsonNode value) {
    patched.put(field, value);
  }

  /// When anything about it changed.
  Instant updatedAt(Instant now) {
    Instant updated = agent.at(now).updatedAt();
    return updated.isBefore(readyAt) ? readyAt : updated;
  }

  /// As the app server tells of it.
  ///
  /// @param base where the simulator itself answers
  ObjectNode shown(Instant now, String base) {
    Look look = look(now);
    boolean running = look.sandbox() == SandboxStatus.RUNNING;
    Snapshot snapshot = agent.at(now);
    ObjectNode shown = JsonNodeFactory.instance.objectNode();
    shown.put("id", StartTask.hex(id())).putNull("created_by_user_id");
    shown.put("sandbox_id", sandbox.name());
    asked(shown, "selected_repository", "selected_branch", "git_provider");
    shown.put("title", title(now));
    asked(shown, "trigger", "pr_number");
    shown.put("llm_model", snapshot.opening().model());
    if (release == Release.V1_11) {
      shown.put("agent_kind", "openhands");
    }
    shown.set("metrics", metrics(snapshot));
    if (release == Release.V1_11) {
      asked(shown, "parent_conversation_id");
      shown.putArray("sub_conversation_ids");
      asked(shown, "public");
      shown.putObject("tags").put("archiveworkspacepath", ".");
    }
    shown.put("created_at", new Timestamp(readyAt).zoned());
    shown.put("updated_at", new Timestamp(updatedAt(now)).zoned());
    shown.put("sandbox_status", look.sandbox().name());
    shown.put("execution_status", look.execution() == null ? null : look.execution().toString());
    String path = sandbox.url(base) + "/api/conversations/" + StartTask.hex(id());
    shown.put("conversation_url", running ? path : null);
    shown.put("session_api_key", running ? sandbox.key() : null);
    return release == Release.V1_11
        ? shown.putNull("acp_server").putNull("launched_agent_profile")
        : shown;
  }

  private void asked(ObjectNode shown, String... fields) {
    for (String field : fields) {
      shown.set(field, patched.getOrDefault(field, task.request().echo().path(field)));
    }
  }

  /// The first V1 tells of none.
  private ObjectNode metrics(Snapshot snapshot) {
    int calls = release == Release.V1_11 ? snapshot.calls() : 0;
    ObjectNode metrics = new Usage(snapshot.opening(), calls).total().put("model_name", "default");
    metrics.withObject("accumulated_token_usage").put("model", "");
    return metrics;
  }
}
