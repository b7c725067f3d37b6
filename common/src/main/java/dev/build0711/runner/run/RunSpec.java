package dev.build0711.runner.run;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What the caller asked for; it never changes.
///
/// @param branch the branch to start from, null for the repository's default
/// @param metadata a JSON object as text, given back equal as JSON; never looked into
/// @param timeout how long the run may take from its start
/// @param priority -100 to 100; where places are scarce the greater comes first
public record RunSpec(
    String projectId,
    String compiledPrompt,
    @Nullable Repository repository,
    @Nullable String branch,
    @Nullable String metadata,
    @Nullable String title,
    CompleteOn completeOn,
    Duration timeout,
    int priority,
    AgentOptions options) {

  public static final Duration DEFAULT_TIMEOUT = Duration.ofDays(1);
}
