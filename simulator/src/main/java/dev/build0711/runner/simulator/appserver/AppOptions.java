package dev.build0711.runner.simulator.appserver;

import java.time.Duration;

/// How a simulated V1 app server is to be.
///
/// @param startup how long a start task takes when a cue does not say
/// @param eventLag how long an event may wait in its sandbox until the app server has it, unless it
///   is the tenth that waits; 30 seconds on a real one
/// @param maxSandboxes how many sandboxes run before one more makes the oldest pause
/// @param webPages whether unknown paths are answered with the web pages
/// @param rateLimited whether more than 10 requests within a second are answered late and more than
///   20 not at all, as a real one does
public record AppOptions(
    Release release,
    Duration startup,
    Duration eventLag,
    int maxSandboxes,
    boolean webPages,
    boolean rateLimited) {

  /// A 1.11.0 that is quicker than a real one: starts in a second, events within half a second.
  public static AppOptions defaults() {
    return new AppOptions(
        Release.V1_11, Duration.ofSeconds(1), Duration.ofMillis(500), 5, false, false);
  }

  public AppOptions withRelease(Release release) {
    return new AppOptions(release, startup, eventLag, maxSandboxes, webPages, rateLimited);
  }

  public AppOptions withStartup(Duration startup) {
    return new AppOptions(release, startup, eventLag, maxSandboxes, webPages, rateLimited);
  }

  public AppOptions withEventLag(Duration eventLag) {
    return new AppOptions(release, startup, eventLag, maxSandboxes, webPages, rateLimited);
  }

  public AppOptions withMaxSandboxes(int maxSandboxes) {
    return new AppOptions(release, startup, eventLag, maxSandboxes, webPages, rateLimited);
  }

  public AppOptions withWebPages(boolean webPages) {
    return new AppOptions(release, startup, eventLag, maxSandboxes, webPages, rateLimited);
  }

  public AppOptions withRateLimited(boolean rateLimited) {
    return new AppOptions(release, startup, eventLag, maxSandboxes, webPages, rateLimited);
  }
}
