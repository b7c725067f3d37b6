package dev.build0711.runner.cloudtasks;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/// The queue whose tasks call poll-run.
///
/// @param target the URL of poll-run; null where the queue's own `http_target` carries it
/// @param serviceAccount whose OIDC token calls the target; null where the queue carries it
/// @param endpoint another service that speaks the same, asked without credentials; null for
///   Google's own
public record TaskQueue(
    String project,
    String location,
    String name,
    @Nullable URI target,
    @Nullable String serviceAccount,
    @Nullable URI endpoint) {}
