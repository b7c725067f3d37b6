package dev.build0711.runner.port;

import java.util.List;
import java.util.Optional;

/// The configured backends.
public interface Backends {

  /// The backend that a new run should go to, empty when none takes new runs.
  Optional<AgentBackend> choose();

  /// The backend of that name, empty when it is no longer configured.
  Optional<AgentBackend> named(String name);

  List<AgentBackend> all();
}
