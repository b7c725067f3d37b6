package dev.build0711.runner.openhands.legacy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.exchange.Exchanges;
import dev.build0711.runner.exchange.ScriptedServer;
import dev.build0711.runner.port.AgentBackend.Collection;
import dev.build0711.runner.port.AgentBackend.Order;
import dev.build0711.runner.port.AgentBackend.Sending;
import dev.build0711.runner.port.AgentBackend.Watched;
import dev.build0711.runner.port.Secrets.SecretUnavailable;
import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.AgentStatus.Unknown;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Evidence.AgentSeen;
import dev.build0711.runner.run.Evidence.BackendFull;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.MessageTaken;
import dev.build0711.runner.run.Evidence.MessageUnclear;
import dev.build0711.runner.run.Evidence.StartRefused;
import dev.build0711.runner.run.Evidence.StartUnclear;
import dev.build0711.runner.run.Message;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.RunId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/// What a V0 app server may answer beside what it should.
class LegacyBackendIT {

  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Instant NOW = Instant.parse("2026-03-01T09:00:00Z");
  private static final String LIST = "/api/conversations";
  private static final String NONE = "{\"results\":[],\"next_page_id\":null}";
  private static final Conversation CONVERSATION =
      new Conversation("oslo", Dialect.APP_V0, null, "0123456789abcdef0123456789abcdef");
  private static final Order ORDER =
      new Order(
          RunId.create(NOW, new Random(7)), "Paint the shed", null, null, AgentOptions.NONE, 1);

  private final ScriptedServer server = new ScriptedServer();
  private final Exchanges exchanges = new Exchanges();
  private final LegacyBackend backend =
      new LegacyBackend(
          new LegacySettings("oslo", server.base(), () -> null, 2),
          exchanges,
          InstantSource.fixed(NOW));

  @AfterEach
  void close() {
    exchanges.close();
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>", "[]", "7", "null", "{\"results\":{}}", "{\"events\":7}", ""})
  void garbageIsNoAnswer(String garbage) {
    server.on("GET", "/", 200, garbage);
    BackendSilent silent = new BackendSilent(Reason.BACKEND_BAD_ANSWER, null);
    assertThat(backend.start(ORDER, true, LIMIT)).isEqualTo(silent);
    assertThat(backend.start(ORDER, false, LIMIT)).isEqualTo(silent);
    assertThat(backend.find(ORDER, LIMIT)).isEqualTo(silent);
    assertThat(backend.look(List.of(new Watched(CONVERSATION, null)), LIMIT))
        .containsExactly(silent);
    assertThat(backend.tell(CONVERSATION, message(), Sending.AGAIN, "{", LIMIT)).isEqualTo(silent);
    assertThat(backend.resume(CONVERSATION, "[]", LIMIT)).isEqualTo(silent);
    assertThat(backend.check(LIMIT).detail()).isEqualTo("bad_answer");
    assertThat(server.asked("POST", "/")).isEmpty();
  }

  @Test
  void eventsOfStrangeShapesAreReadOver() {
    String one = LIST + "/" + CONVERSATION.id();
    server.on("GET", one, 200, "{\"conversation_id\":\"%s\"}".formatted(CONVERSATION.id()));
    server.on(
        "GET",
        one + "/events",
        200,
        """
        {"events":[{"id":"x"},7,null,{"id":0,"action":9,"source":[],"args":"a"},
          {"id":1,"action":"message","source":"agent","args":{"content":{}}},
          {"id":2,"observation":"agent_state_changed","extras":{"agent_state":"da_ncing2"}}],
         "has_more":"no"}\
        """);
    AgentSeen seen =
        (AgentSeen) backend.look(List.of(new Watched(CONVERSATION, "7")), LIMIT).getFirst();
    assertThat(seen.look().status()).isEqualTo(new Unknown("da_ncing_"));
  }

  @ParameterizedTest
  @CsvSource({"200,{}", "200,<html>", "502,{}", "500,{}"})
  void aStartThatIsNotAnsweredProperlyMayHaveHappened(int status, String body) {
    server.on("GET", LIST, 200, NONE).on("POST", LIST, status, body);
    assertThat(backend.start(ORDER, true, LIMIT)).isEqualTo(new StartUnclear(null));
    assertThat(server.asked("POST", LIST)).hasSize(1);
  }

  @Test
  void aConnectionThatBreaksLeavesTheStartUnclear() {
    server.on("GET", LIST, 200, NONE).on("POST", LIST, _ -> null);
    assertThat(backend.start(ORDER, true, LIMIT)).isEqualTo(new StartUnclear(null));
    assertThat(server.asked("POST", LIST)).hasSize(1);
  }

