package dev.build0711.runner.openhands.agentserver;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.exchange.Reply.Answer;
import dev.build0711.runner.exchange.Reply.Broken;
import dev.build0711.runner.exchange.Reply.TimedOut;
import dev.build0711.runner.openhands.Api;
import dev.build0711.runner.openhands.events.Cursor;
import dev.build0711.runner.run.Evidence.AgentResumed;
import dev.build0711.runner.run.Evidence.BackendFull;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.OfControl;
import dev.build0711.runner.run.Evidence.StopTaken;
import java.time.InstantSource;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Sets agents going again and stops them.
final class Control {

  private final Api api;
  private final InstantSource clock;

  Control(Api api, InstantSource clock) {
    this.api = api;
    this.clock = clock;
  }

  OfControl resume(UUID id, @Nullable String memory, Deadline deadline) {
    Reply reply = run(id, deadline);
    if (reply.is(409) && idle(id, deadline)) {
      interrupt(id, deadline);
      reply = run(id, deadline);
    }
    if (reply.is(200) || reply.is(409)) {
      return new AgentResumed(Cursor.parse(memory).resumed(clock.instant()).toString());
    }
    if (reply.is(404)) {
      return new ConversationMissing();
    }
    return reply.is(429) ? new BackendFull() : reply.silence();
  }

  private Reply run(UUID id, Deadline deadline) {
    return api.repeatablePost(Api.conversation(id) + "/run", null, deadline);
  }

  private Reply interrupt(UUID id, Deadline deadline) {
    return api.repeatablePost(Api.conversation(id) + "/interrupt", null, deadline);
  }

  /// Whether the agent does nothing although the server takes it for running.
  private boolean idle(UUID id, Deadline deadline) {
    if (api.get(Api.conversation(id), deadline) instanceof Answer(int status, JsonNode node, _)
        && status == 200) {
      ConversationInfo info = ConversationInfo.of(node);
      return info != null && info.status().equals("idle");
    }
    return false;
  }

  OfControl stop(UUID id, Deadline deadline) {
    Reply reply = interrupt(id, deadline);
    return reply.is(404) || reply.is(405) ? paused(id, deadline) : stopped(reply);
  }

  /// Servers before 1.23 can only pause. That takes effect when the agent's step is over, and is
  /// answered then, however long after the request was given up.
  private OfControl paused(UUID id, Deadline deadline) {
    Reply reply = api.repeatablePost(Api.conversation(id) + "/pause", null, deadline);
    return reply instanceof TimedOut || reply instanceof Broken ? new StopTaken() : stopped(reply);
  }

  /// An unknown conversation is 404, before 1.58 400.
  private static OfControl stopped(Reply reply) {
    if (reply.is(200)) {
      return new StopTaken();
    }
    return reply.is(404) || reply.is(400) ? new ConversationMissing() : reply.silence();
  }
}
