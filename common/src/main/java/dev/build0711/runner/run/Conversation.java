package dev.build0711.runner.run;

import org.jspecify.annotations.Nullable;

/// The agent's session on a backend.
///
/// @param backend the configured name of the backend; a run stays with its backend
/// @param dialect which API the backend speaks: `agent-server`
/// @param version the backend's own version, where it tells
/// @param id the backend's id of the conversation; lower-case hex with or without dashes
public record Conversation(String backend, String dialect, @Nullable String version, String id) {}
