package dev.build0711.runner.simulator.agentserver;

import dev.build0711.runner.simulator.scenario.World;
import dev.build0711.runner.simulator.web.Refusal;
import dev.build0711.runner.simulator.web.Reply;
import dev.build0711.runner.simulator.web.Request;
import dev.build0711.runner.simulator.web.Router;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The calls about the server itself, its settings, and files.
final class ServerCalls {

  private final World world;
  private final Templates templates;
  private final UUID profile;
  private final Edition edition;

  ServerCalls(World world, Templates templates, UUID profile, Edition edition) {
    this.world = world;
    this.templates = templates;
    this.profile = profile;
    this.edition = edition;
  }

  void addTo(Router router) {
    router
        .open("GET", "/alive", (_, _) -> status("ok"))
        .open("GET", "/health", (_, _) -> status("ok"))
        .open("GET", "/ready", (_, _) -> status("ready"))
        .open("GET", "/server_info", (_, _) -> info())
        .on("GET", "/api/agent-profiles", (_, _) -> profiles())
        .on("GET", "/api/settings", (request, _) -> settings(request))
        .on("POST", "/api/file/upload", (request, _) -> upload(request));
  }

  private static Reply status(String word) {
    return Reply.json(200, JsonNodeFactory.instance.objectNode().put("status", word));
  }

  private Reply info() {
    double uptime = world.uptime().toMillis() / 1000.0;
    ObjectNode info = templates.serverInfo().put("version", edition.version());
    return Reply.json(
        200, edition.server().apply(info.put("uptime", uptime).put("idle_time", 0.0)));
  }

  private Reply profiles() {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    ObjectNode only = body.putArray("profiles").addObject().put("id", profile.toString());
    only.put("name", "default").put("agent_kind", "openhands").put("revision", 0);
    only.put("llm_profile_ref", "simulated").putNull("mcp_server_refs");
    return Reply.json(200, body.put("active_agent_profile_id", profile.toString()));
  }

  private Reply settings(Request request) {
    ObjectNode settings = templates.settings();
    boolean encrypted = "encrypted".equals(request.header("X-Expose-Secrets"));
    settings
        .withObject("agent_settings")
        .withObject("llm")
        .put("api_key", encrypted ? "gAAAAABsimulated" : "**********");
    return Reply.json(200, settings);
  }

  /// Takes a file and forgets it: nothing is executed that could read it.
  private static Reply upload(Request request) {
    String path = request.param("path").orElseThrow(() -> Refusal.missing("query.path"));
    if (!path.startsWith("/")) {
      throw Refusal.of(400, "Path must be absolute");
    }
    String type = request.header("Content-Type");
    if (type == null || !type.startsWith("multipart/form-data")) {
      throw Refusal.missing("body.file");
    }
    return Reply.json(200, ConversationCalls.succeeded().put("file_size", fileSize(request)));
  }

  /// How long the only part of a multipart body is.
  private static int fileSize(Request request) {
    String body = request.body(StandardCharsets.ISO_8859_1);
    int begin = body.indexOf("\r\n\r\n") + 4;
    int end = body.lastIndexOf("\r\n--");
    if (begin < 4 || end < begin) {
      throw Refusal.missing("body.file");
    }
    return end - begin;
  }
}
