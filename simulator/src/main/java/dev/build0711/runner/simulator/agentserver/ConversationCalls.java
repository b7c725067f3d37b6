package dev.build0711.runner.simulator.agentserver;

import dev.build0711.runner.simulator.scenario.Conversation;
import dev.build0711.runner.simulator.scenario.ExecutionStatus;
import dev.build0711.runner.simulator.scenario.Opening;
import dev.build0711.runner.simulator.scenario.Snapshot;
import dev.build0711.runner.simulator.scenario.World;
import dev.build0711.runner.simulator.web.Body;
import dev.build0711.runner.simulator.web.Refusal;
import dev.build0711.runner.simulator.web.Reply;
import dev.build0711.runner.simulator.web.Request;
import dev.build0711.runner.simulator.web.Router;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.IntNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// The calls that start, show and steer conversations.
final class ConversationCalls {

  private static final String FULL = "Conversation run limit reached. Retry the request later.";
  private static final int MOST_IDS = 99;
  private static final Duration START_TAKES = Duration.ofMillis(50);
  private static final UUID CONVERSATIONS = new UUID(0, 1);

  private final World world;
  private final OpeningReader reader;
  private final ConversationInfo info;
  private final List<String> tools;
  private final Edition edition;
  private final AtomicInteger started = new AtomicInteger();

  /// @param tools the tools that an agent may be given
  ConversationCalls(
      World world,
      OpeningReader reader,
      ConversationInfo info,
      List<String> tools,
      Edition edition) {
    this.world = world;
    this.reader = reader;
    this.info = info;
    this.tools = tools;
    this.edition = edition;
  }

  void addTo(Router router) {
    router
        .on("POST", "/api/conversations", (request, _) -> start(request))
        .on("GET", "/api/conversations", (request, _) -> several(request))
        .on("GET", "/api/conversations/search", (request, _) -> search(request))
        .on("GET", "/api/conversations/count", (request, _) -> count(request))
        .on("GET", "/api/conversations/{id}", (_, id) -> one(id))
        .on("DELETE", "/api/conversations/{id}", (_, id) -> delete(id))
        .on("PATCH", "/api/conversations/{id}", this::patch)
        .on("GET", "/api/conversations/{id}/agent_final_response", (_, id) -> lastWords(id))
        .on("GET", "/api/conversations/{id}/runtime", (_, id) -> runtime(id))
        .on("POST", "/api/conversations/{id}/run", (_, id) -> run(id))
        .on("POST", "/api/conversations/{id}/pause", (_, id) -> pause(id))
        .on("POST", "/api/conversations/{id}/interrupt", (_, id) -> interrupt(id));
  }

  private Reply start(Request request) {
    Body body = Body.of(request);
    UUID id = OpeningReader.id(body, newId());
    Opening opening = reader.read(body, id);
    checkTools(opening, id);
    checkRole(body, opening, id);
    return switch (world.start(id, opening)) {
      case World.Outcome.Done(Conversation conversation, boolean created, Instant at) ->
          edition.before(1, 52)
              ? racing(conversation, opening, created)
              : Reply.json(created ? 201 : 200, shown(conversation.at(at), created));
      case World.Outcome.Full() -> throw Refusal.of(429, FULL);
      case World.Outcome.Running() -> throw new IllegalStateException("a start found it running");
    };
  }

  private UUID newId() {
    return world.ids().of(CONVERSATIONS, started.getAndIncrement());
  }

  /// Before 1.52 a start that comes while another one of the same id is answered takes effect
  /// again. No answer comes earlier, so starts one after the other do not meet.
  private Reply racing(Conversation conversation, Opening opening, boolean created) {
    boolean again = !created && conversation.createdAt().plus(START_TAKES).isAfter(world.now());
    if (again && opening.prompt() != null) {
      world.write(conversation, opening.prompt(), true);
    }
    boolean done = created || again;
    return Reply.json(done ? 201 : 200, shown(conversation.at(world.now()), done))
        .notBefore(world.now().plus(START_TAKES));
  }

  private ObjectNode shown(Snapshot snapshot, boolean created) {
    ObjectNode shown = info.of(snapshot, true);
    // The real server answers before the run has begun.
    return created ? shown.put("execution_status", ExecutionStatus.IDLE.toString()) : shown;
  }

  private void checkTools(Opening opening, UUID id) {
    for (String tool : opening.tools()) {
      if (!tools.contains(tool)) {
        leaveIdle(opening, id);
        String exception = "\"ToolDefinition '" + tool + "' is not registered\"";
        throw Refusal.internal(exception, world.ids().of(id, 0));
      }
    }
  }

