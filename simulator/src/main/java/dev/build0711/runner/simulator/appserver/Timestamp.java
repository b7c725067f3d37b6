package dev.build0711.runner.simulator.appserver;

import dev.build0711.runner.simulator.web.Refusal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import tools.jackson.databind.node.StringNode;

/// A moment as the app server writes it: some of its answers say that it is UTC, others do not.
record Timestamp(Instant at) {

  private static final DateTimeFormatter NAIVE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);

  /// Without a zone.
  String naive() {
    return NAIVE.format(at);
  }

  /// With the zone.
  String zoned() {
    return naive() + "Z";
  }

  /// The moment that stands at `where`; without a zone it is UTC.
  static Instant parse(String text, String where) {
    try {
      return text.matches(".*(Z|[+-]\\d\\d:?\\d\\d)")
          ? OffsetDateTime.parse(text).toInstant()
          : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
    } catch (DateTimeParseException e) {
      throw Refusal.invalid(
          "datetime_from_date_parsing",
          where,
          "Input should be a valid datetime or date",
          StringNode.valueOf(text),
          Refusal.object().put("error", "invalid character"));
    }
  }
}
