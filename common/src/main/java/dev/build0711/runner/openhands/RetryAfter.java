package dev.build0711.runner.openhands;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The header `Retry-After` (RFC 9110, 10.2.3): seconds, or a date that is read against the
/// answer's own `Date`.
final class RetryAfter {

  private RetryAfter() {}

  /// What the header asks for, between 0 and [Reply#MAX_RETRY_AFTER]; null where there is none or
  /// it makes no sense.
  static @Nullable Duration in(HttpHeaders headers) {
    Optional<String> value = headers.firstValue("Retry-After");
    if (value.isEmpty()) {
      return null;
    }
    String text = value.get().strip();
    Duration asked =
        text.matches("\\d{1,9}") ? Duration.ofSeconds(Long.parseLong(text)) : until(text, headers);
    if (asked == null || asked.isNegative()) {
      return null;
    }
    return asked.compareTo(Reply.MAX_RETRY_AFTER) > 0 ? Reply.MAX_RETRY_AFTER : asked;
  }

  private static @Nullable Duration until(String date, HttpHeaders headers) {
    try {
      return Duration.between(parse(headers.firstValue("Date").orElse("")), parse(date));
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  private static ZonedDateTime parse(String date) {
    return ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME);
  }
}
