package dev.build0711.runner.run;

import java.time.Instant;

/// A [Reason] and since when it holds.
public record StatusReason(Reason code, Instant since) {}
