package dev.build0711.runner.simulator;

import dev.build0711.runner.simulator.agentserver.Edition;
import dev.build0711.runner.simulator.appserver.AppOptions;
import dev.build0711.runner.simulator.legacy.LegacyOptions;
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
/// @param maxRuns how many agents an agent-server runs at once before it answers starts with 429
/// @param journal a file that lets one started anew know its conversations again, null for none
/// @param dialect what it speaks
/// @param app what it is like as a V1 app server
/// @param legacy what it is like as a V0 app server
/// @param agentServer which release it is as an agent-server
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
    @Nullable Path journal,
    DialectName dialect,
    AppOptions app,
    LegacyOptions legacy,
    Edition agentServer) {

  /// Waits for as long as it is told.
  @FunctionalInterface
  public interface Delay {
    void await(Duration time) throws InterruptedException;
  }

  /// An agent-server on any free port of 127.0.0.1, open, by the system's clock, as many runs as
  /// the real one takes; a `finish` takes about ten seconds.
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
        null,
        DialectName.AGENT_SERVER,
        AppOptions.defaults(),
        LegacyOptions.defaults(),
        Edition.NEWEST);
  }

  public Options withHost(String host) {
    return new Options(
        host,
        port,
        key,
        clock,
        delay,
        seed,
        step,
        cloneTime,
        maxRuns,
        journal,
        dialect,
        app,
        legacy,
        agentServer);
  }

  public Options withPort(int port) {
    return new Options(
        host,
        port,
        key,
        clock,
        delay,
        seed,
        step,
        cloneTime,
        maxRuns,
        journal,
        dialect,
        app,
        legacy,
        agentServer);
  }

  public Options withKey(@Nullable String key) {
    return new Options(
        host,
        port,
        key,
        clock,
        delay,
        seed,
        step,
        cloneTime,
        maxRuns,
        journal,
        dialect,
        app,
        legacy,
        agentServer);
  }

  public Options withClock(InstantSource clock, Delay delay) {
    return new Options(
        host,
        port,
        key,
        clock,
        delay,
        seed,
        step,
        cloneTime,
        maxRuns,
        journal,
        dialect,
        app,
        legacy,
        agentServer);
  }

  public Options withSeed(long seed) {
    return new Options(
        host,
        port,
        key,
        clock,
        delay,
        seed,
        step,
        cloneTime,
        maxRuns,
        journal,
        dialect,
        app,
        legacy,
        agentServer);
  }

  public Options withStep(Duration step) {
    return new Options(
        host,
        port,
        key,
        clock,
        delay,
        seed,
        step,
        cloneTime,
        maxRuns,
        journal,
        dialect,
        app,
        legacy,
        agentServer);
  }

  public Options withCloneTime(Duration cloneTime) {
    return new Options(
        host,
        port,
        key,
        clock,
        delay,
        seed,
        step,
        cloneTime,
        maxRuns,
        journal,
        dialect,
        app,
        legacy,
        agentServer);
  }

  public Options withMaxRuns(int maxRuns) {
    return new Options(
        host,
        port,
        key,
        clock,
        delay,
        seed,
        step,
        cloneTime,
        maxRuns,
        journal,
        dialect,
        app,
        legacy,
        agentServer);
  }

  public Options withJournal(@Nullable Path journal) {
    return new Options(
        host,
        port,
        key,
        clock,
        delay,
        seed,
        step,
        cloneTime,
        maxRuns,
        journal,
        dialect,
        app,
        legacy,
        agentServer);
  }

  /// An agent-server of this release.
  public Options asAgentServer(Edition agentServer) {
    return new Options(
        host,
        port,
        key,
        clock,
        delay,
        seed,
        step,
        cloneTime,
        maxRuns,
        journal,
        DialectName.AGENT_SERVER,
        app,
        legacy,
        agentServer);
  }

  /// A V1 app server that is like this.
  public Options asApp(AppOptions app) {
    return new Options(
        host,
        port,
        key,
        clock,
        delay,
        seed,
        step,
        cloneTime,
        maxRuns,
        journal,
        DialectName.APP_V1,
        app,
        legacy,
        agentServer);
  }

  /// A V0 app server that is like this.
  public Options asLegacy(LegacyOptions legacy) {
    return new Options(
        host,
        port,
        key,
        clock,
        delay,
        seed,
        step,
        cloneTime,
        maxRuns,
        journal,
        DialectName.APP_V0,
        app,
        legacy,
        agentServer);
  }
}
