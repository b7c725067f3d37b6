package dev.build0711.runner.openhands.appserver;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.exchange.Reply.Answer;
import dev.build0711.runner.openhands.Api;
import dev.build0711.runner.openhands.Asked;
import dev.build0711.runner.openhands.Asked.Got;
import dev.build0711.runner.openhands.Asked.Silent;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Asks a server for its release, and remembers the answer for some minutes.
final class Releases {

  private static final Duration REMEMBERED = Duration.ofMinutes(5);

  private final Api api;
  private final InstantSource clock;
  private final AtomicReference<@Nullable Remembered> remembered = new AtomicReference<>();

  Releases(Api api, InstantSource clock) {
    this.api = api;
    this.clock = clock;
  }

  private record Remembered(Release release, Instant until) {}

  /// The release as far as it is known, asked for only when that is old.
  Asked<Release> current(Deadline deadline) {
    Remembered known = remembered.get();
    return known != null && clock.instant().isBefore(known.until())
        ? new Got<>(known.release())
        : ask(deadline);
  }

  /// The release as it is now: for when the server no longer answers as the known one does.
  Asked<Release> ask(Deadline deadline) {
    Reply reply = api.get("/openapi.json", deadline);
    if (!(reply instanceof Answer(int status, JsonNode body, _)) || status != 200) {
      return new Silent<>(reply.silence());
    }
    Release release = Release.of(body);
    if (release == null) {
      return new Silent<>(new BackendSilent(Reason.BACKEND_BAD_ANSWER, null));
    }
    remembered.set(new Remembered(release, clock.instant().plus(REMEMBERED)));
    return new Got<>(release);
  }
}
