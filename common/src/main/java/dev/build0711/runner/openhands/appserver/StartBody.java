package dev.build0711.runner.openhands.appserver;

import dev.build0711.runner.port.AgentBackend.Order;
import dev.build0711.runner.run.Repository;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The bodies of the requests that hand an agent its work. The limits of a run's budget have no
/// field here.
final class StartBody {

  private StartBody() {}

  /// The body of a start.
  ///
  /// @param id the conversation's id, null where the server chooses it
  static ObjectNode of(Order order, @Nullable String id) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    put(body, "conversation_id", id);
    body.set("initial_message", message(order.prompt()));
    Repository repository = order.repository();
    if (repository != null) {
      body.put("selected_repository", repository.path());
      body.put("git_provider", repository.provider().toString());
      put(body, "selected_branch", order.branch());
    }
    put(body, "llm_model", order.options().model());
    put(body, "agent_profile_id", order.options().agentProfile());
    return body;
  }

  /// A message of the user that sets the agent to work.
  static ObjectNode message(String text) {
    ObjectNode message = JsonNodeFactory.instance.objectNode();
    message.put("role", "user");
    message.putArray("content").addObject().put("type", "text").put("text", text);
    message.put("run", true);
    return message;
  }

  private static void put(ObjectNode node, String name, @Nullable String value) {
    if (value != null) {
      node.put(name, value);
    }
  }
}
