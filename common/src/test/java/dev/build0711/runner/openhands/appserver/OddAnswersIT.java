package dev.build0711.runner.openhands.appserver;

import static dev.build0711.runner.openhands.Good.Answer.get;
import static dev.build0711.runner.openhands.Good.Answer.post;

import dev.build0711.runner.exchange.Exchanges;
import dev.build0711.runner.openhands.Good;
import dev.build0711.runner.openhands.OddAnswersContract;
import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.port.AgentBackend.Order;
import dev.build0711.runner.run.AgentOptions;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class OddAnswersIT extends OddAnswersContract {

  private static final Instant NOW = Instant.parse("2026-11-22T06:00:00Z");
  private static final Map<String, List<String>> RECORDED =
      Map.of(
          "1.11.0",
          List.of(
              "finish",
              "text",
              "llm-401",
              "max-iterations",
              "sandbox-pause",
              "send-message",
              "stuck"),
          "0.62.0",
          List.of("finish", "llm-401"));

  @Override
  protected AgentBackend backend(URI base, Exchanges exchanges) {
    return new AppServerBackend(
        new AppServerSettings("lisbon", base, () -> "key-of-lisbon", 2),
        exchanges,
        InstantSource.fixed(NOW),
        _ -> true);
  }

  @Override
  protected List<Order> orders() {
    return List.of(
        Bench.order(),
        Bench.order(AgentOptions.NONE, 2),
        Bench.order(new AgentOptions(null, null, null, "3f9d2c1a-0b4e-4c57-9a35-8d6f1e2b7c90"), 1));
  }

  @Override
  protected int mutations() {
    return 35_000;
  }

  @Override
  protected List<Good> good(URI base) {
    List<Good> all = new ArrayList<>();
    RECORDED.forEach((version, names) -> {
      for (String name : names) {
        Recording recording = Recording.of(version, name);
        List<JsonNode> states = recording.states();
        all.add(good(base, name, recording, states.getFirst()));
        all.add(good(base, name, recording, states.getLast()));
      }
    });
    return all;
  }

  private static Good good(URI base, String name, Recording recording, JsonNode state) {
    boolean early = recording.version().startsWith("0.");
    ObjectNode seen = ((ObjectNode) state).deepCopy();
    seen.put("conversation_url", base + "/api/conversations/" + state.path("id").asString());
    var conversation = Bench.conversation(Bench.ID);
    String events = page(recording.events());
    String id = Bench.ID.replace("-", "");
    String shown = seen.toString().replace(state.path("id").asString(), id);
    String task = Bench.task("READY", Bench.ID);
    String events1 = early ? "/api/v1/events/search" : "/api/v1/conversation/" + id + "/events";
    boolean starting = name.equals("text");
    return new Good(
        recording.version() + ' ' + name + ' ' + state.path("execution_status").asString("none"),
        conversation,
        starting
            ? Memory.begun(Bench.TASK, NOW, "https://git.example.com/acme/widgets/pull/").toString()
            : null,
        List.of(
            get("/openapi.json", openapi(recording.version(), early)),
            get(Bench.START + "/count", "3"),
            get(Bench.START + "?ids=", "[" + shown + "]"),
            get(Bench.TASKS + "?ids=", "[" + task + "]"),
            get(Bench.TASKS + "/search", Bench.page(task)),
            get(Bench.START + "/search", Bench.page(shown)),
            get(events1, events),
            get(
                Bench.SANDBOXES + "/search",
                Bench.page("{\"id\":\"sb-7\",\"status\":\"RUNNING\"}")),
            post(Bench.SANDBOXES, "{\"success\":true}"),
            post(Bench.START + "/" + id + "/send-message", "{\"success\":true}"),
            post(Bench.START, Bench.task("WORKING", Bench.ID)),
            get(Bench.START + "/" + id + "/download", "PK\u0003\u0004"),
            get(
                Bench.START + "/" + id + "/git/changes",
                "[{\"status\":\"UPDATED\",\"path\":\"README.md\"}]"),
            get(
                Bench.START + "/" + id + "/git/diff",
                "{\"original\":\"a\\n\",\"modified\":\"b\\n\"}"),
            get("/api/conversations/" + Bench.ID + "/events/search", events),
            post("/api/conversations/" + Bench.ID, "{\"success\":true}"),
            post(
                "/api/bash/execute_bash_command",
                "{\"exit_code\":0,\"stdout\":\"ada6dec36d2fa2530444998f1ae421fcb8cacffc\\nmain\\n\"}")));
  }

  private static String openapi(String version, boolean early) {
    return """
    {"info":{"title":"OpenHands","version":"%s"},"paths":{"%s":{},"%s":{}%s}}\
    """
        .formatted(
            version,
            Bench.START,
            early
                ? "/api/v1/events/search"
                : "/api/v1/conversation/{conversation_id}/events/search",
            early ? "" : ",\"" + Bench.START + "/{conversation_id}/send-message\":{}");
  }

  private static String page(List<JsonNode> events) {
    StringBuilder page = new StringBuilder("{\"items\":[");
    events.forEach(event -> page.append(page.length() > 10 ? "," : "").append(event));
    return page + "],\"next_page_id\":null}";
  }
}
