package dev.build0711.runner.openhands.legacy;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.exchange.Reply.Answer;
import dev.build0711.runner.openhands.Version;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Which release a server is. Only its description of its own API tells; it is asked for that every
/// few minutes at most.
final class Release {

  private static final Duration REMEMBERED = Duration.ofMinutes(5);

  private final Calls calls;
  private final InstantSource clock;
  private final AtomicReference<@Nullable Known> known = new AtomicReference<>();

  Release(Calls calls, InstantSource clock) {
    this.calls = calls;
    this.clock = clock;
  }

  private record Known(@Nullable String version, Instant until) {}

  /// The version; null where the server does not tell.
  @Nullable String version(Deadline deadline) {
    Known now = known.get();
    if (now != null && clock.instant().isBefore(now.until())) {
      return now.version();
    }
    Reply reply = ask(deadline);
    return reply instanceof Answer(int _, JsonNode body, _) ? in(body) : null;
  }

  /// Asks anew.
  Reply ask(Deadline deadline) {
    Reply reply = calls.get("/openapi.json", deadline);
    if (reply instanceof Answer(int _, JsonNode body, _)) {
      known.set(new Known(in(body), clock.instant().plus(REMEMBERED)));
    }
    return reply;
  }

  private static @Nullable String in(JsonNode body) {
    return Version.in(body.path("info").path("version"));
  }
}
