package dev.build0711.runner.simulator.legacy;

import dev.build0711.runner.simulator.web.Refusal;
import dev.build0711.runner.simulator.web.Reply;
import dev.build0711.runner.simulator.web.Request;
import dev.build0711.runner.simulator.web.Router;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The calls about what an agent has made; all of them need a loop. Nothing is executed, so there
/// is one file, which every agent that has finished has written.
final class FileCalls {

  private static final String FILE = "hello.txt";
  private static final String CONTENT = "written by a simulated agent\n";

  /// A ZIP file without anything in it.
  private static final String EMPTY_ZIP = "PK\u0005\u0006" + "\u0000".repeat(18);

  private final Conversations conversations;

  FileCalls(Conversations conversations) {
    this.conversations = conversations;
  }

  void addTo(Router router) {
    String one = "/api/conversations/{id}";
    router
        .on("GET", one + "/list-files", (_, id) -> files(id))
        .on("GET", one + "/select-file", this::file)
        .on("GET", one + "/zip-directory", (_, id) -> zip(id))
        .on("GET", one + "/git/changes", (_, id) -> changes(id))
        .on("GET", one + "/git/diff", this::diff)
        .on("GET", one + "/config", (_, id) -> config(id))
        .on("GET", one + "/vscode-url", (_, id) -> nothing(id, "vscode_url"))
        .on("GET", one + "/web-hosts", (_, id) -> hosts(id))
        .on("GET", one + "/microagents", (_, id) -> microagents(id))
        .on("GET", one + "/remember-prompt", (_, _) -> Refusal.unexpected().answer());
  }

  private Reply files(String id) {
    ArrayNode files = JsonNodeFactory.instance.arrayNode();
    return Reply.json(200, conversations.open(id).finished() ? files.add(FILE) : files);
  }

  private Reply file(Request request, String id) {
    if (conversations.open(id).finished() && asksFor(request, "file")) {
      return Reply.json(200, Refusal.object().put("code", CONTENT));
    }
    String error = "Error opening file: **ErrorObservation**\nFile not found";
    return Reply.json(500, Refusal.object().put("error", error));
  }

  private Reply zip(String id) {
    conversations.open(id);
    return Reply.of(200, "application/zip", EMPTY_ZIP)
        .with("Content-Disposition", "attachment; filename=\"workspace.zip\"");
  }

  private Reply changes(String id) {
    LegacyConversation conversation = conversations.open(id);
    ArrayNode changes = JsonNodeFactory.instance.arrayNode();
    if (isChanged(conversation)) {
      changes.addObject().put("status", "A").put("path", FILE);
    }
    return Reply.json(200, changes);
  }

  private Reply diff(Request request, String id) {
    if (!isChanged(conversations.open(id)) || !asksFor(request, "path")) {
      throw Refusal.unexpected();
    }
    return Reply.json(200, Refusal.object().put("modified", CONTENT).put("original", ""));
  }

  private Reply config(String id) {
    conversations.open(id);
    return Reply.json(200, Refusal.object().putNull("runtime_id").put("session_id", id));
  }

  private Reply nothing(String id, String field) {
    conversations.open(id);
    return Reply.json(200, Refusal.object().putNull(field));
  }

  private Reply hosts(String id) {
    conversations.open(id);
    ObjectNode body = Refusal.object();
    body.putObject("hosts");
    return Reply.json(200, body);
  }

  private Reply microagents(String id) {
    conversations.open(id);
    ObjectNode body = Refusal.object();
    body.putArray("microagents");
    return Reply.json(200, body);
  }

  private static boolean isChanged(LegacyConversation conversation) {
    return conversation.subject().repository() != null && conversation.finished();
  }

  private static boolean asksFor(Request request, String param) {
    return request.param(param).map(path -> path.endsWith(FILE)).orElse(false);
  }
}
