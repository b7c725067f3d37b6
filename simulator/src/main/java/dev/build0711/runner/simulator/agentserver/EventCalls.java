package dev.build0711.runner.simulator.agentserver;

import dev.build0711.runner.simulator.scenario.Conversation;
import dev.build0711.runner.simulator.scenario.Happening;
import dev.build0711.runner.simulator.scenario.Snapshot;
import dev.build0711.runner.simulator.scenario.World;
import dev.build0711.runner.simulator.web.Body;
import dev.build0711.runner.simulator.web.Odd;
import dev.build0711.runner.simulator.web.Refusal;
import dev.build0711.runner.simulator.web.Reply;
import dev.build0711.runner.simulator.web.Request;
import dev.build0711.runner.simulator.web.Router;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.IntNode;
import tools.jackson.databind.node.StringNode;

/// The calls about a conversation's events.
final class EventCalls {

  private static final String EVENTS = "/api/conversations/{id}/events";

  private final World world;
  private final Edition edition;
  private final EventJson json;

  EventCalls(World world, Edition edition) {
    this.world = world;
    this.edition = edition;
    this.json = new EventJson(world.ids());
  }

  void addTo(Router router) {
    router
        .on("GET", EVENTS + "/search", this::search)
        .on("GET", EVENTS + "/count", this::count)
        .on("GET", EVENTS + "/{event}", this::one)
        .on("POST", EVENTS + "/respond_to_confirmation", this::respond)
        .on("POST", EVENTS, this::write);
  }

  private Reply search(Request request, String id) {
    Snapshot conversation = find(id).at(world.now());
    List<Integer> found = matching(request, conversation);
    checkLimit(request, conversation);
    return new Page<Integer>(
            index -> world.ids().of(conversation.id(), index).toString(), shown(conversation))
        .of(request, descending(request) ? found.reversed() : found);
  }

  private Function<Integer, JsonNode> shown(Snapshot conversation) {
    Odd odd = new Odd(conversation.cue().text("odd", ""));
    return index -> odd.event(edition.form().apply(json.of(conversation, index)));
  }

  private void checkLimit(Request request, Snapshot conversation) {
    if (edition.before(1, 48)
        && request.param("limit").filter(limit -> limit.matches("(?!100$)\\d{3,9}")).isPresent()) {
      throw Refusal.internal("AssertionError()", world.ids().of(conversation.id(), 0));
    }
  }

  private Reply one(Request request, String id) {
    Snapshot conversation = find(id).at(world.now());
    String event = request.path().substring(request.path().lastIndexOf('/') + 1);
    UUID wanted = Refusal.uuid(event, "path.event_id");
    for (int i = 0; i < conversation.history().size(); i++) {
      if (world.ids().of(conversation.id(), i).equals(wanted)) {
        return Reply.json(200, shown(conversation).apply(i));
      }
    }
    throw edition.before(1, 58)
        ? Refusal.internal("'Unknown event_id: " + event + "'", world.ids().of(wanted, 0))
        : Refusal.notFound();
  }

  private Reply count(Request request, String id) {
    return Reply.json(200, IntNode.valueOf(matching(request, find(id).at(world.now())).size()));
  }

  /// Where the events lie that the request asks for. A kind may be given with or without its
  /// module; `body` looks into messages only.
  private List<Integer> matching(Request request, Snapshot conversation) {
    String kind = request.param("kind").map(this::kind).orElse("");
    Predicate<Happening> during = during(request);
    String source = request.param("source").orElse("");
    String body = request.param("body").orElse("").toLowerCase(Locale.ROOT);
    List<Happening> history = conversation.history();
    return IntStream.range(0, history.size())
        .filter(i -> edition.tells().test(history.get(i)))
        .filter(i -> during.test(history.get(i)))
        .filter(i -> kind.isEmpty() || EventJson.kind(history.get(i)).equals(kind))
        .filter(i -> source.isEmpty() || EventJson.source(history.get(i)).equals(source))
        .filter(i -> body.isEmpty() || message(history.get(i)).contains(body))
        .boxed()
        .collect(Collectors.toList());
  }

  /// Before 1.56 only a kind with its module was understood.
  private String kind(String asked) {
    int module = asked.lastIndexOf('.');
    return module < 0 && edition.before(1, 56) ? "none" : asked.substring(module + 1);
  }

  private static Predicate<Happening> during(Request request) {
    Optional<Instant> from = request.param("timestamp__gte").map(EventCalls::instant);
    Optional<Instant> to = request.param("timestamp__lt").map(EventCalls::instant);
    return happening ->
        from.map(at -> !happening.at().isBefore(at)).orElse(true)
            && to.map(at -> happening.at().isBefore(at)).orElse(true);
  }

  /// A time without a zone is the server's own, which is UTC.
  private static Instant instant(String text) {
    try {
      return text.endsWith("Z")
          ? Instant.parse(text)
          : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
    } catch (DateTimeParseException e) {
      throw Refusal.invalid(
          "datetime_from_date_parsing",
          "query.timestamp",
          "Input should be a valid datetime or date",
          StringNode.valueOf(text));
    }
  }

  private static String message(Happening happening) {
    String text =
        switch (happening) {
          case Happening.UserWrote wrote -> wrote.text();
          case Happening.AgentWrote wrote -> wrote.text();
          default -> "";
        };
    return text.toLowerCase(Locale.ROOT);
  }

  private static boolean descending(Request request) {
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

  private Reply write(Request request, String id) {
    Body body = Body.of(request);
    JsonNode role = body.at("role");
    if (!role.asString("user").equals("user")) {
      throw Refusal.invalid("literal_error", "body.role", "Input should be 'user'", role);
    }
    return switch (world.write(find(id), Body.textOf(body.root()), body.flag("run"))) {
      case World.Outcome.Done done -> ConversationCalls.success().notBefore(done.effectiveAt());
      case World.Outcome.Full() -> throw Refusal.of(429, savedButFull(id));
      case World.Outcome.Running() -> throw new IllegalStateException("a message was refused");
    };
  }

  private static String savedButFull(String id) {
    return "Message saved, but the conversation run limit was reached. Retry POST"
        + " /api/conversations/"
        + id
        + "/run without resending the message.";
  }

  private Reply respond(Request request, String id) {
    Conversation conversation = find(id);
    Body body = Body.of(request);
    world.respond(conversation, body.flag("accept"), body.at("reason").asString(""));
    return ConversationCalls.success();
  }

  private Conversation find(String id) {
    return world
        .find(Refusal.uuid(id, "path.conversation_id"))
        .orElseThrow(() -> Refusal.of(404, "Conversation not found: " + id));
  }
}
