package dev.build0711.runner.openhands.agentserver;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.exchange.Reply.Answer;
import dev.build0711.runner.openhands.Api;
import dev.build0711.runner.openhands.Asked.Got;
import dev.build0711.runner.openhands.Asked.Silent;
import dev.build0711.runner.openhands.agentserver.AgentChooser.Choice;
import dev.build0711.runner.openhands.agentserver.AgentChooser.Kind;
import dev.build0711.runner.openhands.events.Cursor;
import dev.build0711.runner.port.AgentBackend.Order;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Evidence.BackendFull;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.ConversationStarted;
import dev.build0711.runner.run.Evidence.OfStart;
import dev.build0711.runner.run.Evidence.StartRefused;
import dev.build0711.runner.run.Evidence.StartUnclear;
import dev.build0711.runner.run.Reason;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Starts conversations so that a run never has two, and its prompt never arrives twice.
///
/// The run's UUID is the conversation's id. Servers before 1.52.0 store the prompt once for each of
/// several POSTs that are under way together, so there a POST is never repeated while an earlier
/// one may be.
final class Conversations {

  private final Api api;
  private final Probe probe;
  private final AgentChooser chooser;
  private final StartBody body;
  private final Adoption adoption;
  private final String backend;
  private final InstantSource clock;

  Conversations(
      Api api,
      Probe probe,
      AgentChooser chooser,
      StartBody body,
      String backend,
      InstantSource clock) {
    this.api = api;
    this.probe = probe;
    this.chooser = chooser;
    this.body = body;
    this.adoption = new Adoption(api);
    this.backend = backend;
    this.clock = clock;
  }

  OfStart start(Order order, boolean first, Deadline deadline) {
    return switch (probe.info(deadline)) {
      case Silent<ServerInfo>(var evidence) -> evidence;
      case Got<ServerInfo>(ServerInfo info) -> {
        Target target = new Target(order, info, conversation(order, info), deadline);
        yield first ? create(target) : find(target);
      }
    };
  }

  private record Target(
      Order order, ServerInfo info, Conversation conversation, Deadline deadline) {}

  private Conversation conversation(Order order, ServerInfo info) {
    return new Conversation(
        backend, Dialect.AGENT_SERVER, info.version(), order.id().value().toString());
  }

  /// Looks for the conversation of an order, and makes none.
  OfStart find(Order order, Deadline deadline) {
    Reply reply = api.get(Api.conversation(order.id().value()), deadline);
    if (reply.is(404)) {
      return new ConversationMissing();
    }
    if (!(reply instanceof Answer(int status, JsonNode node, _)) || status != 200) {
      return reply.silence();
    }
    ConversationInfo info = ConversationInfo.of(node);
    return info == null
        ? new BackendSilent(Reason.BACKEND_BAD_ANSWER, null)
        : found(order, info, deadline);
  }

  private OfStart found(Order order, ConversationInfo info, Deadline deadline) {
    Conversation conversation =
        new Conversation(
            backend, Dialect.AGENT_SERVER, probe.version(deadline), order.id().value().toString());
    return info.status().equals("deleting")
        ? new ConversationMissing()
        : new ConversationStarted(conversation, Cursor.begun(info.createdAt()).toString());
  }

  private OfStart find(Target target) {
    Reply reply = api.get(Api.conversation(target.order().id().value()), target.deadline());
    return reply.is(404) ? create(target) : existing(target, reply);
  }

  private OfStart create(Target target) {
    return create(target, chooser.choose(target.order().options(), target.deadline()));
  }

  private OfStart create(Target target, Choice choice) {
    return switch (choice) {
      case Choice.Refused(Reason why) -> new StartRefused(why);
      case Choice.Silent(var evidence) -> evidence;
      case Choice.Chosen(ObjectNode agent, Kind kind) -> posted(target, kind, post(target, agent));
    };
  }

  private Reply post(Target target, ObjectNode agent) {
    JsonNode whole = body.start(target.order(), agent);
    if (!target.info().idempotentCreate()) {
      return api.singlePost("/api/conversations", whole, target.deadline());
    }
    Reply first = api.singlePost("/api/conversations", whole, target.deadline().half());
    if (!first.unclear()) {
      return first;
    }
    // only that the conversation is there makes the first one clear
    Reply second = api.singlePost("/api/conversations", whole, target.deadline());
    return second.is(200) || second.is(201) ? second : first;
  }

  private OfStart posted(Target target, Kind kind, Reply reply) {
    if (reply.unclear()) {
      return new StartUnclear(target.conversation());
    }
    if (!(reply instanceof Answer(int status, JsonNode _, var _))) {
      return reply.silence();
    }
    return switch (status) {
      case 201 -> started(target, clock.instant());
      case 200 -> existing(target, reply);
      case 429 -> new BackendFull();
      case 400, 413, 422 -> refused(target, kind, Reason.START_REFUSED, reply);
      case 404 -> refused(target, kind, Reason.PROFILE_UNKNOWN, reply);
      case 409 -> new BackendSilent(Reason.BACKEND_ERROR, null);
      default -> reply.silence();
    };
  }

  /// The active profile of a server that nobody has set up points at a model that is not there; its
  /// settings may do.
  private OfStart refused(Target target, Kind kind, Reason why, Reply reply) {
    return switch (kind) {
      case ACTIVE_PROFILE -> create(target, chooser.serverSettings(null, target.deadline()));
      case PROFILE -> new StartRefused(why);
      case SETTINGS -> why == Reason.PROFILE_UNKNOWN ? reply.silence() : new StartRefused(why);
    };
  }

  private OfStart existing(Target target, Reply reply) {
    if (!reply.is(200) || !(reply instanceof Answer(int _, JsonNode node, var _))) {
      return reply.silence();
    }
    ConversationInfo info = ConversationInfo.of(node);
    if (info == null) {
      return new BackendSilent(Reason.BACKEND_BAD_ANSWER, null);
    }
    return switch (adoption.adopt(target.order(), info, target.deadline())) {
      case Adoption.SetGoing _ -> started(target, clock.instant());
      case Adoption.Found _ -> started(target, info.createdAt());
      case Adoption.Full _ -> new BackendFull();
      case Adoption.Unclear _ -> new StartUnclear(target.conversation());
      case Adoption.Unanswered(var evidence) -> evidence;
    };
  }

  private static OfStart started(Target target, @Nullable Instant workedAt) {
    return new ConversationStarted(target.conversation(), Cursor.begun(workedAt).toString());
  }
}
