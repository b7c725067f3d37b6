package dev.build0711.runner.openhands.appserver;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.openhands.Api;
import dev.build0711.runner.openhands.Asked;
import dev.build0711.runner.openhands.Asked.Got;
import dev.build0711.runner.openhands.Asked.Silent;
import dev.build0711.runner.port.AgentBackend.Order;
import dev.build0711.runner.run.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Looks for what an earlier start of an order has made: the conversation of the chosen id, then a
/// task with that id; in releases that choose ids themselves a task, then a conversation, whose
/// first message holds the run's id.
final class StartSearch {

  /// By how much the server's clock may be behind the runner's.
  private static final Duration SKEW = Duration.ofMinutes(15);

  private static final int MAX_PAGES = 20;
  private static final int MAX_READ = 20;

  private final Api api;
  private final Inventory inventory;

  StartSearch(Api api) {
    this.api = api;
    this.inventory = new Inventory(api);
  }

  /// What was found.
  sealed interface Found {

    /// A conversation that has been started.
    record Started(String conversation) implements Found {}

    /// A task that has not come to an end, or to a bad one.
    record UnderWay(StartTask task) implements Found {}

    record Nothing() implements Found {}
  }

  /// Looks for the start of `order` under the id that it would have.
  Asked<Found> byId(String chosen, Order order, Deadline deadline) {
    return switch (inventory.conversation(chosen, deadline)) {
      case Silent<Optional<AppConversation>>(var evidence) -> new Silent<>(evidence);
      case Got<Optional<AppConversation>>(var conversation) -> {
        if (conversation.isPresent()) {
          yield new Got<>(new Found.Started(chosen));
        }
        String wanted = Ids.plain(chosen);
        yield task(tasks(order.id(), task -> task.wanted().equals(wanted), deadline), 0);
      }
    };
  }

  /// Looks for the start of `order` by the run's id in its prompt. Earlier attempts came to
  /// nothing.
  Asked<Found> byPrompt(Order order, Deadline deadline) {
    String mark = order.id().toString();
    Asked<Found> task =
        task(tasks(order.id(), one -> one.text().contains(mark), deadline), order.attempt() - 1);
    return task instanceof Got<Found>(Found.Nothing _) && order.attempt() == 1
        ? conversation(order.id(), deadline)
        : task;
  }

  /// The newest task that may come, or has come, to something; else the newest that failed, unless
  /// only so many did as failed in earlier attempts.
  private static Asked<Found> task(Asked<List<StartTask>> tasks, int failedBefore) {
    return switch (tasks) {
      case Silent<List<StartTask>>(var evidence) -> new Silent<>(evidence);
      case Got<List<StartTask>>(var all) -> {
        Optional<StartTask> alive = all.stream().filter(one -> !one.failed()).findFirst();
        if (alive.isPresent()) {
          yield new Got<>(found(alive.get()));
        }
        yield new Got<>(
            all.size() > failedBefore ? new Found.UnderWay(all.getFirst()) : new Found.Nothing());
      }
    };
  }

  static Found found(StartTask task) {
    return task.ready() && task.conversation() != null
        ? new Found.Started(task.conversation())
        : new Found.UnderWay(task);
  }

  /// The tasks since the run was made that `ours` picks, the newest first.
  private Asked<List<StartTask>> tasks(RunId run, Predicate<StartTask> ours, Deadline deadline) {
    Instant since = run.createdAt().minus(SKEW);
    List<StartTask> found = new ArrayList<>();
    String from = null;
    for (int page = 0; page < MAX_PAGES; page++) {
      Reply reply =
          api.get(
              page(
                  Inventory.CONVERSATIONS
                      + "/start-tasks/search?sort_order=CREATED_AT_DESC&limit=100&created_at__gte="
                      + since,
                  from),
              deadline);
      JsonNode body = reply.listing("items");
      if (body == null) {
        return new Silent<>(reply.silence());
      }
      boolean old = false;
      for (JsonNode node : body.path("items")) {
        StartTask task = StartTask.of(node);
        if (task != null && ours.test(task)) {
          found.add(task);
        }
        old |= task != null && task.createdAt() != null && task.createdAt().isBefore(since);
      }
      String next = body.path("next_page_id").stringValue("");
      if (old || next.isEmpty() || next.equals(from)) {
        break;
      }
      from = next;
    }
    return new Got<>(found);
  }

  /// The newest conversation since the run was made whose first message holds the run's id.
  private Asked<Found> conversation(RunId run, Deadline deadline) {
    Reply reply =
        api.get(
            Inventory.CONVERSATIONS
                + "/search?limit="
                + MAX_READ
                + "&created_at__gte="
                + run.createdAt().minus(SKEW),
            deadline);
    JsonNode body = reply.listing("items");
    if (body == null) {
      return new Silent<>(reply.silence());
    }
    for (JsonNode node : body.path("items")) {
      String id = node.path("id").stringValue("");
      if (Inside.uuid(id) == null) {
        continue;
      }
      Reply messages =
          api.get(
              "/api/v1/events/search?kind__eq=MessageEvent&limit=5&conversation_id__eq=" + id,
              deadline);
      JsonNode page = messages.listing("items");
      if (page == null) {
        return new Silent<>(messages.silence());
      }
      if (page.path("items")
          .valueStream()
          .anyMatch(event -> event.path("llm_message").toString().contains(run.toString()))) {
        return new Got<>(new Found.Started(id));
      }
    }
    return new Got<>(new Found.Nothing());
  }

  private static String page(String path, @Nullable String from) {
    return from == null ? path : path + "&page_id=" + Api.quoted(from);
  }
}
