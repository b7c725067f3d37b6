package dev.build0711.runner.simulator.scenario;

import java.time.Duration;

/// A time in which the whole server closes every connection unanswered.
///
/// @param after how long after the beginning of the run it comes
record Outage(Duration after, Duration lasting) {}
