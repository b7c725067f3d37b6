package dev.build0711.runner.simulator.legacy;

import dev.build0711.runner.simulator.scenario.World;
import dev.build0711.runner.simulator.web.Refusal;
import dev.build0711.runner.simulator.web.Reply;
import dev.build0711.runner.simulator.web.Router;
import dev.build0711.runner.simulator.web.Template;
import tools.jackson.databind.node.IntNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// The calls about the server itself, by which a caller finds out what it is. The V1 calls that
/// every release with V0 has beside it are answered as by a server without V1 conversations.
final class ServerCalls {

  private final World world;
  private final Template server = Template.beside(ServerCalls.class, "server.json");
  private final LegacyOptions options;

  ServerCalls(World world, LegacyOptions options) {
    this.world = world;
    this.options = options;
  }

  void addTo(Router router) {
    router
        .open("GET", "/alive", (_, _) -> Reply.json(200, Refusal.object().put("status", "ok")))
        .open("GET", "/health", (_, _) -> ok())
        .open("GET", "/server_info", (_, _) -> info())
        .open("GET", "/openapi.json", (_, _) -> openapi())
        .on("GET", "/api/options/config", (_, _) -> Reply.json(200, server.copy("config")));
    String v1 = "/api/v1/app-conversations";
    switch (options.release()) {
      case V0_62 ->
          router
              .open("GET", v1 + "/count", (_, _) -> Reply.json(200, IntNode.valueOf(0)))
              .open("GET", v1 + "/search", (_, _) -> empty());
      case V1_6 ->
          router
              .open("GET", "/ready", (_, _) -> ok())
              .open(
                  "GET",
                  "/api/v1/web-client/config",
                  (_, _) -> Reply.json(200, server.copy("web-client")))
              .on("GET", v1 + "/count", (_, _) -> Reply.json(200, IntNode.valueOf(0)))
              .on("GET", v1 + "/search", (_, _) -> empty());
    }
  }

  private static Reply ok() {
    return Reply.json(200, StringNode.valueOf("OK"));
  }

  private static Reply empty() {
    ObjectNode page = Refusal.object();
    page.putArray("items");
    return Reply.json(200, page.putNull("next_page_id"));
  }

  private Reply info() {
    double uptime = world.uptime().toMillis() / 1000.0;
    return Reply.json(200, server.copy("server_info").put("uptime", uptime).put("idle_time", 0.0));
  }

  private Reply openapi() {
    return Reply.json(200, server.copy("openapi-" + options.release().version()));
  }
}
