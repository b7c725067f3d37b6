package dev.build0711.runner.openhands.legacy;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.exchange.Reply.Answer;
import dev.build0711.runner.exchange.Reply.NotJson;
import dev.build0711.runner.openhands.Api;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The exchanges with one server about its conversations.
///
/// The server rewrites its files in place, and whoever reads meanwhile meets an empty one and gets
/// a 500, also in the middle of a healthy run. So whatever only reads is asked for once more.
final class Calls {

  static final String LIST = "/api/conversations";

  private final Api api;

  Calls(Api api) {
    this.api = api;
  }

  static String path(String id) {
    return LIST + "/" + id;
  }

  Reply get(String path, Deadline deadline) {
    return twice(() -> api.get(path, deadline));
  }

  Reply fetch(String path, int cap, Deadline deadline) {
    return twice(() -> api.fetch(path, cap, deadline));
  }

  private static Reply twice(Supplier<Reply> exchange) {
    Reply reply = exchange.get();
    return failed(reply) ? exchange.get() : reply;
  }

  /// Whether the server says that it failed.
  static boolean failed(Reply reply) {
    return switch (reply) {
      case Answer(int status, var _, var _) -> status >= 500;
      case NotJson(int status, var _) -> status >= 500;
      case Reply.Content _, Reply.TooLarge _, Reply.TimedOut _, Reply.NotSent _, Reply.Broken _ ->
          false;
    };
  }

  /// Posts something that must not arrive twice.
  Reply post(String path, JsonNode body, Deadline deadline) {
    return api.singlePost(path, body, deadline);
  }

  /// Writes to the agent.
  Reply message(String id, String text, Deadline deadline) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("message", text);
    return api.singlePost(path(id) + "/message", body, deadline);
  }

  /// Orders the agent into another state. The server believes any, whatever the agent does.
  Reply order(String id, String state, Deadline deadline) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("action", "change_agent_state");
    body.putObject("args").put("agent_state", state);
    return api.singlePost(path(id) + "/events", body, deadline);
  }

  /// Gives a stopped conversation a sandbox again; its agent waits then. A conversation that has
  /// one keeps it.
  ///
  /// @param provider whose token the sandbox gets, null for none
  Reply startAgain(String id, @Nullable String provider, Deadline deadline) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    var providers = body.putArray("providers_set");
    if (provider != null) {
      providers.add(provider);
    }
    return api.repeatablePost(path(id) + "/start", body, deadline);
  }

  /// Takes the sandbox from a conversation, if it has one.
  Reply close(String id, Deadline deadline) {
    return api.repeatablePost(path(id) + "/stop", null, deadline);
  }
}
