package dev.build0711.runner.simulator.appserver;

import dev.build0711.runner.simulator.scenario.World;
import dev.build0711.runner.simulator.web.Refusal;
import dev.build0711.runner.simulator.web.Reply;
import dev.build0711.runner.simulator.web.Router;
import dev.build0711.runner.simulator.web.Template;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// The calls by which a server is recognized.
final class ServerCalls {

  private final World world;
  private final Release release;
  private final Template openapi;
  private final Template config = Template.beside(ServerCalls.class, "web-client-config.json");

  ServerCalls(World world, Release release) {
    this.world = world;
    this.release = release;
    this.openapi = Template.beside(ServerCalls.class, "openapi-" + release.version() + ".json");
  }

  void addTo(Router router) {
    router
        .open("GET", "/alive", (_, _) -> Reply.json(200, Refusal.object().put("status", "ok")))
        .open("GET", "/health", (_, _) -> ok())
        .open("GET", "/server_info", (_, _) -> info())
        .open("GET", "/openapi.json", (_, _) -> Reply.json(200, openapi.copy()));
    switch (release) {
      case V1_11 ->
          router
              .open("GET", "/ready", (_, _) -> ok())
              .open("GET", "/api/v1/web-client/config", (_, _) -> Reply.json(200, config.copy()));
      case V0_62 ->
          router
              .on("GET", "/api/options/config", (_, _) -> earlyConfig())
              .on("GET", "/api/conversations", (_, _) -> earlyConversations());
    }
  }

  private static Reply ok() {
    return Reply.json(200, StringNode.valueOf("OK"));
  }

  private Reply info() {
    double uptime = world.uptime().toMillis() / 1000.0;
    ObjectNode info = Refusal.object().put("uptime", uptime).put("idle_time", uptime);
    ObjectNode resources = info.putObject("resources").put("cpu_percent", 0.0);
    ObjectNode memory = resources.putObject("memory").put("rss", 400_000_000L);
    memory.put("vms", 600_000_000L).put("percent", 1.5);
    ObjectNode disk = resources.putObject("disk").put("total", 270_000_000_000L);
    disk.put("used", 19_000_000_000L).put("free", 78_000_000_000L).put("percent", 19.4);
    resources.putObject("io").put("read_bytes", 13_000_000L).put("write_bytes", 1_000_000L);
    return Reply.json(200, info);
  }

  private static Reply earlyConfig() {
    ObjectNode config = Refusal.object().put("APP_MODE", "oss").put("GITHUB_CLIENT_ID", "");
    config.put("POSTHOG_CLIENT_KEY", "simulated");
    config.putObject("FEATURE_FLAGS").put("ENABLE_BILLING", false).put("HIDE_LLM_SETTINGS", false);
    return Reply.json(200, config);
  }

  /// The V0 that is served beside the first V1 has no conversations here.
  private static Reply earlyConversations() {
    ObjectNode none = Refusal.object();
    none.putArray("results");
    return Reply.json(200, none.putNull("next_page_id"));
  }
}
