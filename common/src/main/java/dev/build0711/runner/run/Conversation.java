package dev.build0711.runner.run;

import org.jspecify.annotations.Nullable;

/// The agent's session on a backend.
///
/// @param backend the configured name of the backend; a run stays with its backend
/// @param dialect which API the backend speaks: `agent-server`, `app-v1` or `app-v0`
/// @param version the backend's own version, where it tells
/// @param id the backend's id of the conversation; lower-case hex with or without dashes
public record Conversation(String backend, String dialect, @Nullable String version, String id) {

  /// Agents of an agent-server share its process. The app servers keep a sandbox for each, which
  /// takes a place also while its agent rests.
  boolean keepsSandbox() {
    return !dialect.equals("agent-server");
  }

  Conversation at(String nextVersion) {
    return new Conversation(backend, dialect, nextVersion, id);
  }
}
