package dev.build0711.runner.openhands.legacy;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.exchange.Reply.Answer;
import dev.build0711.runner.exchange.Reply.Broken;
import dev.build0711.runner.exchange.Reply.Content;
import dev.build0711.runner.exchange.Reply.NotJson;
import dev.build0711.runner.exchange.Reply.NotSent;
import dev.build0711.runner.exchange.Reply.TimedOut;
import dev.build0711.runner.exchange.Reply.TooLarge;
import dev.build0711.runner.openhands.Asked.Got;
import dev.build0711.runner.openhands.Asked.Silent;
import dev.build0711.runner.port.AgentBackend.Order;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Evidence.BackendFull;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.ConversationStarted;
import dev.build0711.runner.run.Evidence.OfStart;
import dev.build0711.runner.run.Evidence.StartRefused;
import dev.build0711.runner.run.Evidence.StartUnclear;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Repository;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Starts conversations so that a run never has two.
///
/// The server chooses the id and does the same thing twice if it is asked twice. So nothing is
/// posted while an earlier POST may have made something that cannot be seen yet, and what an
/// earlier one has made is taken over.
final class Starts {

  private final Calls calls;
  private final Search search;
  private final Places places;
  private final Release release;
  private final String backend;

  Starts(Calls calls, Search search, Places places, Release release, String backend) {
    this.calls = calls;
    this.search = search;
    this.places = places;
    this.release = release;
    this.backend = backend;
  }

  OfStart start(Order order, boolean first, Deadline deadline) {
    if (order.options().model() != null || order.options().agentProfile() != null) {
      return new StartRefused(Reason.OPTION_UNSUPPORTED);
    }
    if (first) {
      return create(order, true, deadline);
    }
    return switch (search.of(order, deadline)) {
      case Search.None _ -> create(order, false, deadline);
      case Search.Found(String id) -> started(order, id, deadline);
      case Search.Open _ -> new StartUnclear(null);
      case Search.Unanswered(var evidence) -> evidence;
    };
  }

  /// Looks for the conversation of an order, and makes none.
  OfStart find(Order order, Deadline deadline) {
    return found(order, new ConversationMissing(), deadline);
  }

  private OfStart found(Order order, OfStart none, Deadline deadline) {
    return switch (search.of(order, deadline)) {
      case Search.None _ -> none;
      case Search.Found(String id) -> started(order, id, deadline);
      case Search.Open _ -> new StartUnclear(null);
      case Search.Unanswered(var evidence) -> evidence;
    };
  }

  private OfStart create(Order order, boolean first, Deadline deadline) {
    return switch (places.free(deadline)) {
      case Silent<Boolean>(var evidence) -> evidence;
      case Got<Boolean>(Boolean free) ->
          free
              ? posted(order, first, calls.post(Calls.LIST, body(order), deadline.half()), deadline)
              : new BackendFull();
    };
  }

  private static ObjectNode body(Order order) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("initial_user_msg", order.prompt());
    Repository repository = order.repository();
    if (repository != null) {
      body.put("repository", repository.path());
      body.put("git_provider", repository.provider().toString());
      if (order.branch() != null) {
        body.put("selected_branch", order.branch());
      }
    }
    return body;
  }

  private OfStart posted(Order order, boolean first, Reply reply, Deadline deadline) {
    return switch (reply) {
      case TimedOut _, Broken _, TooLarge _, Content _ -> new StartUnclear(null);
      case NotSent _ -> reply.silence();
      case NotJson(int status, var _) ->
          ofProxy(status) ? reply.silence() : answered(order, first, status, reply, deadline);
      case Answer(int status, JsonNode body, var _) -> {
        String id = body.path("conversation_id").stringValue("");
        yield status == 200 && ConversationInfo.isId(id)
            ? started(order, id, deadline)
            : answered(order, first, status, reply, deadline);
      }
    };
  }

  /// The server refuses in JSON; a page with such a status is that of something before it.
  private static boolean ofProxy(int status) {
    return status == 400 || status == 413 || status == 422;
  }

  private OfStart answered(Order order, boolean first, int status, Reply reply, Deadline deadline) {
    return switch (status) {
      case 200, 502, 504 -> new StartUnclear(null);
      case 500 -> failed(order, first, deadline);
      case 400 -> new StartRefused(refusal(reply));
      case 401 -> saysNoLogin(reply) ? new StartRefused(Reason.CLONE_FAILED) : reply.silence();
      case 413, 422 -> new StartRefused(Reason.START_REFUSED);
      default -> reply.silence();
    };
  }

  /// The server fails so where it has no token for the repository, and for passing reasons. When it
  /// has failed in two tries and nothing has come of either, it will not start this run.
  private OfStart failed(Order order, boolean first, Deadline deadline) {
    if (first) {
      return new StartUnclear(null);
    }
    Reason why = order.repository() == null ? Reason.START_REFUSED : Reason.CLONE_FAILED;
    return found(order, new StartRefused(why), deadline);
  }

  private static Reason refusal(Reply reply) {
    boolean key =
        reply instanceof Answer(int _, JsonNode body, _)
            && body.path("msg_id").stringValue("").equals("STATUS$ERROR_LLM_AUTHENTICATION");
    return key ? Reason.LLM_AUTHENTICATION : Reason.START_REFUSED;
  }

  /// A refused key is told in an object. A bare text tells that the server itself could not log in
  /// to the git host, or not reach the repository.
  private static boolean saysNoLogin(Reply reply) {
    return reply instanceof Answer(int _, JsonNode body, _) && body.isString();
  }

  private OfStart started(Order order, String id, Deadline deadline) {
    Conversation conversation =
        new Conversation(backend, Dialect.APP_V0, release.version(deadline), id);
    Repository repository = order.repository();
    String address = repository == null ? null : repository.pullRequests();
    return new ConversationStarted(conversation, Cursor.begun(address).toString());
  }
}
