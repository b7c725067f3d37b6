package dev.build0711.runner.simulator.appserver;

import dev.build0711.runner.simulator.scenario.Act;
import dev.build0711.runner.simulator.scenario.Happening;
import dev.build0711.runner.simulator.web.Refusal;
import dev.build0711.runner.simulator.web.Reply;
import dev.build0711.runner.simulator.web.Request;
import dev.build0711.runner.simulator.web.Router;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.StringNode;

/// The calls for what an agent leaves. The first V1 has none.
final class ResultCalls {

  private static final String PATH = "/api/v1/app-conversations/{conversation_id}";
  private static final int MOST_EVENTS = 10_000;

  /// What every agent that runs a command is said to have written.
  private static final String FILE = "hello.txt";

  private final Deployment deployment;
  private final EventStore store;

  ResultCalls(Deployment deployment, EventStore store) {
    this.deployment = deployment;
    this.store = store;
  }

  void addTo(Router router) {
    router
        .on("GET", PATH + "/file", (_, id) -> file(id))
        .on("GET", PATH + "/git/changes", this::changes)
        .on("GET", PATH + "/git/diff", this::diff)
        .on("GET", PATH + "/hooks", (_, id) -> empty("hooks", id))
        .on("GET", PATH + "/skills", (_, id) -> empty("skills", id))
        .on("GET", PATH + "/download", (_, id) -> download(id));
  }

  /// Nothing is executed, so there is no file, which the real server says with an empty text.
  private static Reply file(String id) {
    Refusal.uuid(id, "path.conversation_id");
    return Reply.json(200, StringNode.valueOf(""));
  }

  /// The real server lists what the sandbox itself leaves there, too.
  private Reply changes(Request request, String id) {
    AppConversation conversation = reached(request, id);
    ArrayNode changes = JsonNodeFactory.instance.arrayNode();
    changes.addObject().put("status", "ADDED").put("path", ".openhands-agent-server.log");
    if (hasWorked(conversation)) {
      changes.addObject().put("status", "ADDED").put("path", FILE);
    }
    return Reply.json(200, changes);
  }

  private Reply diff(Request request, String id) {
    AppConversation conversation = reached(request, id);
    if (!request.param("path").orElse("").endsWith(FILE) || !hasWorked(conversation)) {
      throw Refusal.of(502, "Agent server error: 400");
    }
    return Reply.json(200, Refusal.object().put("modified", "simulated\n").put("original", ""));
  }

  private boolean hasWorked(AppConversation conversation) {
    return conversation.agent().at(deployment.now()).history().stream()
        .anyMatch(h -> h instanceof Happening.Ended ended && ended.act() instanceof Act.Command);
  }

  private AppConversation reached(Request request, String id) {
    UUID known = Refusal.uuid(id, "path.conversation_id");
    if (request.param("path").isEmpty()) {
      throw Refusal.missing("query.path");
    }
    AppConversation conversation =
        deployment.conversation(known).orElseThrow(() -> unreachable(known));
    return switch (conversation.look(deployment.now()).sandbox()) {
      case PAUSED ->
          throw Refusal.of(409, "Sandbox is paused; resume it before reading git state.");
      case STARTING, ERROR, MISSING -> throw unreachable(known);
      case RUNNING -> conversation;
    };
  }

  private static Refusal unreachable(UUID id) {
    return Refusal.of(404, "Conversation " + id + " is not reachable");
  }

  private Reply empty(String what, String id) {
    UUID known = Refusal.uuid(id, "path.conversation_id");
    if (deployment.conversation(known).isEmpty()) {
      return Reply.json(404, Refusal.object().put("error", "Conversation " + known + " not found"));
    }
    return Reply.json(200, Refusal.object().set(what, Refusal.object().arrayNode()));
  }

  private Reply download(String id) {
    UUID known = Refusal.uuid(id, "path.conversation_id");
    AppConversation conversation =
        deployment
            .conversation(known)
            .orElseThrow(() -> Refusal.of(404, "Conversation not found: " + known));
    List<StoredEvent> events = store.of(conversation);
    if (events.size() > MOST_EVENTS) {
      throw Refusal.of(413, "Conversation has too many events to export");
    }
    return Reply.of(200, "application/zip", zip(conversation, events));
  }

  private byte[] zip(AppConversation conversation, List<StoredEvent> events) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (int i = 0; i < events.size(); i++) {
        StoredEvent event = events.get(i);
        add(
            zip,
            "event_%06d_%s.json".formatted(i, StartTask.hex(event.id())),
            event.json().get().toString());
      }
      add(zip, "meta.json", conversation.shown(deployment.now(), "").toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void add(ZipOutputStream zip, String name, String content) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(content.getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
  }
}
