package dev.build0711.runner.simulator.legacy;

import dev.build0711.runner.simulator.web.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import tools.jackson.databind.node.JsonNodeFactory;

/// The app server's counting of requests, which are taken as coming from one address: of those
/// within a second ten are served at once, ten more a second later, and the rest refused.
final class RateLimit {

  private static final int QUICK = 10;
  private static final int SLOW = 20;
  private static final int MOST_KEPT = 10_000;
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Deque<Instant> newest = new ArrayDeque<>();

  /// What becomes of a request.
  enum Verdict {
    SERVED,
    DELAYED,
    REFUSED
  }

  /// Counts a request that comes at `now`.
  synchronized Verdict admit(Instant now) {
    while (!newest.isEmpty() && !newest.getFirst().isAfter(now.minus(SECOND))) {
      newest.remove();
    }
    if (newest.size() < MOST_KEPT) {
      newest.add(now);
    }
    if (newest.size() > SLOW) {
      return Verdict.REFUSED;
    }
    return newest.size() > QUICK ? Verdict.DELAYED : Verdict.SERVED;
  }

  /// What a refused request is answered.
  static Reply.Answer refusal() {
    return Reply.json(
            429, JsonNodeFactory.instance.objectNode().put("message", "Too many requests"))
        .with("Retry-After", "1");
  }

  /// The answer to a delayed request.
  static Reply delayed(Reply reply, Instant now) {
    return reply instanceof Reply.Answer answer && answer.notBefore().isEmpty()
        ? answer.notBefore(now.plus(SECOND))
        : reply;
  }
}
