package dev.build0711.runner.openhands.appserver;

import dev.build0711.runner.openhands.SessionKey;
import java.net.URI;

/// What the configuration says of one app server.
///
/// @param baseUrl may have a path, with or without a slash at its end
/// @param maxSandboxes how many sandboxes the server keeps awake at once; with one more it puts the
///   oldest to sleep, whoever's it is
public record AppServerSettings(String name, URI baseUrl, SessionKey key, int maxSandboxes) {

  public AppServerSettings {
    if (maxSandboxes < 1) {
      throw new IllegalArgumentException("maxSandboxes must be at least 1, not " + maxSandboxes);
    }
  }
}
