package dev.build0711.runner.openhands.legacy;

import static dev.build0711.runner.openhands.Good.Answer.get;
import static dev.build0711.runner.openhands.Good.Answer.post;

import dev.build0711.runner.exchange.Exchanges;
import dev.build0711.runner.openhands.Good;
import dev.build0711.runner.openhands.OddAnswersContract;
import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.port.AgentBackend.Order;
import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.GitProvider;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.run.RunId;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

class OddAnswersIT extends OddAnswersContract {

  private static final Instant NOW = Instant.parse("2026-11-22T06:45:00Z");
  private static final RunId RUN = RunId.parse("run_01jxt21q00f9k8z8zhwrb15266");
  private static final Conversation CONVERSATION =
      new Conversation("oslo", Dialect.APP_V0, "0.62.0", "62d10440376141209577297d48ffa6f8");
  private static final List<String> RECORDED =
      List.of("finish", "text", "stuck", "llm-401", "confirmation", "stop", "max-iterations");

  @Override
  protected AgentBackend backend(URI base, Exchanges exchanges) {
    return new LegacyBackend(
        new LegacySettings("oslo", base, () -> "key-of-oslo", 2),
        exchanges,
        InstantSource.fixed(NOW));
  }

  @Override
  protected List<Order> orders() {
    return List.of(
        order(null),
        order(new Repository(GitProvider.GITHUB, "git.example.com", "acme/widgets", null)));
  }

  private static Order order(@Nullable Repository repository) {
    return new Order(RUN, "Paint the shed. " + RUN, repository, null, AgentOptions.NONE, 1);
  }

  @Override
  protected int mutations() {
    return 30_000;
  }

  @Override
  protected List<Good> good(URI base) {
    List<Good> all = new ArrayList<>();
    for (String name : RECORDED) {
      Recording recording = Recording.of(name);
      all.add(good(name, recording, recording.states().getFirst()));
      all.add(good(name, recording, recording.states().getLast()));
    }
    return all;
  }

  private static Good good(String name, Recording recording, JsonNode state) {
    String one = "/api/conversations/" + CONVERSATION.id();
    String recorded = state.path("conversation_id").asString();
    String shown = as(state.toString(), recorded, CONVERSATION);
    String events = as(recording.pages().getLast().toString(), recorded, CONVERSATION);
    boolean seen = name.equals("stop");
    return new Good(
        name + ' ' + state.path("status").asString(),
        CONVERSATION,
        seen ? Cursor.begun("https://git.example.com/acme/widgets/pull/").toString() : null,
        List.of(
            get("/openapi.json", "{\"info\":{\"version\":\"0.62.0\"},\"paths\":{}}"),
            get(one + "/events", events),
            get(one + "/trajectory", "{\"trajectory\":[]}"),
            get(one + "/git/changes", "[{\"status\":\"M\",\"path\":\"README.md\"}]"),
            get(one + "/git/diff", "{\"original\":\"a\\n\",\"modified\":\"b\\n\"}"),
            get(one, shown),
            get("/api/conversations", "{\"results\":[" + shown + "],\"next_page_id\":null}"),
            post(one + "/events", "{\"success\":true}"),
            post(one + "/message", "{\"success\":true}"),
            post(
                one + "/st",
                "{\"status\":\"ok\",\"conversation_id\":\"" + CONVERSATION.id() + "\"}"),
            post(
                "/api/conversations",
                "{\"status\":\"ok\",\"conversation_id\":\"" + CONVERSATION.id() + "\"}")));
  }
}
