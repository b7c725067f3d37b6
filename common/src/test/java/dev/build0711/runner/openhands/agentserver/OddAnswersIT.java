package dev.build0711.runner.openhands.agentserver;

import static dev.build0711.runner.openhands.Good.Answer.get;
import static dev.build0711.runner.openhands.Good.Answer.post;

import dev.build0711.runner.exchange.Exchanges;
import dev.build0711.runner.openhands.Good;
import dev.build0711.runner.openhands.OddAnswersContract;
import dev.build0711.runner.openhands.agentserver.AgentServerSettings.Llm;
import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.port.AgentBackend.Order;
import dev.build0711.runner.run.AgentOptions;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

class OddAnswersIT extends OddAnswersContract {

  private static final Instant NOW = Instant.parse("2026-11-22T06:00:00Z");
  private static final List<String> RECORDED =
      List.of(
          "finish",
          "ask",
          "confirmation",
          "stuck",
          "llm-401",
          "max-iterations",
          "interrupt",
          "restart-in-command",
          "tool-error");
  private static final String COMMAND = "3f9d2c1a-0b4e-4c57-9a35-8d6f1e2b7c90";

  @Override
  protected AgentBackend backend(URI base, Exchanges exchanges) {
    return new AgentServerBackend(
        new AgentServerSettings(
            "berlin",
            base,
            () -> "key-of-berlin",
            "/workspace/runs",
            null,
            new Llm(null, null, () -> null),
            _ -> new GitAccess.Remote(URI.create("https://git.example.com"), Bench.TOKEN)),
        exchanges,
        InstantSource.fixed(NOW));
  }

  @Override
  protected List<Order> orders() {
    return List.of(
        Bench.order(AgentOptions.NONE),
        Bench.cloning("main"),
        Bench.order(new AgentOptions(null, null, null, "rover")),
        Bench.order(new AgentOptions(null, null, "openai/rover", null)));
  }

  @Override
  protected int mutations() {
    return 35_000;
  }

  @Override
  protected List<Good> good(URI base) {
    List<Good> all = new ArrayList<>();
    for (String version : List.of("1.58.0", "1.49.1")) {
      for (String name : RECORDED) {
        Recording recording = Recording.of(version, name);
        List<JsonNode> states = recording.states();
        JsonNode state = states.get(all.size() % 3 == 0 ? 0 : states.size() - 1);
        all.add(good(version, name, recording, state));
      }
    }
    return all;
  }

  private static Good good(String version, String name, Recording recording, JsonNode state) {
    String one = "/api/conversations/" + Bench.ID;
    String shown = as(state.toString(), recording.id().toString(), Bench.CONVERSATION);
    String events = page(recording.events(0));
    return new Good(
        version + ' ' + name + ' ' + state.path("execution_status").stringValue(""),
        Bench.CONVERSATION,
        cursor(name),
        List.of(
            get("/server_info", info(version)),
            get("/api/conversations/count", "3"),
            get(one + "/events/search", events),
            get(one, shown),
            get("/api/conversations?ids=", "[" + shown + "," + shown + "]"),
            post(one + "/run", "{\"success\":true}"),
            post(one + "/interrupt", "{\"success\":true}"),
            post(one + "/events", "{\"success\":true}"),
            post("/api/conversations", shown),
            get(
                "/api/agent-profiles",
                "{\"profiles\":[{\"id\":\"%1$s\",\"name\":\"rover\"}],\"active_agent_profile_id\":\"%1$s\"}"
                    .formatted(COMMAND)),
            get(
                "/api/settings",
                "{\"agent_settings\":{\"llm\":{\"model\":\"m\",\"api_key\":\"x\"}}}"),
            post(
                "/api/bash/execute_bash_command",
                "{\"id\":\"%s\",\"exit_code\":0,\"stdout\":\"%s\\nmain\\n\",\"stderr\":null}"
                    .formatted(COMMAND, "ada6dec36d2fa2530444998f1ae421fcb8cacffc")),
            post(
                "/api/bash/start_bash_command",
                "{\"id\":\"%s\",\"timeout\":540}".formatted(COMMAND)),
            post("/api/file/upload", "{\"success\":true}"),
            get(
                "/api/bash/bash_events/search",
                "{\"items\":[{\"exit_code\":%d,\"order\":0}],\"next_page_id\":null}"
                    .formatted(name.equals("stuck") ? 128 : 0)),
            get("/api/file/download-trajectory", "PK\u0003\u0004"),
            get("/api/git/changes", "[{\"status\":\"UPDATED\",\"path\":\"README.md\"}]"),
            get("/api/file/archive", "diff --git a/README.md b/README.md\n")));
  }

  /// Some conversations are looked at for the first time, others were seen at work.
  private static @Nullable String cursor(String name) {
    return name.length() % 2 == 0
        ? null
        : dev.build0711.runner.openhands.events.Cursor.begun(NOW.minusSeconds(60)).toString();
  }

  private static String info(String version) {
    return "{\"title\":\"OpenHands Agent Server\",\"uptime\":3600.5,\"version\":\"%s\",\"capabilities\":[\"idempotent_conversation_create_v1\"]}"
        .formatted(version);
  }

  private static String page(List<JsonNode> events) {
    StringBuilder page = new StringBuilder("{\"items\":[");
    events.forEach(event -> page.append(page.length() > 10 ? "," : "").append(event));
    return page + "],\"next_page_id\":null}";
  }
}
