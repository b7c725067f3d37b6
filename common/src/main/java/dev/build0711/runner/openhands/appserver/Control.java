package dev.build0711.runner.openhands.appserver;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.openhands.Api;
import dev.build0711.runner.openhands.Asked.Got;
import dev.build0711.runner.openhands.Asked.Silent;
import dev.build0711.runner.openhands.appserver.AppConversation.SandboxStatus;
import dev.build0711.runner.openhands.appserver.Inside.Door;
import dev.build0711.runner.run.Evidence.AgentResumed;
import dev.build0711.runner.run.Evidence.BackendFull;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.OfControl;
import dev.build0711.runner.run.Evidence.Resuming;
import dev.build0711.runner.run.Evidence.StopTaken;
import dev.build0711.runner.run.Reason;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Sets agents going again and stops them: through the agent-server in their sandbox where there is
/// a way to it, else with the whole sandbox.
final class Control {

  private static final BackendSilent UNABLE = new BackendSilent(Reason.BACKEND_ERROR, null);

  /// Every conversation that can be spoken to has one.
  private static final BackendSilent NO_SANDBOX =
      new BackendSilent(Reason.BACKEND_BAD_ANSWER, null);

  private final Api api;
  private final Inventory inventory;
  private final Sandboxes sandboxes;
  private final Inside inside;
  private final InstantSource clock;

  Control(Api api, Sandboxes sandboxes, Inside inside, InstantSource clock) {
    this.api = api;
    this.inventory = new Inventory(api);
    this.sandboxes = sandboxes;
    this.inside = inside;
    this.clock = clock;
  }

  OfControl resume(String id, @Nullable String memory, Deadline deadline) {
    return switch (inventory.conversation(id, deadline)) {
      case Silent<Optional<AppConversation>>(var evidence) -> evidence;
      case Got<Optional<AppConversation>>(var found) ->
          found
              .map(conversation -> resume(conversation, Memory.parse(memory), deadline))
              .orElseGet(ConversationMissing::new);
    };
  }

  private OfControl resume(AppConversation conversation, Memory memory, Deadline deadline) {
    return switch (conversation.sandboxStatus()) {
      case PAUSED -> wake(conversation, deadline).orElseGet(() -> resumed(memory));
      case RUNNING, OTHER -> run(conversation, memory, deadline);
      case STARTING -> new Resuming();
      case ERROR -> UNABLE;
      case MISSING -> new ConversationMissing();
    };
  }

  /// Wakes the sandbox of a conversation, unless another would be put to sleep for it; empty when
  /// that is done.
  Optional<OfControl> wake(AppConversation conversation, Deadline deadline) {
    String sandbox = conversation.sandbox();
    if (sandbox == null) {
      return Optional.of(NO_SANDBOX);
    }
    return switch (sandboxes.full(deadline)) {
      case Silent<Boolean>(var evidence) -> Optional.of(evidence);
      case Got<Boolean>(Boolean full) -> {
        if (full) {
          yield Optional.of(new BackendFull());
        }
        Reply reply = sandboxes.resume(sandbox, deadline);
        yield reply.is(200)
            ? Optional.empty()
            : Optional.of(reply.is(404) ? new ConversationMissing() : reply.silence());
      }
    };
  }

  /// An agent to which there is no way is left as it is: it counts as resumed, so that the runner
  /// gives up in the end.
  private OfControl run(AppConversation conversation, Memory memory, Deadline deadline) {
    Optional<Door> door = inside.of(conversation);
    if (door.isEmpty()) {
      return resumed(memory);
    }
    Reply reply = door.get().api().repeatablePost(door.get().path() + "/run", null, deadline);
    if (reply.is(200) || reply.is(409) || reply instanceof Reply.NotSent) {
      return resumed(memory);
    }
    return reply.is(404) ? new ConversationMissing() : reply.silence();
  }

  private OfControl resumed(Memory memory) {
    return new AgentResumed(memory.resumed(clock.instant()).toString());
  }

  OfControl stop(String id, Deadline deadline) {
    return switch (inventory.conversation(id, deadline)) {
      case Silent<Optional<AppConversation>>(var evidence) -> evidence;
      case Got<Optional<AppConversation>>(var found) ->
          found
              .map(conversation -> stop(conversation, deadline))
              .orElseGet(() -> stopStarting(id, deadline));
    };
  }

  private OfControl stop(AppConversation conversation, Deadline deadline) {
    if (conversation.sandboxStatus() == SandboxStatus.MISSING) {
      return new ConversationMissing();
    }
    if (conversation.sandboxStatus() == SandboxStatus.PAUSED
        || Verdicts.rests(conversation.word())) {
      return new StopTaken();
    }
    Optional<Door> door = inside.of(conversation);
    boolean interrupted = door.isPresent() && interrupt(door.get(), deadline.half()).is(200);
    return interrupted ? new StopTaken() : pause(conversation, deadline);
  }

  private static Reply interrupt(Door door, Deadline deadline) {
    return door.api().repeatablePost(door.path() + "/interrupt", null, deadline);
  }

  /// Stops whatever is in the sandbox, unless agents of other conversations are.
  private OfControl pause(AppConversation conversation, Deadline deadline) {
    String sandbox = conversation.sandbox();
    if (sandbox == null) {
      return NO_SANDBOX;
    }
    return switch (sandboxes.shared(conversation, deadline)) {
      case Silent<Boolean>(var evidence) -> evidence;
      case Got<Boolean>(Boolean shared) ->
          shared ? UNABLE : paused(sandboxes.pause(sandbox, deadline));
    };
  }

  private static OfControl paused(Reply reply) {
    if (reply.is(200)) {
      return new StopTaken();
    }
    return reply.is(404) ? new ConversationMissing() : reply.silence();
  }

  /// Stops a conversation that is not there yet by the sandbox that was made for it. Before there
  /// is one, the next look tells whether it has to be tried again.
  private OfControl stopStarting(String id, Deadline deadline) {
    Reply reply =
        api.get(
            Inventory.CONVERSATIONS + "/start-tasks/search?sort_order=CREATED_AT_DESC&limit=100",
            deadline);
    JsonNode body = reply.listing("items");
    if (body == null) {
      return reply.silence();
    }
    for (JsonNode node : body.path("items")) {
      StartTask task = StartTask.of(node);
      if (task != null && task.wanted().equals(Ids.plain(id)) && !task.failed()) {
        return task.sandbox() == null
            ? new StopTaken()
            : paused(sandboxes.pause(task.sandbox(), deadline));
      }
    }
    return new ConversationMissing();
  }
}
