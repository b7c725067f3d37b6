package dev.build0711.runner.openhands.appserver;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.exchange.Reply.Answer;
import dev.build0711.runner.openhands.Api;
import dev.build0711.runner.openhands.Asked;
import dev.build0711.runner.openhands.Asked.Got;
import dev.build0711.runner.openhands.Asked.Silent;
import dev.build0711.runner.openhands.appserver.StartSearch.Found;
import dev.build0711.runner.port.AgentBackend.Order;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Evidence.BackendFull;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.ConversationStarted;
import dev.build0711.runner.run.Evidence.OfStart;
import dev.build0711.runner.run.Evidence.StartRefused;
import dev.build0711.runner.run.Evidence.StartUnclear;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Repository;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Starts conversations so that a run never has two. A second POST of the same id does harm on an
/// app server: the first conversation then shows the second's sandbox, and its own agent works on
/// unseen. So nothing is posted before an earlier POST has been looked for, and nothing twice.
final class Starts {

  /// How often, and how far apart, the id of a conversation is asked for that the server chooses.
  private static final int MOST_WAITS = 20;

  private static final Duration WAIT = Duration.ofSeconds(2);

  private final Api api;
  private final Releases releases;
  private final Sandboxes sandboxes;
  private final Inventory inventory;
  private final StartSearch search;
  private final Pause pause;
  private final String backend;
  private final InstantSource clock;

  Starts(
      Api api,
      Releases releases,
      Sandboxes sandboxes,
      Pause pause,
      String backend,
      InstantSource clock) {
    this.api = api;
    this.releases = releases;
    this.sandboxes = sandboxes;
    this.inventory = new Inventory(api);
    this.search = new StartSearch(api);
    this.pause = pause;
    this.backend = backend;
    this.clock = clock;
  }

  /// Waits.
  interface Pause {

    /// Waits that long; false where that was cut short.
    boolean of(Duration time);
  }

  private record Target(Order order, Release release, Deadline deadline) {}

  OfStart start(Order order, boolean first, Deadline deadline) {
    return switch (releases.current(deadline)) {
      case Silent<Release>(var evidence) -> evidence;
      case Got<Release>(Release release) -> {
        Target target = new Target(order, release, deadline);
        Reason why = refusal(order, release);
        yield why != null ? new StartRefused(why) : first ? create(target) : again(target);
      }
    };
  }

  private static @Nullable Reason refusal(Order order, Release release) {
    String profile = order.options().agentProfile();
    if (profile == null) {
      return null;
    }
    if (!release.agentProfiles()) {
      return Reason.OPTION_UNSUPPORTED;
    }
    return Inside.uuid(profile) == null ? Reason.PROFILE_UNKNOWN : null;
  }

  /// Looks for the conversation of an order, and makes none.
  OfStart find(Order order, Deadline deadline) {
    return switch (releases.current(deadline)) {
      case Silent<Release>(var evidence) -> evidence;
      case Got<Release>(Release release) -> {
        Target target = new Target(order, release, deadline);
        yield switch (search(target)) {
          case Silent<Found>(var evidence) -> evidence;
          case Got<Found>(Found found) ->
              adopted(target, found).orElseGet(ConversationMissing::new);
        };
      }
    };
  }

  private OfStart again(Target target) {
    return switch (search(target)) {
      case Silent<Found>(var evidence) -> evidence;
      case Got<Found>(Found found) -> adopted(target, found).orElseGet(() -> create(target));
    };
  }

  private Asked<Found> search(Target target) {
    return target.release().choosesIds()
        ? search.byId(chosen(target.order()), target.order(), target.deadline())
        : search.byPrompt(target.order(), target.deadline());
  }

  /// What follows from what was found; empty where that is nothing.
  private Optional<OfStart> adopted(Target target, Found found) {
    return switch (found) {
      case Found.Started(String id) -> Optional.of(started(target, id, null, null));
      case Found.UnderWay(StartTask task) -> Optional.of(underWay(target, task, null));
      case Found.Nothing _ -> Optional.empty();
    };
  }

  private OfStart create(Target target) {
    return switch (sandboxes.full(target.deadline())) {
      case Silent<Boolean>(var evidence) -> evidence;
      case Got<Boolean>(Boolean full) ->
          full
              ? new BackendFull()
              : posted(
                  target,
                  api.singlePost(
                      Inventory.CONVERSATIONS,
                      StartBody.of(
                          target.order(),
                          target.release().choosesIds() ? chosen(target.order()) : null),
                      target.deadline()));
    };
  }

  private OfStart posted(Target target, Reply reply) {
    if (reply.unclear()) {
      return unclear(target);
    }
    if (!(reply instanceof Answer(int status, JsonNode body, _))) {
      return reply.silence();
    }
    return switch (status) {
      case 200 -> {
        StartTask task = StartTask.of(body);
        yield task == null ? unclear(target) : underWay(target, task, clock.instant());
      }
      case 400, 413, 422 -> new StartRefused(Reason.START_REFUSED);
      case 404, 405 -> new BackendSilent(Reason.BACKEND_BAD_ANSWER, null);
      default -> reply.silence();
    };
  }

  private OfStart unclear(Target target) {
    return new StartUnclear(
        target.release().choosesIds() ? conversation(target, chosen(target.order())) : null);
  }

  /// A task is followed by looks. Where only its end tells the conversation's id, that is waited
  /// for.
  private OfStart underWay(Target target, StartTask task, @Nullable Instant now) {
    return target.release().choosesIds()
        ? started(target, chosen(target.order()), task.id(), now)
        : awaited(target, task);
  }

  private OfStart awaited(Target target, StartTask begun) {
    StartTask task = begun;
    for (int wait = 0; wait < MOST_WAITS; wait++) {
      if (task.failed()) {
        return started(target, task.id(), task.id(), null);
      }
      if (StartSearch.found(task) instanceof Found.Started(String id)) {
        return started(target, id, null, clock.instant());
      }
      if (wait > 0 && (isLate(target) || !pause.of(WAIT))) {
        break;
      }
      task = now(task, target.deadline());
    }
    return new StartUnclear(null);
  }

  private static boolean isLate(Target target) {
    return target.deadline().left().compareTo(WAIT.multipliedBy(2)) < 0;
  }

  private StartTask now(StartTask task, Deadline deadline) {
    return switch (inventory.tasks(List.of(task.id()), deadline)) {
      case Silent<Inventory.Found<StartTask>> _ -> task;
      case Got<Inventory.Found<StartTask>>(var found) ->
          found.get(task.id()) instanceof Got<Optional<StartTask>>(var seen)
              ? seen.orElse(task)
              : task;
    };
  }

  private OfStart started(
      Target target, String conversation, @Nullable String task, @Nullable Instant now) {
    Repository repository = target.order().repository();
    String pulls = repository == null ? null : repository.pullRequests();
    return new ConversationStarted(
        conversation(target, conversation), Memory.begun(task, now, pulls).toString());
  }

  private Conversation conversation(Target target, String id) {
    return new Conversation(backend, Dialect.APP_V1, target.release().version(), id);
  }

  /// The id that the conversation of an attempt gets: the run's own, then one made from it.
  static String chosen(Order order) {
    UUID run = order.id().value();
    return order.attempt() == 1
        ? run.toString()
        : UUID.nameUUIDFromBytes((run + "/" + order.attempt()).getBytes(StandardCharsets.UTF_8))
            .toString();
  }
}