  @Test
  void aBareTextBesideA401IsTheGitHostsRefusal() {
    server.on("GET", LIST, 200, NONE).on("POST", LIST, 401, "\"no login\"");
    assertThat(backend.start(ORDER, true, LIMIT)).isEqualTo(new StartRefused(Reason.CLONE_FAILED));
  }

  @Test
  void conversationsOfTheNewerApiTakeNoPlace() {
    server.on("GET", LIST, 200, list("V1", "V1", "V0")).on("POST", LIST, 422, "{}");
    assertThat(backend.start(ORDER, true, LIMIT)).isEqualTo(new StartRefused(Reason.START_REFUSED));
    server.on("GET", LIST, 200, list("V0", "V1", "V0"));
    assertThat(backend.start(ORDER, true, LIMIT)).isEqualTo(new BackendFull());
  }

  @Test
  void aKeyThatCannotBeReadIsAServerThatCannotBeReached() {
    LegacyBackend locked =
        new LegacyBackend(
            new LegacySettings(
                "oslo",
                server.base(),
                () -> {
                  throw new SecretUnavailable("sealed", new IllegalStateException());
                },
                2),
            exchanges,
            InstantSource.fixed(NOW));
    BackendSilent silent = new BackendSilent(Reason.BACKEND_UNREACHABLE, null);
    assertThat(locked.start(ORDER, true, LIMIT)).isEqualTo(silent);
    assertThat(locked.find(ORDER, LIMIT)).isEqualTo(silent);
    assertThat(locked.look(List.of(new Watched(CONVERSATION, null)), LIMIT))
        .containsExactly(silent);
    assertThat(locked.stop(CONVERSATION, LIMIT)).isEqualTo(silent);
    assertThat(locked.collect(ORDER, CONVERSATION, LIMIT))
        .isEqualTo(new Collection.Unavailable(silent));
    assertThat(locked.check(LIMIT).detail()).isEqualTo("unreachable");
  }

  @Test
  void theTextOfARefusalWaitsUntilTheAgentHasTakenTheRefusal() {
    String one = LIST + "/" + CONVERSATION.id();
    Message refusal = new Message(1, "Leave it", false, 0, 0, Message.State.WANTED, null);
    server
        .on("GET", one + "/events", 200, events("awaiting_user_confirmation"))
        .on("POST", one, 200, "{}");
    assertThat(backend.tell(CONVERSATION, refusal, Sending.FIRST, null, LIMIT))
        .isEqualTo(new MessageUnclear(true));
    assertThat(server.asked("POST", one + "/events")).hasSize(1);
    assertThat(server.asked("POST", one + "/message")).isEmpty();
    server.on(
        "GET", one + "/events", 200, events("awaiting_user_confirmation", "awaiting_user_input"));
    assertThat(backend.tell(CONVERSATION, refusal, Sending.AGAIN, null, LIMIT))
        .isInstanceOf(MessageTaken.class);
    assertThat(server.asked("POST", one + "/events")).hasSize(1);
    assertThat(server.asked("POST", one + "/message")).hasSize(1);
  }

  @Test
  void anAgentThatAsksLeaveTellsForWhat() {
    ObjectNode page = (ObjectNode) Recording.of("confirmation").pages().getFirst().deepCopy();
    page.withArray("events").removeIf(event -> event.path("id").asInt() > 8);
    page.put("has_more", false);
    String one = LIST + "/" + CONVERSATION.id();
    server
        .on("GET", one, 200, Recording.of("confirmation").states().getFirst().toString())
        .on("GET", one + "/events", 200, page.toString());

    assertThat(backend.look(List.of(new Watched(CONVERSATION, null)), LIMIT))
        .first()
        .isInstanceOfSatisfying(
            AgentSeen.class,
            seen ->
                assertThat(seen.look().lastWords())
                    .startsWith("Asks leave for: run {\"command\":\"sleep 1; echo step 1 of 2\""));
  }

  private static String events(String... states) {
    StringBuilder all = new StringBuilder();
    for (int id = 0; id < states.length; id++) {
      all.append(all.isEmpty() ? "" : ",")
          .append(
              """
              {"id":%d,"observation":"agent_state_changed","extras":{"agent_state":"%s"}}\
              """
                  .formatted(id, states[id]));
    }
    return "{\"events\":[" + all + "],\"has_more\":false}";
  }

  private static Message message() {
    return new Message(1, "Hello", null, 0, 0, Message.State.WANTED, null);
  }

  private static String list(String... versions) {
    StringBuilder all = new StringBuilder();
    for (String version : versions) {
      all.append(all.isEmpty() ? "" : ",")
          .append(
              """
              {"conversation_id":"%032x","status":"RUNNING","conversation_version":"%s"}\
              """
                  .formatted(all.length(), version));
    }
    return "{\"results\":[" + all + "],\"next_page_id\":null}";
  }
}
