package dev.build0711.runner.simulator.web;

import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// What a request is answered with.
public sealed interface Reply {

  /// An answer.
  ///
  /// @param notBefore when it may be sent at the earliest, empty for at once
  record Answer(int status, String mediaType, String body, Optional<Instant> notBefore)
      implements Reply {

    /// The same answer, held back until `instant`.
    public Answer notBefore(Instant instant) {
      return new Answer(status, mediaType, body, Optional.of(instant));
    }
  }

  /// The connection is closed without an answer.
  record HangUp() implements Reply {}

  /// An answer in JSON.
  static Answer json(int status, JsonNode body) {
    return new Answer(status, "application/json", body.toString(), Optional.empty());
  }
}
