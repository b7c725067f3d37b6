package dev.build0711.runner.exchange;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// How long a server asks to be left alone: the header `Retry-After` (RFC 9110, 10.2.3), seconds or
/// a date, and otherwise, where a rate limit is used up, the time of its reset. Dates are read
/// against the answer's own `Date`.
final class RetryAfter {

  /// GitHub's names and GitLab's.
  private static final String[] LIMITS = {"X-RateLimit-", "RateLimit-"};

  private RetryAfter() {}

  /// What the headers ask for, between 0 and [Reply#MAX_RETRY_AFTER]; null where they do not, or it
  /// makes no sense.
  static @Nullable Duration in(HttpHeaders headers) {
    String text = headers.firstValue("Retry-After").map(String::strip).orElse(null);
    Duration asked = text == null ? reset(headers) : asked(text, headers);
    if (asked == null || asked.isNegative()) {
      return null;
    }
    return asked.compareTo(Reply.MAX_RETRY_AFTER) > 0 ? Reply.MAX_RETRY_AFTER : asked;
  }

  private static @Nullable Duration asked(String text, HttpHeaders headers) {
    return text.matches("\\d{1,9}")
        ? Duration.ofSeconds(Long.parseLong(text))
        : date(text).map(then -> until(then, headers)).orElse(null);
  }

  private static @Nullable Duration reset(HttpHeaders headers) {
    for (String limit : LIMITS) {
      OptionalLong reset = seconds(headers, limit + "Reset");
      if (reset.isPresent() && seconds(headers, limit + "Remaining").orElse(1) == 0) {
        return until(Instant.ofEpochSecond(reset.getAsLong()), headers);
      }
    }
    return null;
  }

  private static OptionalLong seconds(HttpHeaders headers, String name) {
    return headers
        .firstValue(name)
        .filter(value -> value.matches("\\d{1,11}"))
        .map(value -> OptionalLong.of(Long.parseLong(value)))
        .orElse(OptionalLong.empty());
  }

  private static @Nullable Duration until(Instant then, HttpHeaders headers) {
    return headers
        .firstValue("Date")
        .flatMap(RetryAfter::date)
        .map(now -> Duration.between(now, then))
        .orElse(null);
  }

  private static Optional<Instant> date(String text) {
    try {
      return Optional.of(
          ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
