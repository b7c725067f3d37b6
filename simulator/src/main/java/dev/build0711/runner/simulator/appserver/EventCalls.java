package dev.build0711.runner.simulator.appserver;

import dev.build0711.runner.simulator.web.Refusal;
import dev.build0711.runner.simulator.web.Reply;
import dev.build0711.runner.simulator.web.Request;
import dev.build0711.runner.simulator.web.Router;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.IntNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// The calls about the events that the app server has, which lie at another path in each release.
final class EventCalls {

  private static final String EARLY = "/api/v1/events";
  private static final String PATH = "/api/v1/conversation/{conversation_id}/events";
  private static final int LARGEST = 100;
  private static final List<String> EARLY_KINDS =
      List.of(
          "Condensation",
          "CondensationRequest",
          "CondensationSummaryEvent",
          "ConversationStateUpdateEvent",
          "ActionEvent",
          "MessageEvent",
          "AgentErrorEvent",
          "ObservationEvent",
          "UserRejectObservation",
          "SystemPromptEvent",
          "PauseEvent");
  private static final List<String> KINDS =
      List.of(
          "ServerErrorEvent",
          "ACPToolCallEvent",
          "Condensation",
          "CondensationRequest",
          "CondensationSummaryEvent",
          "ConversationErrorEvent",
          "ConversationStateUpdateEvent",
          "HookExecutionEvent",
          "LLMCompletionLogEvent",
          "ActionEvent",
          "MessageEvent",
          "AgentErrorEvent",
          "ObservationEvent",
          "UserRejectObservation",
          "SystemPromptEvent",
          "StreamingDeltaEvent",
          "TokenEvent",
          "InterruptEvent",
          "PauseEvent");

  private final Deployment deployment;
  private final EventStore store;
  private final Release release;

  EventCalls(Deployment deployment, EventStore store, Release release) {
    this.deployment = deployment;
    this.store = store;
    this.release = release;
  }

  void addTo(Router router) {
    switch (release) {
      case V1_11 ->
          router
              .on("GET", PATH + "/search", (request, id) -> search(request, path(id)))
              .on("GET", PATH + "/count", (request, id) -> count(request, path(id)))
              .on("GET", PATH, (request, id) -> several(request, events(path(id))));
      case V0_62 ->
          router
              .on("GET", EARLY + "/search", (request, _) -> search(request, query(request)))
              .on("GET", EARLY + "/count", (request, _) -> count(request, query(request)))
              .on("GET", EARLY, (request, _) -> several(request, everything()));
    }
  }

  private static Optional<UUID> path(String id) {
    return Optional.of(Refusal.uuid(id, "path.conversation_id"));
  }

  private static Optional<UUID> query(Request request) {
    return request
        .param("conversation_id__eq")
        .map(id -> Refusal.uuid(id, "query.conversation_id__eq"));
  }

  /// Of a conversation that there never was there are none.
  private List<StoredEvent> events(Optional<UUID> id) {
    return id.isEmpty()
        ? everything()
        : deployment.everHad(id.get()).map(store::of).orElseGet(List::of);
  }

  private List<StoredEvent> everything() {
    return deployment.everHad().stream().flatMap(c -> store.of(c).stream()).toList();
  }

  private Reply search(Request request, Optional<UUID> id) {
    List<StoredEvent> found = matching(request, events(id));
    List<StoredEvent> ordered = isDescending(request) ? found.reversed() : found;
    return switch (release) {
      case V1_11 -> new OffsetPage<StoredEvent>(event -> event.json().get()).of(request, ordered);
      case V0_62 -> earlyPage(request, ordered);
    };
  }

  private Reply count(Request request, Optional<UUID> id) {
    return Reply.json(200, IntNode.valueOf(matching(request, events(id)).size()));
  }

  /// The next page begins after the event that its id names, which is therefore on no page.
  private static Reply earlyPage(Request request, List<StoredEvent> events) {
    if (request.param("limit").filter(limit -> limit.matches("[1-9]\\d{2,8}")).isPresent()
        && !request.param("limit").orElseThrow().equals("100")) {
      throw AppServer.broken();
    }
    int limit = request.limit(LARGEST);
    int from = request.param("page_id").map(page -> after(events, page)).orElse(0);
    int to = Math.min(from + limit, events.size());
    ObjectNode body = Refusal.object();
    body.putArray("items")
        .addAll(events.subList(from, to).stream().map(e -> e.json().get()).toList());
    body.put("next_page_id", to < events.size() ? events.get(to).file() : null);
    return Reply.json(200, body);
  }

  private static int after(List<StoredEvent> events, String page) {
    for (int i = 0; i < events.size(); i++) {
      if (events.get(i).file().equals(page)) {
        return i + 1;
      }
    }
    return 0;
  }

  private List<StoredEvent> matching(Request request, List<StoredEvent> events) {
    String kind = request.param("kind__eq").map(this::kind).orElse("");
    Optional<Instant> from = bound(request, "timestamp__gte");
    Optional<Instant> to = bound(request, "timestamp__lt");
    UnaryOperator<Instant> known = release == Release.V1_11 ? at -> at : EventCalls::second;
    return events.stream()
        .filter(event -> kind.isEmpty() || event.kind().equals(kind))
        .filter(event -> from.isEmpty() || !known.apply(event.at()).isBefore(from.get()))
        .filter(event -> to.isEmpty() || known.apply(event.at()).isBefore(to.get()))
        .toList();
  }

  /// The first V1 compares the times in the names of its files.
  private static Instant second(Instant at) {
    return at.truncatedTo(ChronoUnit.SECONDS);
  }

  private static Optional<Instant> bound(Request request, String param) {
    return request.param(param).map(text -> Timestamp.parse(text, "query." + param));
  }

  private String kind(String kind) {
    List<String> kinds = release == Release.V1_11 ? KINDS : EARLY_KINDS;
    if (kinds.contains(kind)) {
      return kind;
    }
    throw Refusal.invalid(
        "literal_error",
        "query.kind__eq",
        "Input should be " + StartReader.choice(kinds),
        StringNode.valueOf(kind),
        Refusal.object().put("expected", StartReader.choice(kinds)));
  }

  private static boolean isDescending(Request request) {
    String order = request.param("sort_order").orElse("TIMESTAMP");
    if (!order.equals("TIMESTAMP") && !order.equals("TIMESTAMP_DESC")) {
      throw Refusal.invalid(
          "enum",
          "query.sort_order",
          "Input should be 'TIMESTAMP' or 'TIMESTAMP_DESC'",
          StringNode.valueOf(order),
          Refusal.object().put("expected", "'TIMESTAMP' or 'TIMESTAMP_DESC'"));
    }
    return order.endsWith("_DESC");
  }

  private static Reply several(Request request, List<StoredEvent> events) {
    List<String> ids = request.params("id");
    if (ids.isEmpty()) {
      throw Refusal.missing("query.id");
    }
    ArrayNode found = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < ids.size(); i++) {
      UUID id = Refusal.uuid(ids.get(i), "query.id." + i);
      found.add(
          events.stream()
              .filter(event -> event.id().equals(id))
              .findFirst()
              .<JsonNode>map(event -> event.json().get())
              .orElseGet(JsonNodeFactory.instance::nullNode));
    }
    return Reply.json(200, found);
  }
}
