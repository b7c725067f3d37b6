package dev.build0711.runner.openhands.agentserver;

import dev.build0711.runner.openhands.agentserver.GitAccess.Remote;
import dev.build0711.runner.port.AgentBackend.Order;
import dev.build0711.runner.run.GitProvider;
import dev.build0711.runner.run.Repository;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The bodies of the requests that hand an agent its work.
final class StartBody {

  private final GitAccess git;
  private final Directories directories;

  StartBody(GitAccess git, Directories directories) {
    this.git = git;
    this.directories = directories;
  }

  /// The body of `POST /api/conversations`.
  ///
  /// @param agent the fields that name the agent
  ObjectNode start(Order order, ObjectNode agent) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("conversation_id", order.id().value().toString());
    body.putObject("workspace")
        .put("kind", "LocalWorkspace")
        .put("working_dir", directories.work(order));
    body.setAll(agent);
    body.set("initial_message", message(order.prompt()));
    if (order.options().maxIterations() != null) {
      body.put("max_iterations", order.options().maxIterations());
    }
    body.putObject("tags").put("runid", order.id().toString());
    body.put("autotitle", false);
    secrets(body, order.repository());
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

  /// The token of the run's own git host, under the name that the host's command line tool reads.
  private void secrets(ObjectNode body, @Nullable Repository repository) {
    Remote remote = repository == null ? null : git.to(repository);
    if (repository == null || remote == null || remote.token() == null) {
      return;
    }
    String name = repository.provider() == GitProvider.GITHUB ? "GITHUB_TOKEN" : "GITLAB_TOKEN";
    body.putObject("secrets")
        .putObject(name)
        .put("kind", "StaticSecret")
        .put("value", remote.token());
  }
}
