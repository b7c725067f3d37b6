package dev.build0711.runner.http;

import java.net.URI;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// What every endpoint of a process has in common.
///
/// @param publicUrl what addresses in answers begin with; null for the address the caller used
/// @param random makes the ids of requests and errors; used by many threads at once
public record Edge(Callers callers, @Nullable URI publicUrl, RandomGenerator random) {}
