package dev.build0711.runner.openhands.agentserver;

import dev.build0711.runner.openhands.Version;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What `/server_info` tells of a server.
///
/// @param version null where it does not tell
/// @param idempotentCreate whether two POSTs of one conversation id at the same time make one
///   conversation with one message (1.52.0 and later)
/// @param upSince when it was started, to the second, by the runner's clock; null where it does not
///   tell
record ServerInfo(@Nullable String version, boolean idempotentCreate, @Nullable Instant upSince) {

  static final ServerInfo UNKNOWN = new ServerInfo(null, false, null);

  private static final double MAX_UPTIME_SECONDS = 1e9;

  static ServerInfo of(JsonNode info, Instant now) {
    boolean idempotent =
        info.path("capabilities")
            .valueStream()
            .anyMatch(one -> one.stringValue("").equals("idempotent_conversation_create_v1"));
    double uptime = info.path("uptime").isNumber() ? info.path("uptime").asDouble(-1) : -1;
    return new ServerInfo(
        Version.in(info.path("version")),
        idempotent,
        uptime >= 0 && uptime <= MAX_UPTIME_SECONDS
            ? now.minusMillis(Math.round(uptime * 1000))
            : null);
  }
}
