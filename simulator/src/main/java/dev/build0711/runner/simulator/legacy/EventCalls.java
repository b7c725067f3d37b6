package dev.build0711.runner.simulator.legacy;

import dev.build0711.runner.simulator.web.Body;
import dev.build0711.runner.simulator.web.Refusal;
import dev.build0711.runner.simulator.web.Reply;
import dev.build0711.runner.simulator.web.Request;
import dev.build0711.runner.simulator.web.Router;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The calls about a conversation's events, by which the agent is steered as well.
final class EventCalls {

  private static final int LARGEST = 100;
  private static final int USUAL = 20;
  private static final String ONE = "/api/conversations/{id}";

  private final Conversations conversations;

  EventCalls(Conversations conversations) {
    this.conversations = conversations;
  }

  void addTo(Router router) {
    router
        .on("GET", ONE + "/events", this::page)
        .on("POST", ONE + "/events", this::post)
        .on("POST", ONE + "/message", this::write)
        .on("GET", ONE + "/trajectory", (_, id) -> trajectory(id));
  }

  private Reply page(Request request, String id) {
    Query query = new Query(request);
    int limit = query.number("limit").orElse(USUAL);
    int from = Math.max(0, query.number("start_id").orElse(0));
    int to = query.number("end_id").map(end -> end + 1).orElse(Integer.MAX_VALUE);
    LegacyConversation conversation = conversations.known(id);
    if (limit < 0 || limit > LARGEST) {
      throw Refusal.of(400, "Invalid limit");
    }
    List<Entry> found = conversation.events(from, to);
    EventJson json = new EventJson(conversation);
    ObjectNode page = Refusal.object();
    ArrayNode events = page.putArray("events");
    for (int i = 0; i < Math.min(limit, found.size()); i++) {
      int at = query.flag("reverse") ? found.size() - 1 - i : i;
      events.add(json.of(from + at, found.get(at)));
    }
    return Reply.json(200, page.put("has_more", found.size() > limit));
  }

  private Reply post(Request request, String id) {
    LegacyConversation conversation = conversations.open(id);
    Body body = Body.of(request);
    switch (body.at("action").asString("")) {
      case "change_agent_state" ->
          conversation.order(body.at("args").path("agent_state").asString(""));
      case "message" -> conversation.write(body.at("args").path("content").asString(""));
      default -> throw Refusal.unexpected();
    }
    return success();
  }

  private Reply write(Request request, String id) {
    LegacyConversation conversation = conversations.open(id);
    conversation.write(Body.of(request).text("message"));
    return success();
  }

  private Reply trajectory(String id) {
    LegacyConversation conversation = conversations.open(id);
    EventJson json = new EventJson(conversation);
    ObjectNode body = Refusal.object();
    ArrayNode events = body.putArray("trajectory");
    for (Entry entry : conversation.events()) {
      events.add(json.of(events.size(), entry));
    }
    return Reply.json(200, body);
  }

  private static Reply success() {
    return Reply.json(200, Refusal.object().put("success", true));
  }
}
