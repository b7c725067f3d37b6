package dev.build0711.runner.run;

import org.jspecify.annotations.Nullable;

/// The agent's session on a backend.
///
/// @param backend the configured name of the backend; a run stays with its backend
/// @param dialect which API the backend speaks
/// @param version the backend's own version, where it tells
/// @param id the backend's id of the conversation; lower-case hex with or without dashes
public record Conversation(String backend, Dialect dialect, @Nullable String version, String id) {

  /// Agents of an agent-server share its process. The app servers keep a sandbox for each, which
  /// takes a place also while its agent rests.
  boolean keepsSandbox() {
    return switch (dialect) {
      case AGENT_SERVER -> false;
      case APP_V1, APP_V0 -> true;
    };
  }

  Conversation at(String nextVersion) {
    return new Conversation(backend, dialect, nextVersion, id);
  }
}
