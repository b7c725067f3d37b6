package dev.build0711.runner.openhands.agentserver;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.exchange.Reply.Answer;
import dev.build0711.runner.exchange.Reply.Broken;
import dev.build0711.runner.exchange.Reply.NotJson;
import dev.build0711.runner.exchange.Reply.NotSent;
import dev.build0711.runner.exchange.Reply.TimedOut;
import dev.build0711.runner.exchange.Reply.TooLarge;
import dev.build0711.runner.openhands.Api;
import dev.build0711.runner.port.AgentBackend.Watched;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.OfLook;
import dev.build0711.runner.run.Reason;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// Looks at conversations: one request for all of them, and one more for every page of events that
/// was not read yet.
final class Looks {

  private static final BackendSilent NO_ANSWER =
      new BackendSilent(Reason.BACKEND_UNREACHABLE, null);

  private static final int AT_ONCE = 8;

  /// After so many conversations without an answer the others are not asked for one by one.
  private static final int MAX_SILENT = 3;

  private final Api api;
  private final Sight sight;
  private final InstantSource clock;

  Looks(Api api, Sight sight, InstantSource clock) {
    this.api = api;
    this.sight = sight;
    this.clock = clock;
  }

  List<OfLook> look(List<Watched> watched, Deadline deadline) {
    return watched.size() == 1
        ? List.of(sight.look(watched.getFirst(), deadline))
        : together(watched, deadline);
  }

  private List<OfLook> together(List<Watched> watched, Deadline deadline) {
    if (watched.isEmpty()) {
      return List.of();
    }
    Instant now = clock.instant();
    Reply reply = api.get(path(watched), deadline);
    return switch (reply) {
      case Answer(int status, JsonNode list, _) when status == 200 ->
          list.isArray() && list.size() == watched.size()
              ? all(
                  watched.size(),
                  place -> look(watched.get(place), list.path(place), now, deadline))
              : same(watched, new BackendSilent(Reason.BACKEND_BAD_ANSWER, null));
      case Answer answer -> without(answer.status(), watched, reply, deadline);
      case NotJson other -> without(other.status(), watched, reply, deadline);
      case TooLarge _ -> halves(watched, deadline);
      case Reply.Content _, NotSent _, TimedOut _, Broken _ -> same(watched, reply.silence());
    };
  }

  private static String path(List<Watched> watched) {
    return watched.stream()
        .map(one -> "ids=" + Sight.id(one))
        .collect(Collectors.joining("&", "/api/conversations?", ""));
  }

  private OfLook look(Watched watched, JsonNode node, Instant now, Deadline deadline) {
    if (node.isNull()) {
      return new ConversationMissing();
    }
    return node.path("id").stringValue("").equals(Sight.id(watched).toString())
        ? sight.look(watched, node, now, deadline)
        : new BackendSilent(Reason.BACKEND_BAD_ANSWER, null);
  }

  private List<OfLook> halves(List<Watched> watched, Deadline deadline) {
    int half = watched.size() / 2;
    return Stream.of(watched.subList(0, half), watched.subList(half, watched.size()))
        .flatMap(part -> look(part, deadline).stream())
        .toList();
  }

  /// A server that cannot be asked for several, or that stumbles over one of them, is asked for
  /// each.
  private List<OfLook> without(int status, List<Watched> watched, Reply reply, Deadline deadline) {
    return switch (status) {
      case 404, 405, 422, 500 -> oneByOne(watched, deadline);
      default -> same(watched, reply.silence());
    };
  }

  private List<OfLook> oneByOne(List<Watched> watched, Deadline deadline) {
    AtomicInteger silent = new AtomicInteger();
    AtomicReference<BackendSilent> newest = new AtomicReference<>(NO_ANSWER);
    return all(
        watched.size(),
        place -> {
          if (silent.get() >= MAX_SILENT) {
            return newest.get();
          }
          OfLook seen = sight.look(watched.get(place), deadline);
          if (seen instanceof BackendSilent evidence) {
            newest.set(evidence);
            silent.incrementAndGet();
          }
          return seen;
        });
  }

  private static List<OfLook> same(List<Watched> watched, BackendSilent evidence) {
    return Collections.nCopies(watched.size(), evidence);
  }

  private static List<OfLook> all(int count, IntFunction<OfLook> look) {
    return InParallel.each(count, AT_ONCE, look, NO_ANSWER);
  }
}
