package dev.build0711.runner.simulator.web;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// What a request is answered with.
public sealed interface Reply {

  /// An answer.
  ///
  /// @param charset how the body becomes bytes
  /// @param headers what stands in its head beside the media type
  /// @param notBefore when it may be sent at the earliest, empty for at once
  record Answer(
      int status,
      String mediaType,
      String body,
      Charset charset,
      Map<String, String> headers,
      Optional<Instant> notBefore)
      implements Reply {

    public Answer {
      headers = Map.copyOf(headers);
    }

    /// The same answer, held back until `instant`.
    public Answer notBefore(Instant instant) {
      return new Answer(status, mediaType, body, charset, headers, Optional.of(instant));
    }

    /// The same answer with one more header.
    public Answer with(String header, String value) {
      Map<String, String> all = new HashMap<>(headers);
      all.put(header, value);
      return new Answer(status, mediaType, body, charset, all, notBefore);
    }
  }

  /// The connection is closed without an answer.
  record HangUp() implements Reply {}

  /// The connection is closed after so many bytes of the answer's body, which was announced whole.
  record Cut(Answer answer, int bytes) implements Reply {}

  /// The answer's body comes a little at a time.
  ///
  /// @param over how long that takes in all
  record Trickle(Answer answer, Duration over) implements Reply {}

  /// An answer in JSON.
  static Answer json(int status, JsonNode body) {
    return of(status, "application/json", body.toString());
  }

  /// An answer of any kind.
  static Answer of(int status, String mediaType, String body) {
    return new Answer(status, mediaType, body, StandardCharsets.UTF_8, Map.of(), Optional.empty());
  }

  /// An answer that is no text.
  static Answer of(int status, String mediaType, byte[] body) {
    Charset bytes = StandardCharsets.ISO_8859_1;
    return new Answer(
        status, mediaType, new String(body, bytes), bytes, Map.of(), Optional.empty());
  }
}