  private void checkRole(Body body, Opening opening, UUID id) {
    if (opening.prompt() != null
        && !body.at("initial_message").path("role").asString("user").equals("user")) {
      leaveIdle(opening, id);
      throw Refusal.internal(
          "Only user messages are allowed to be sent to the agent.", world.ids().of(id, 0));
    }
  }

  /// A start that fails late leaves a conversation without a message behind.
  private void leaveIdle(Opening opening, UUID id) {
    world.start(
        id,
        new Opening(
            opening.workingDir(),
            null,
            opening.maxIterations(),
            opening.consent(),
            opening.model(),
            opening.usageId(),
            opening.tools(),
            opening.tags(),
            null));
  }

  private Reply one(String id) {
    return Reply.json(200, info.of(find(id).at(world.now()), false));
  }

  private Reply several(Request request) {
    List<String> ids = request.params("ids");
    if (ids.isEmpty()) {
      throw Refusal.missing("query.ids");
    }
    if (ids.size() > MOST_IDS && edition.before(1, 56)) {
      throw Refusal.internal("AssertionError()", world.ids().of(CONVERSATIONS, ids.size()));
    }
    if (ids.size() > MOST_IDS) {
      throw Refusal.invalid(
          "too_long",
          "query.ids",
          "List should have at most 99 items",
          IntNode.valueOf(ids.size()));
    }
    ArrayNode found = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < ids.size(); i++) {
      UUID id = Refusal.uuid(ids.get(i), "query.ids." + i);
      found.add(
          world
              .find(id)
              .<JsonNode>map(conversation -> info.of(conversation.at(world.now()), false))
              .orElse(JsonNodeFactory.instance.nullNode()));
    }
    return Reply.json(200, found);
  }

  private Reply search(Request request) {
    return new Page<Conversation>(
            conversation -> conversation.id().toString().replace("-", ""),
            conversation -> info.of(conversation.at(world.now()), false))
        .of(request, matching(request));
  }

  private Reply count(Request request) {
    return Reply.json(200, IntNode.valueOf(matching(request).size()));
  }

  private List<Conversation> matching(Request request) {
    String status = request.param("status").orElse("");
    if (!status.isEmpty()
        && Arrays.stream(ExecutionStatus.values()).noneMatch(s -> s.toString().equals(status))) {
      throw Refusal.invalid(
          "enum", "query.status", "Input should be a status", StringNode.valueOf(status));
    }
    Instant now = world.now();
    return world.newestFirst().stream()
        .filter(c -> status.isEmpty() || c.statusAt(now).toString().equals(status))
        .toList();
  }

  private Reply lastWords(String id) {
    String response = find(id).at(world.now()).finalResponse();
    return Reply.json(200, JsonNodeFactory.instance.objectNode().put("response", response));
  }

  private Reply runtime(String id) {
    return Reply.json(200, info.of(find(id).at(world.now()), false).path("runtime_info"));
  }

  private Reply run(String id) {
    return switch (world.run(find(id))) {
      case World.Outcome.Done _ -> success();
      case World.Outcome.Running() ->
          throw Refusal.of(
              409, "Conversation already running. Wait for completion or pause first.");
      case World.Outcome.Full() -> throw Refusal.of(429, FULL);
    };
  }

  private Reply pause(String id) {
    return success().notBefore(steered(id).pause(world.now()));
  }

  private Reply interrupt(String id) {
    steered(id).interrupt(world.now());
    return success();
  }

  private Reply patch(Request request, String id) {
    OpeningReader.tags(Body.of(request).at("tags"));
    if (edition.before(1, 58) && known(id).isEmpty()) {
      return Reply.json(200, Refusal.object().put("success", false));
    }
    find(id);
    return success();
  }

  private Reply delete(String id) {
    Instant stepEnds = steered(id).endOfStep(world.now());
    world.delete(Refusal.uuid(id, "path.conversation_id"));
    return success().notBefore(stepEnds);
  }

  private Conversation find(String id) {
    return known(id).orElseThrow(Refusal::notFound);
  }

  /// The conversation to be paused, interrupted or deleted.
  private Conversation steered(String id) {
    return known(id)
        .orElseThrow(
            () -> edition.before(1, 58) ? Refusal.of(400, "Bad Request") : Refusal.notFound());
  }

  private Optional<Conversation> known(String id) {
    return world.find(Refusal.uuid(id, "path.conversation_id"));
  }

  static Reply.Answer success() {
    return Reply.json(200, succeeded());
  }

  static ObjectNode succeeded() {
    return JsonNodeFactory.instance.objectNode().put("success", true);
  }
}
