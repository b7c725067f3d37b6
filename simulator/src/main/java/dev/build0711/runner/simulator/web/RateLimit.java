package dev.build0711.runner.simulator.web;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import tools.jackson.databind.node.JsonNodeFactory;

/// The app servers' counting of requests, which are all taken as coming from one address: of those
/// within a second ten are served at once, ten more a second later, and the rest refused.
public final class RateLimit {

  private static final int QUICK = 10;
  private static final int SLOW = 20;
  private static final int MOST_KEPT = 10_000;
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Deque<Instant> newest = new ArrayDeque<>();

  /// The answer to a request that comes at `now`: the server's, perhaps late, or a refusal.
  public Reply admit(Instant now, Supplier<Reply> server) {
    int count = count(now);
    if (count > SLOW) {
      return Reply.json(
              429, JsonNodeFactory.instance.objectNode().put("message", "Too many requests"))
          .with("Retry-After", "1");
    }
    Reply reply = server.get();
    return count > QUICK && reply instanceof Reply.Answer answer && answer.notBefore().isEmpty()
        ? answer.notBefore(now.plus(SECOND))
        : reply;
  }

  private synchronized int count(Instant now) {
    while (!newest.isEmpty() && !newest.getFirst().isAfter(now.minus(SECOND))) {
      newest.remove();
    }
    if (newest.size() < MOST_KEPT) {
      newest.add(now);
    }
    return newest.size();
  }
}
