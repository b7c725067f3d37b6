package dev.build0711.runner.openhands.legacy;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.openhands.Asked.Got;
import dev.build0711.runner.openhands.Asked.Silent;
import dev.build0711.runner.port.AgentBackend.Order;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Repository;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Looks for the conversation of a run, which the server has given an id that nobody may know: by
/// the first message of every conversation that can be the one.
///
/// The server stores that message only when the sandbox is up. So one that is starting and fits in
/// everything else may be the run's, and it has to be waited for.
final class Search {

  /// A server gives a sandbox up after two minutes, and building its image can take longer. A
  /// conversation that has no message by now gets none.
  static final Duration STARTING = Duration.ofMinutes(15);

  private static final Duration SKEW = Duration.ofHours(1);
  private static final int MAX_CANDIDATES = 100;
  private static final Pattern RUN_ID = Pattern.compile("run_[0-9a-z]{26}");

  private final Calls calls;
  private final ConversationList list;
  private final InstantSource clock;

  Search(Calls calls, ConversationList list, InstantSource clock) {
    this.calls = calls;
    this.list = list;
    this.clock = clock;
  }

  sealed interface Outcome {}

  record Found(String id) implements Outcome {}

  /// There certainly is none.
  record None() implements Outcome {}

  /// There may be one.
  record Open() implements Outcome {}

  record Unanswered(BackendSilent evidence) implements Outcome {}

  Outcome of(Order order, Deadline deadline) {
    Repository repository = order.repository();
    Instant oldest = order.id().createdAt().minus(SKEW);
    List<ConversationInfo> candidates = new ArrayList<>();
    var read =
        list.read(
            repository == null ? null : repository.path(),
            info -> {
              if (info.createdAt() != null && info.createdAt().isBefore(oldest)) {
                return false;
              }
              if (fits(info, order)) {
                candidates.add(info);
              }
              return candidates.size() <= MAX_CANDIDATES;
            },
            deadline);
    return switch (read) {
      case Silent<Boolean>(var evidence) -> new Unanswered(evidence);
      case Got<Boolean>(Boolean all) -> among(candidates, all, order, deadline);
    };
  }

  private static boolean fits(ConversationInfo info, Order order) {
    Repository repository = order.repository();
    return repository == null
        ? info.repository() == null
        : info.repository() != null && info.repository().equalsIgnoreCase(repository.path());
  }

  private Outcome among(
      List<ConversationInfo> candidates, boolean all, Order order, Deadline deadline) {
    boolean open = !all || candidates.size() > MAX_CANDIDATES;
    for (ConversationInfo candidate : candidates.stream().limit(MAX_CANDIDATES).toList()) {
      Reply reply = new EventPages(calls).first(candidate.id(), deadline);
      if (reply.is(404)) {
        continue;
      }
      JsonNode body = reply.listing("events");
      if (body == null) {
        return new Unanswered(reply.silence());
      }
      String message = firstMessage(body.path("events"));
      if (message == null) {
        open |= mayGetItsMessage(candidate);
      } else if (isOf(order, message)) {
        return new Found(candidate.id());
      }
    }
    return open ? new Open() : new None();
  }

  private static @Nullable String firstMessage(JsonNode events) {
    return events
        .valueStream()
        .filter(event -> event.path("source").stringValue("").equals("user"))
        .filter(event -> event.path("action").stringValue("").equals("message"))
        .map(event -> event.path("args").path("content").stringValue(""))
        .findFirst()
        .orElse(null);
  }

  /// A start that was refused, or was cut off by a restart, leaves a conversation that gets none.
  private boolean mayGetItsMessage(ConversationInfo info) {
    Instant created = info.createdAt();
    return info.takesPlace()
        && (created == null || created.isAfter(clock.instant().minus(STARTING)));
  }

  /// The runner writes the run's id below what its caller wrote, who may have named other runs.
  private static boolean isOf(Order order, String message) {
    Optional<String> newest =
        RUN_ID.matcher(message).results().map(MatchResult::group).reduce((_, later) -> later);
    return newest.isPresent() && newest.get().equals(order.id().toString());
  }
}
