package dev.build0711.runner.simulator.scenario;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// What the user has written and the agent has not read: messages to a working agent, and those
/// that are on their way to one that is not up yet.
final class Inbox {

  private final Deque<String> unread = new ArrayDeque<>(1);
  private final Deque<Planned> planned = new ArrayDeque<>(1);

  /// A message and when it arrives.
  record Planned(String text, Instant at) {}

  void add(String text) {
    unread.add(text);
  }

  void plan(String text, Instant at) {
    planned.add(new Planned(text, at));
  }

  /// The next message that arrives until `now`, which is on its way no more.
  Optional<Planned> arrived(Instant now) {
    return Optional.ofNullable(planned.peek())
        .filter(next -> !next.at().isAfter(now))
        .map(_ -> planned.remove());
  }

  /// All messages to a working agent, which are read with that.
  List<String> take() {
    List<String> all = List.copyOf(unread);
    unread.clear();
    return all;
  }

  /// Loses what is on its way.
  void lose() {
    planned.clear();
  }

  /// Loses everything, as a server does that is killed: it keeps what the agent has read.
  void forget() {
    lose();
    unread.clear();
  }
}
