package dev.build0711.runner.openhands.agentserver;

import dev.build0711.runner.port.AgentBackend.Order;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.run.RunId;

/// Where a run works on the server: a directory of its own, and in it the clone of its repository.
record Directories(String root) {

  Directories {
    root = root.replaceAll("/+$", "");
  }

  String run(RunId id) {
    return root + "/" + id;
  }

  /// Where the agent begins.
  String work(Order order) {
    Repository repository = order.repository();
    return repository == null ? run(order.id()) : clone(order.id(), repository);
  }

  String clone(RunId id, Repository repository) {
    return run(id) + "/" + repository.path().substring(repository.path().lastIndexOf('/') + 1);
  }
}
