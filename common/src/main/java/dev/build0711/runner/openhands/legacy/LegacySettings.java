package dev.build0711.runner.openhands.legacy;

import dev.build0711.runner.openhands.SessionKey;
import java.net.URI;

/// What the configuration says of one V0 app server.
///
/// @param baseUrl may have a path, with or without a slash at its end
/// @param maxConversations how many conversations the server keeps a sandbox for
///   (`max_concurrent_conversations`, 3 unless it was changed); one more and it stops the oldest,
///   in the middle of its work
public record LegacySettings(String name, URI baseUrl, SessionKey key, int maxConversations) {

  public LegacySettings {
    if (maxConversations < 1) {
      throw new IllegalArgumentException(
          "a server has room for at least one conversation, not " + maxConversations);
    }
  }
}
