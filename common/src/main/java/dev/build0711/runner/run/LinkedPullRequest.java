package dev.build0711.runner.run;

import java.time.Instant;

/// A pull request that belongs to a run.
///
/// @param rule the rule of the ladder that linked it
/// @param linkedAt when; the earliest one is the run's own, others are further ones
public record LinkedPullRequest(PullRequest pullRequest, LinkRule rule, Instant linkedAt) {}
