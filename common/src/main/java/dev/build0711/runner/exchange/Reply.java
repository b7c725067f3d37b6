package dev.build0711.runner.exchange;

import dev.build0711.runner.run.Evidence.BackendSilent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What became of an exchange.
public sealed interface Reply {

  /// How long a server may ask to be left alone.
  Duration MAX_RETRY_AFTER = Duration.ofHours(1);

  /// How long a backend may.
  Duration MAX_SILENCE = Duration.ofMinutes(15);

  /// An answer with JSON in it, whatever its status.
  record Answer(int status, JsonNode body, @Nullable Duration retryAfter) implements Reply {}

  /// An answer with something else in it, or nothing.
  record NotJson(int status, @Nullable Duration retryAfter) implements Reply {}

  /// The file that [Exchanges#fetch] asked for.
  ///
  /// @param truncated whether there was more
  @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
  record Content(byte[] bytes, boolean truncated) implements Reply {}

  /// An answer that is longer than the exchange allowed.
  record TooLarge(int status) implements Reply {}

  /// No whole answer in time; the request may have arrived.
  record TimedOut() implements Reply {}

  /// The request has certainly not arrived.
  record NotSent() implements Reply {}

  /// The connection broke; the request may have arrived.
  record Broken() implements Reply {}

  /// Whether this is an answer of that status with JSON in it.
  default boolean is(int status) {
    return this instanceof Answer answer && answer.status() == status;
  }

  /// The answer, where it is one of 200 that holds a list of that name, else null: an answer
  /// without its list says nothing, least of all that the list is empty.
  default @Nullable JsonNode listing(String name) {
    return this instanceof Answer(int status, JsonNode body, _)
            && status == 200
            && body.path(name).isArray()
        ? body
        : null;
  }

  /// Whether the other side does not take the key; it has done nothing then.
  default boolean refusesKey() {
    return switch (this) {
      case Answer(int status, var _, var _) -> status == 401;
      case NotJson(int status, var _) -> status == 401;
      case TooLarge(int status) -> status == 401;
      case Content _, TimedOut _, NotSent _, Broken _ -> false;
    };
  }

  /// Whether the request may have been carried out without that being known: no whole answer came,
  /// or only that of a proxy.
  default boolean unclear() {
    return outcome().unclear();
  }

  /// This reply as evidence, where it is not one that the caller understands.
  default BackendSilent silence() {
    return new BackendSilent(outcome().reason(), patience());
  }

  /// What it means where the caller does not understand it.
  private Outcome outcome() {
    return switch (this) {
      case Answer(int status, var _, var _) -> Outcome.ofStatus(status);
      case NotJson(int status, var _) -> Outcome.ofStatus(status);
      case TooLarge(int status) -> Outcome.ofStatus(status).butUnclear();
      case Content _ -> Outcome.ofStatus(200);
      case TimedOut _, Broken _ -> Outcome.NO_ANSWER;
      case NotSent _ -> Outcome.NOT_SENT;
    };
  }

  /// How long the other side is to be left alone.
  private @Nullable Duration patience() {
    return switch (this) {
      case Answer(var _, var _, Duration retryAfter) -> atMost(retryAfter);
      case NotJson(var _, Duration retryAfter) -> atMost(retryAfter);
      case Content _, TooLarge _, TimedOut _, NotSent _, Broken _ -> null;
    };
  }

  private static @Nullable Duration atMost(@Nullable Duration asked) {
    return asked == null || asked.compareTo(MAX_SILENCE) < 0 ? asked : MAX_SILENCE;
  }
}
