package dev.build0711.runner.simulator.appserver;

import dev.build0711.runner.simulator.web.Refusal;
import dev.build0711.runner.simulator.web.Reply;
import dev.build0711.runner.simulator.web.Request;
import dev.build0711.runner.simulator.web.Router;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.IntNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.StringNode;

/// The calls that start conversations and tell how far their starts are.
final class StartCalls {

  private static final String PATH = "/api/v1/app-conversations";
  private static final int MOST_IDS = 100;
  private static final List<String> ORDERS =
      List.of("CREATED_AT", "CREATED_AT_DESC", "UPDATED_AT", "UPDATED_AT_DESC");

  private final Deployment deployment;
  private final StartReader reader;

  StartCalls(Deployment deployment, Release release) {
    this.deployment = deployment;
    this.reader = new StartReader(release);
  }

  void addTo(Router router) {
    router
        .on("POST", PATH, (request, _) -> start(request))
        .on("POST", PATH + "/stream-start", (request, _) -> stream(request))
        .on("GET", PATH + "/start-tasks", (request, _) -> several(request))
        .on("GET", PATH + "/start-tasks/search", (request, _) -> search(request))
        .on("GET", PATH + "/start-tasks/count", (request, _) -> count(request));
  }

  private Reply start(Request request) {
    return Reply.json(200, begun(request).first(AppServer.base(request)));
  }

  /// Answers when the start is over; one that hangs is never answered.
  private Reply stream(Request request) {
    StartTask task = begun(request);
    Optional<Instant> over = task.over();
    if (over.isEmpty()) {
      return new Reply.HangUp();
    }
    String items =
        task.all(AppServer.base(request)).stream()
            .map(JsonNode::toString)
            .collect(Collectors.joining(",\n", "[\n", "]"));
    return Reply.of(200, "application/json", items).notBefore(over.get());
  }

  private StartTask begun(Request request) {
    StartRequest start = reader.read(request);
    UUID parent = start.parent();
    if (parent != null && deployment.conversation(parent).isEmpty()) {
      throw AppServer.broken();
    }
    return deployment.start(start);
  }

  private Reply several(Request request) {
    List<String> ids = request.params("ids");
    if (ids.isEmpty()) {
      throw Refusal.missing("query.ids");
    }
    ArrayNode found = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < ids.size(); i++) {
      UUID id = Refusal.uuid(ids.get(i), "query.ids." + i);
      found.add(
          deployment
              .task(id)
              .map(task -> shown(task, request))
              .orElseGet(JsonNodeFactory.instance::nullNode));
    }
    if (ids.size() > MOST_IDS) {
      throw Refusal.of(400, "Cannot request more than 100 start tasks at once, got " + ids.size());
    }
    return Reply.json(200, found);
  }

  private JsonNode shown(StartTask task, Request request) {
    return task.shown(deployment.now(), AppServer.base(request));
  }

  private Reply search(Request request) {
    return new OffsetPage<StartTask>(task -> shown(task, request))
        .of(request, ordered(request, matching(request)));
  }

  private Reply count(Request request) {
    return Reply.json(200, IntNode.valueOf(matching(request).size()));
  }

  /// A conversation is known by its task only when that is READY.
  private List<StartTask> matching(Request request) {
    Instant now = deployment.now();
    Optional<UUID> id =
        request.param("conversation_id__eq").map(i -> Refusal.uuid(i, "query.conversation_id__eq"));
    Optional<Instant> since =
        request.param("created_at__gte").map(i -> Timestamp.parse(i, "query.created_at__gte"));
    return deployment.tasks().stream()
        .filter(task -> id.isEmpty() || (task.isReady(now) && task.conversation().equals(id.get())))
        .filter(task -> since.isEmpty() || !task.createdAt().isBefore(since.get()))
        .toList();
  }

  private List<StartTask> ordered(Request request, List<StartTask> tasks) {
    String order = request.param("sort_order").orElse("CREATED_AT_DESC");
    if (!ORDERS.contains(order)) {
      throw Refusal.invalid(
          "enum",
          "query.sort_order",
          "Input should be " + StartReader.choice(ORDERS),
          StringNode.valueOf(order),
          Refusal.object().put("expected", StartReader.choice(ORDERS)));
    }
    Instant now = deployment.now();
    Comparator<StartTask> by =
        order.startsWith("CREATED")
            ? Comparator.comparing(StartTask::createdAt)
            : Comparator.comparing(task -> task.at(now).at());
    List<StartTask> oldestFirst = tasks.stream().sorted(by).toList();
    return order.endsWith("_DESC") ? oldestFirst.reversed() : oldestFirst;
  }
}
