package dev.build0711.runner.config;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Durations as people write them.
final class Units {

  static final String EXPECTED = "a duration such as 180 s, 20 min, 2 h, PT3M or 180 (seconds)";

  private static final Pattern WITH_UNIT = Pattern.compile("([0-9]{1,12})\\s*([a-z]*)");

  private Units() {}

  /// A number with `ms`, `s`, `min`, `h` or `d`, a plain number of seconds, or ISO 8601; empty if
  /// it is none of these.
  static Optional<Duration> duration(String text) {
    Matcher matcher = WITH_UNIT.matcher(text);
    if (!matcher.matches()) {
      return iso(text);
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Optional.of(Duration.ofMillis(number));
      case "", "s" -> Optional.of(Duration.ofSeconds(number));
      case "min" -> Optional.of(Duration.ofMinutes(number));
      case "h" -> Optional.of(Duration.ofHours(number));
      case "d" -> Optional.of(Duration.ofDays(number));
      default -> Optional.empty();
    };
  }

  private static Optional<Duration> iso(String text) {
    try {
      return Optional.of(Duration.parse(text));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
