package dev.build0711.runner.openhands.detection;

import static dev.build0711.runner.openhands.Good.Answer.get;

import dev.build0711.runner.exchange.Exchanges;
import dev.build0711.runner.openhands.Api;
import dev.build0711.runner.openhands.Good;
import dev.build0711.runner.openhands.OddAnswersContract;
import dev.build0711.runner.openhands.SessionKey;
import dev.build0711.runner.openhands.agentserver.AgentServerBackend;
import dev.build0711.runner.openhands.agentserver.AgentServerSettings;
import dev.build0711.runner.openhands.agentserver.AgentServerSettings.Llm;
import dev.build0711.runner.openhands.appserver.AppServerBackend;
import dev.build0711.runner.openhands.appserver.AppServerSettings;
import dev.build0711.runner.openhands.legacy.LegacyBackend;
import dev.build0711.runner.openhands.legacy.LegacySettings;
import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.port.AgentBackend.Order;
import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.RunId;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/// What a server is, told by answers that are none.
class OddAnswersIT extends OddAnswersContract {

  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-22T06:45:00Z"));
  private static final RunId RUN = RunId.parse("run_01jxt21q00f9k8z8zhwrb15266");
  private static final String ID = RUN.value().toString();
  private static final String ONE = "/api/conversations/" + ID;

  @Override
  protected AgentBackend backend(URI base, Exchanges exchanges) {
    SessionKey key = () -> "key";
    return new DetectedBackend(
        "rome",
        new Api(base, key, exchanges),
        dialect ->
            switch (dialect) {
              case AGENT_SERVER ->
                  new AgentServerBackend(
                      new AgentServerSettings(
                          "rome",
                          base,
                          key,
                          "/workspace",
                          null,
                          new Llm("m", null, () -> null),
                          _ -> null),
                      exchanges,
                      CLOCK);
              case APP_V1 ->
                  new AppServerBackend(
                      new AppServerSettings("rome", base, key, 2), exchanges, CLOCK);
              case APP_V0 ->
                  new LegacyBackend(new LegacySettings("rome", base, key, 2), exchanges, CLOCK);
            },
        CLOCK);
  }

  /// Too short for a start that is waited for.
  @Override
  protected Duration limit() {
    return Duration.ofSeconds(3);
  }

  @Override
  protected List<Order> orders() {
    return List.of(new Order(RUN, "Paint the shed. " + RUN, null, null, AgentOptions.NONE, 1));
  }

  @Override
  protected int mutations() {
    return 5_000;
  }

  @Override
  protected List<Good> good(URI base) {
    return List.of(
        new Good(
            "an agent-server",
            at(Dialect.AGENT_SERVER),
            null,
            List.of(
                get(
                    "/server_info",
                    "{\"title\":\"OpenHands Agent Server\",\"version\":\"1.58.0\",\"uptime\":9.5}"),
                get(ONE, "{\"id\":\"%s\",\"execution_status\":\"running\"}".formatted(ID)))),
        new Good(
            "an app server",
            at(Dialect.APP_V1),
            null,
            List.of(
                get("/server_info", "{\"uptime\":3.0,\"resources\":{}}"),
                get(
                    "/openapi.json",
                    """
                    {"info":{"version":"1.11.0"},"paths":{"/api/v1/app-conversations":{}}}\
                    """))),
        new Good(
            "an app server behind a proxy",
            at(Dialect.APP_V1),
            null,
            List.of(get("/api/v1/app-conversations/count", "4"))),
        new Good(
            "an older app server",
            at(Dialect.APP_V0),
            null,
            List.of(
                get("/api/options/config", "{\"APP_MODE\":\"oss\"}"),
                get("/api/conversations?limit", "{\"results\":[],\"next_page_id\":null}"))));
  }

  private static Conversation at(Dialect dialect) {
    return new Conversation("rome", dialect, null, ID);
  }
}
