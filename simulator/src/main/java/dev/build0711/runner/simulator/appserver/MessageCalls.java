package dev.build0711.runner.simulator.appserver;

import dev.build0711.runner.simulator.scenario.World;
import dev.build0711.runner.simulator.web.Body;
import dev.build0711.runner.simulator.web.Refusal;
import dev.build0711.runner.simulator.web.Reply;
import dev.build0711.runner.simulator.web.Request;
import dev.build0711.runner.simulator.web.Router;
import java.util.UUID;

/// The calls that write to an agent. The first V1 has none.
final class MessageCalls {

  private static final UUID PENDING = new UUID(1, 4);

  private final World world;
  private final Deployment deployment;

  MessageCalls(World world, Deployment deployment) {
    this.world = world;
    this.deployment = deployment;
  }

  void addTo(Router router) {
    router
        .on("POST", "/api/v1/app-conversations/{conversation_id}/send-message", this::send)
        .on("POST", "/api/v1/conversations/{conversation_id}/pending-messages", this::queue);
  }

  /// Answers when a working agent takes the message up, which is when its step is over.
  private Reply send(Request request, String id) {
    UUID known = Refusal.uuid(id, "path.conversation_id");
    Body body = Body.of(request);
    if (!body.has("content")) {
      throw Refusal.missing("body.content");
    }
    AppConversation conversation =
        deployment
            .conversation(known)
            .orElseThrow(() -> Refusal.of(404, "Conversation " + known + " not found"));
    checkReach(conversation);
    boolean run = !body.has("run") || body.flag("run");
    return switch (world.write(conversation.agent(), Body.textOf(body.root()), run)) {
      case World.Outcome.Done done ->
          Reply.json(
                  200,
                  Refusal.object()
                      .put("success", true)
                      .put("sandbox_status", SandboxStatus.RUNNING.name())
                      .putNull("message"))
              .notBefore(done.effectiveAt());
      case World.Outcome.Full(), World.Outcome.Running() ->
          throw Refusal.of(502, "Agent server error: 429");
    };
  }

  private void checkReach(AppConversation conversation) {
    Sandbox sandbox = conversation.sandbox();
    if (!sandbox.isListed()) {
      throw Refusal.of(404, "Sandbox not found for conversation " + conversation.id());
    }
    SandboxStatus status = sandbox.status(deployment.now());
    switch (status) {
      case MISSING ->
          throw Refusal.of(410, "Conversation is archived. The sandbox no longer exists.");
      case ERROR ->
          throw Refusal.of(503, "Sandbox is in an error state and cannot accept messages.");
      case STARTING, PAUSED ->
          throw Refusal.of(
              409,
              "Sandbox is "
                  + status
                  + ". Use POST /api/v1/sandboxes/"
                  + sandbox.name()
                  + "/resume to resume it first.");
      case RUNNING -> {
        if (conversation.look(deployment.now()).execution() == null) {
          throw Refusal.of(502, "Failed to reach agent server.");
        }
      }
    }
  }

  /// What is queued after the start is over is never taken up.
  private Reply queue(Request request, String id) {
    UUID known = Refusal.uuid(id, "path.conversation_id");
    if (!Body.of(request).has("content")) {
      throw Refusal.missing("body.content");
    }
    UUID message = world.ids().of(new UUID(PENDING.getMostSignificantBits(), known.hashCode()), 0);
    return Reply.json(
        201, Refusal.object().put("id", message.toString()).put("queued", true).put("position", 1));
  }
}
