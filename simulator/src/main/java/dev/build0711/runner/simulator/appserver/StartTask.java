package dev.build0711.runner.simulator.appserver;

import dev.build0711.runner.simulator.appserver.StartPlan.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The starting of a conversation. It lives in the app server's process: a restart leaves it at its
/// status for ever.
final class StartTask {

  private final UUID id;
  private final UUID conversation;
  private final @Nullable Sandbox sandbox;
  private final StartRequest request;
  private final StartPlan plan;
  private volatile Instant end = Instant.MAX;

  /// @param conversation what the conversation will be
  /// @param sandbox where it runs, null where it never gets one
  StartTask(
      UUID id, UUID conversation, @Nullable Sandbox sandbox, StartRequest request, StartPlan plan) {
    this.id = id;
    this.conversation = conversation;
    this.sandbox = sandbox;
    this.request = request;
    this.plan = plan;
  }

  UUID id() {
    return id;
  }

  UUID conversation() {
    return conversation;
  }

  StartRequest request() {
    return request;
  }

  StartPlan plan() {
    return plan;
  }

  Instant createdAt() {
    return plan.steps().getFirst().at();
  }

  boolean isReady(Instant now) {
    return at(now).status() == TaskStatus.READY;
  }

  /// What it is at `now`.
  Step at(Instant now) {
    return plan.at(now.isAfter(end) ? end : now);
  }

  /// It is left as it is at `now`, for ever.
  void freeze(Instant now) {
    if (now.isBefore(end)) {
      end = now;
    }
  }

  /// When it is over, one way or the other; empty when it hangs.
  Optional<Instant> over() {
    return plan.when(TaskStatus.READY).or(() -> plan.when(TaskStatus.ERROR));
  }

  /// As it is told after the answer to its POST: with times of no zone.
  ObjectNode shown(Instant now, String base) {
    Step step = at(now);
    return shown(step, base)
        .put("created_at", new Timestamp(createdAt()).naive())
        .put("updated_at", new Timestamp(step.at()).naive());
  }

  /// Its first status, as it answers its POST.
  ObjectNode first(String base) {
    return streamed(plan.steps().getFirst(), base);
  }

  /// All it goes through, as a stream tells it.
  List<ObjectNode> all(String base) {
    List<ObjectNode> all = new ArrayList<>();
    plan.steps().forEach(step -> all.add(streamed(step, base)));
    return all;
  }

  private ObjectNode streamed(Step step, String base) {
    return shown(step, base)
        .put("created_at", new Timestamp(createdAt()).zoned())
        .put("updated_at", new Timestamp(step.at()).zoned());
  }

  private ObjectNode shown(Step step, String base) {
    TaskStatus status = step.status();
    Sandbox known =
        plan.past(TaskStatus.WORKING).isPresent() && status != TaskStatus.WORKING ? sandbox : null;
    boolean started = status == TaskStatus.STARTING_CONVERSATION || status == TaskStatus.READY;
    ObjectNode task = JsonNodeFactory.instance.objectNode();
    task.put("id", hex(id)).putNull("created_by_user_id").put("status", status.name());
    task.put("detail", status == TaskStatus.ERROR ? plan.detail() : null);
    task.put("app_conversation_id", status == TaskStatus.READY ? hex(conversation) : null);
    task.put("sandbox_id", known == null ? null : known.name());
    task.put("agent_server_url", known == null || !started ? null : known.url(base));
    task.set("request", request.echo().deepCopy());
    return task;
  }

  static String hex(UUID id) {
    return id.toString().replace("-", "");
  }
}
