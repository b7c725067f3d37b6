package dev.build0711.runner.simulator;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// How a simulator is to be.
///
/// @param host the address to listen on
/// @param port the port to listen on, 0 for any that is free
/// @param key what callers must show as `X-Session-API-Key`, null for none
/// @param clock what all scenarios run by
/// @param delay how an answer is held back
/// @param seed what ids are made from: the same seed, the same ids
/// @param step how long a step of a scenario takes when its cue does not say
/// @param cloneTime how long a `git clone` takes
/// @param maxRuns how many agents may run at once before starts are answered with 429
/// @param journal a file that lets one started anew know its conversations again, null for none
public record Options(
    String host,
    int port,
    @Nullable String key,
    InstantSource clock,
    Delay delay,
    long seed,
    Duration step,
    Duration cloneTime,
    int maxRuns,
    @Nullable Path journal) {

  /// Waits for as long as it is told.
  @FunctionalInterface
  public interface Delay {
    void await(Duration time) throws InterruptedException;
  }

  /// On any free port of 127.0.0.1, open, by the system's clock, as many runs as the real server
  /// takes; a `finish` takes about ten seconds.
  public static Options defaults() {
    return new Options(
        "127.0.0.1",
        0,
        null,
        InstantSource.system(),
        Thread::sleep,
        1,
        Duration.ofMillis(2500),
        Duration.ofSeconds(1),
        10,
        null);
  }

  public Options withHost(String host) {
    return new Options(host, port, key, clock, delay, seed, step, cloneTime, maxRuns, journal);
  }

  public Options withPort(int port) {
    return new Options(host, port, key, clock, delay, seed, step, cloneTime, maxRuns, journal);
  }

  public Options withKey(@Nullable String key) {
    return new Options(host, port, key, clock, delay, seed, step, cloneTime, maxRuns, journal);
  }

  public Options withClock(InstantSource clock, Delay delay) {
    return new Options(host, port, key, clock, delay, seed, step, cloneTime, maxRuns, journal);
  }

  public Options withSeed(long seed) {
    return new Options(host, port, key, clock, delay, seed, step, cloneTime, maxRuns, journal);
  }

  public Options withStep(Duration step) {
    return new Options(host, port, key, clock, delay, seed, step, cloneTime, maxRuns, journal);
  }

  public Options withCloneTime(Duration cloneTime) {
    return new Options(host, port, key, clock, delay, seed, step, cloneTime, maxRuns, journal);
  }

  public Options withMaxRuns(int maxRuns) {
    return new Options(host, port, key, clock, delay, seed, step, cloneTime, maxRuns, journal);
  }

  public Options withJournal(@Nullable Path journal) {
    return new Options(host, port, key, clock, delay, seed, step, cloneTime, maxRuns, journal);
  }
}
