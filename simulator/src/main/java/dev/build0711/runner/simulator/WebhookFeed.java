package dev.build0711.runner.simulator;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// What of one conversation is still to be pushed.
final class WebhookFeed {

  private final Deque<JsonNode> waiting = new ArrayDeque<>();
  private Instant oldest = Instant.MAX;
  private Instant notBefore = Instant.MIN;
  private int seen;

  /// How many happenings have been taken up.
  int seen() {
    return seen;
  }

  void saw(int more) {
    seen += more;
  }

  /// Keeps an event; the oldest are lost when there are too many.
  void add(JsonNode event, WebhookTarget target, Instant now) {
    if (waiting.isEmpty()) {
      oldest = now;
    }
    waiting.add(event);
    while (waiting.size() > target.queueSize()) {
      waiting.remove();
    }
  }

  /// The events to be sent now, empty for none; they stay until they are taken.
  List<JsonNode> due(WebhookTarget target, Instant now) {
    if (now.isBefore(notBefore) || waiting.isEmpty()) {
      return List.of();
    }
    boolean full = waiting.size() >= target.bufferSize();
    boolean late = !oldest.plus(target.flushDelay()).isAfter(now);
    return full || late ? waiting.stream().limit(target.bufferSize()).toList() : new ArrayList<>();
  }

  /// So many were taken.
  void taken(int count, Instant now) {
    for (int i = 0; i < count; i++) {
      waiting.remove();
    }
    oldest = waiting.isEmpty() ? Instant.MAX : now;
  }

  /// Nothing was taken; not to be tried again before `instant`.
  void refused(Instant instant) {
    notBefore = instant;
  }
}
