package dev.build0711.runner.simulator.appserver;

import dev.build0711.runner.simulator.web.Body;
import dev.build0711.runner.simulator.web.Refusal;
import dev.build0711.runner.simulator.web.Reply;
import dev.build0711.runner.simulator.web.Request;
import dev.build0711.runner.simulator.web.Router;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.IntNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// The calls that show, change and delete conversations.
final class ConversationCalls {

  private static final String PATH = "/api/v1/app-conversations";
  private static final int MOST_IDS = 99;
  private static final List<String> CHANGEABLE =
      List.of("title", "public", "selected_repository", "selected_branch", "git_provider");

  private final Deployment deployment;
  private final Release release;

  ConversationCalls(Deployment deployment, Release release) {
    this.deployment = deployment;
    this.release = release;
  }

  void addTo(Router router) {
    router
        .on("GET", PATH, (request, _) -> several(request))
        .on("GET", PATH + "/search", (request, _) -> search(request))
        .on("GET", PATH + "/count", (request, _) -> count(request));
    if (release == Release.V1_11) {
      router
          .on("PATCH", PATH + "/{conversation_id}", this::change)
          .on("DELETE", PATH + "/{conversation_id}", (_, id) -> delete(id));
    }
  }

  private Reply several(Request request) {
    List<String> ids = request.params("ids");
    if (ids.isEmpty()) {
      throw Refusal.missing("query.ids");
    }
    if (ids.size() > MOST_IDS) {
      throw Refusal.of(400, "Too many ids requested. Maximum is 99.");
    }
    List<String> invalid = ids.stream().filter(id -> Deployment.id(id).isEmpty()).toList();
    if (!invalid.isEmpty()) {
      throw Refusal.of(
          400, "Invalid UUID format for ids: ['" + String.join("', '", invalid) + "']");
    }
    ArrayNode found = JsonNodeFactory.instance.arrayNode();
    for (String id : ids) {
      found.add(
          Deployment.id(id)
              .flatMap(deployment::conversation)
              .map(conversation -> shown(conversation, request))
              .orElseGet(JsonNodeFactory.instance::nullNode));
    }
    return Reply.json(200, found);
  }

  private JsonNode shown(AppConversation conversation, Request request) {
    return conversation.shown(deployment.now(), AppServer.base(request));
  }

  private Reply search(Request request) {
    return new OffsetPage<AppConversation>(conversation -> shown(conversation, request))
        .of(request, matching(request));
  }

  private Reply count(Request request) {
    return Reply.json(200, IntNode.valueOf(matching(request).size()));
  }

  private List<AppConversation> matching(Request request) {
    Instant now = deployment.now();
    String title = request.param("title__contains").orElse("");
    String sandbox = request.param("sandbox_id__eq").orElse("");
    return deployment.conversations().stream()
        .filter(conversation -> conversation.title(now).contains(title))
        .filter(c -> sandbox.isEmpty() || c.sandbox().name().equals(sandbox))
        .filter(within(request, "created_at", AppConversation::createdAt)::apply)
        .filter(within(request, "updated_at", c -> c.updatedAt(now))::apply)
        .toList();
  }

  private static Function<AppConversation, Boolean> within(
      Request request, String field, Function<AppConversation, Instant> value) {
    Optional<Instant> from = bound(request, field + "__gte");
    Optional<Instant> to = bound(request, field + "__lt");
    return conversation ->
        from.map(bound -> !value.apply(conversation).isBefore(bound)).orElse(true)
            && to.map(bound -> value.apply(conversation).isBefore(bound)).orElse(true);
  }

  private static Optional<Instant> bound(Request request, String param) {
    return request.param(param).map(text -> Timestamp.parse(text, "query." + param));
  }

  private Reply change(Request request, String id) {
    Body body = Body.of(request);
    AppConversation conversation =
        deployment
            .conversation(Deployment.id(id).orElseThrow(AppServer::broken))
            .orElseThrow(() -> Refusal.of(404, "unknown_app_conversation"));
    CHANGEABLE.stream()
        .filter(field -> body.root().has(field))
        .forEach(field -> conversation.patch(field, body.at(field)));
    return Reply.json(200, shown(conversation, request));
  }

  private Reply delete(String id) {
    UUID known =
        Deployment.id(id).orElseThrow(() -> Refusal.of(400, "Invalid conversation ID format"));
    deployment.remove(
        deployment
            .conversation(known)
            .orElseThrow(() -> Refusal.of(404, "Conversation not found")));
    return Reply.json(200, Refusal.object().put("success", true));
  }
}
