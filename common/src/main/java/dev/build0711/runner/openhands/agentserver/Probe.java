package dev.build0711.runner.openhands.agentserver;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.exchange.Reply.Answer;
import dev.build0711.runner.openhands.Api;
import dev.build0711.runner.openhands.Asked;
import dev.build0711.runner.openhands.Asked.Got;
import dev.build0711.runner.openhands.Asked.Silent;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Asks a server about itself, and remembers the answer for some minutes.
final class Probe {

  private static final Duration REMEMBERED = Duration.ofMinutes(5);

  /// Uptimes come in whole seconds, and no server starts as fast as this.
  private static final Duration BLUR = Duration.ofSeconds(2);

  private static final Duration SOON = Duration.ofSeconds(2);

  private final Api api;
  private final InstantSource clock;
  private final AtomicReference<@Nullable Remembered> remembered = new AtomicReference<>();

  Probe(Api api, InstantSource clock) {
    this.api = api;
    this.clock = clock;
  }

  private record Remembered(ServerInfo info, Instant at) {}

  /// What is known of the server, asked for only when that is old.
  Asked<ServerInfo> info(Deadline deadline) {
    Remembered known = remembered.get();
    return known != null && clock.instant().isBefore(known.at().plus(REMEMBERED))
        ? new Got<>(known.info())
        : ask(deadline);
  }

  /// The server's version; null where it does not tell, or not soon.
  @Nullable String version(Deadline deadline) {
    Duration left = deadline.left();
    Deadline soon = Deadline.in(left.compareTo(SOON) < 0 ? left : SOON, clock);
    return switch (info(soon)) {
      case Silent<ServerInfo> _ -> null;
      case Got<ServerInfo>(ServerInfo info) -> info.version();
    };
  }

  Asked<ServerInfo> ask(Deadline deadline) {
    Reply reply = api.get("/server_info", deadline);
    Instant now = clock.instant();
    if (!(reply instanceof Answer(int status, var body, _)) || (status != 200 && status != 404)) {
      return new Silent<>(reply.silence());
    }
    ServerInfo info = status == 200 ? ServerInfo.of(body, now) : ServerInfo.UNKNOWN;
    remembered.set(new Remembered(info, now));
    return new Got<>(info);
  }

  /// Whether the server was started after `moment`, asked now.
  Asked<Boolean> restartedSince(Instant moment, Deadline deadline) {
    return switch (ask(deadline)) {
      case Silent<ServerInfo>(var evidence) -> new Silent<>(evidence);
      case Got<ServerInfo>(ServerInfo info) -> {
        Instant since = info.upSince();
        yield new Got<>(since != null && since.minus(BLUR).isAfter(moment));
      }
    };
  }
}
