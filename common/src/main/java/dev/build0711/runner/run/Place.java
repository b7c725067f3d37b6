package dev.build0711.runner.run;

/// One of a backend's places for agents, held by a run from its admission until its agent certainly
/// works no more.
///
/// @param backend the configured name of the backend
/// @param epoch the run's `poll_epoch` at its admission: no look up to this one can have asked the
///   backend for anything
public record Place(String backend, long epoch) {}
