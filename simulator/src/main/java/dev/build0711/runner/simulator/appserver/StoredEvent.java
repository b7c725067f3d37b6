package dev.build0711.runner.simulator.appserver;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.UUID;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/// An event that the app server was told by a sandbox.
///
/// @param json makes the event as it is shown
record StoredEvent(UUID id, String kind, Instant at, Supplier<ObjectNode> json) {

  /// How the first V1 orders them, by the names of their files.
  static final Comparator<StoredEvent> BY_FILE = Comparator.comparing(StoredEvent::file);

  private static final DateTimeFormatter SECOND =
      DateTimeFormatter.ofPattern("uuuuMMddHHmmss").withZone(ZoneOffset.UTC);

  /// The name of the file that the first V1 keeps it in.
  String file() {
    return SECOND.format(at) + "_" + kind + "_" + StartTask.hex(id);
  }
}
