package dev.build0711.runner.run;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Where a run stands, as callers see it.
///
/// @param phase null unless RUNNING
/// @param revision how often a verdict was corrected
/// @param startedAt when work on a backend began
/// @param finishedAt when the run ended; null while it has not
/// @param deadlineAt when the run ends TIMED_OUT if nothing else ends it
public record Standing(
    RunStatus status,
    @Nullable StatusReason reason,
    @Nullable Phase phase,
    int revision,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    Instant deadlineAt) {}
