package dev.build0711.runner.openhands.agentserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.exchange.ScriptedServer.Answer;
import dev.build0711.runner.openhands.agentserver.AgentServerSettings.Llm;
import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Evidence.BackendFull;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.ConversationStarted;
import dev.build0711.runner.run.Evidence.OfStart;
import dev.build0711.runner.run.Evidence.StartRefused;
import dev.build0711.runner.run.Evidence.StartUnclear;
import dev.build0711.runner.run.Reason;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class StartIT {

  private static final String START = "/api/conversations";
  private static final String PATH = START + "/" + Bench.ID;
  private static final String MADE = state("idle", "\"message-1\"");
  private static final String PROFILES =
      """
      {"profiles":[{"id":"0c3f0a3e-57d7-4d6e-8a55-aaaaaaaaaaaa","name":"careful"},
        {"id":"0c3f0a3e-57d7-4d6e-8a55-bbbbbbbbbbbb","name":"default"}],
       "active_agent_profile_id":"0c3f0a3e-57d7-4d6e-8a55-bbbbbbbbbbbb"}
      """;

  private final Bench bench = new Bench();

  @AfterEach
  void end() {
    bench.close();
  }

  private static String state(String status, String message) {
    return "{\"id\":\"%s\",\"execution_status\":\"%s\",\"last_user_message_id\":%s,\"created_at\":\"2026-11-22T05:00:00Z\"}"
        .formatted(Bench.ID, status, message);
  }

  private OfStart start(AgentServerBackend backend, AgentOptions options, boolean first) {
    return backend.start(Bench.order(options), first, Bench.LIMIT);
  }

  private OfStart start() {
    return start(bench.backend(), AgentOptions.NONE, true);
  }

  private JsonNode posted() {
    return new JsonMapper().readTree(bench.server.asked("POST", START).getLast().body());
  }

  private void old() {
    bench.is("1.49.1", "none", 3600);
  }

  @Test
  void theRunsIdIsTheConversationsAndItsPromptTheFirstMessage() {
    bench.server.on("POST", START, 201, MADE);

    OfStart started = start(bench.backend(), new AgentOptions(30, null, null, null), true);

    assertThat(started)
        .isInstanceOfSatisfying(
            ConversationStarted.class,
            one ->
                assertThat(one.conversation())
                    .isEqualTo(
                        new Conversation("berlin", Dialect.AGENT_SERVER, "1.58.0", Bench.ID)));
    JsonNode body = posted();
    assertThat(body.path("conversation_id").asString()).isEqualTo(Bench.ID);
    assertThat(body.path("workspace").path("working_dir").asString())
        .isEqualTo("/workspace/runs/" + Bench.RUN);
    assertThat(body.path("initial_message").path("content").path(0).path("text").asString())
        .isEqualTo("Paint the shed blue");
    assertThat(body.path("max_iterations").asInt()).isEqualTo(30);
    assertThat(body.path("tags").path("runid").asString()).isEqualTo(Bench.RUN.toString());
    assertThat(body.path("autotitle").asBoolean(true)).isFalse();
    assertThat(body.path("agent_settings").path("llm").path("model").asString())
        .isEqualTo("openai/rover");
    assertThat(body.path("agent_settings").path("llm").path("api_key").asString())
        .isEqualTo("sk-rover");
    assertThat(body.has("secrets")).isFalse();
    assertThat(bench.server.asked("POST", START)).hasSize(1);
  }

  @Test
  void aRunWithARepositoryWorksInItsCloneAndHasItsHostsToken() {
    bench.server.on("POST", START, 201, MADE);

    OfStart unused =
        bench
            .backend(null, new Llm("m", null, () -> null), Bench.TOKEN)
            .start(Bench.cloning(null), true, Bench.LIMIT);

    assertThat(unused).isInstanceOf(ConversationStarted.class);
    assertThat(posted().path("workspace").path("working_dir").asString())
        .isEqualTo("/workspace/runs/" + Bench.RUN + "/widgets");
    assertThat(posted().path("secrets").path("GITHUB_TOKEN").path("value").asString())
        .isEqualTo(Bench.TOKEN);
    assertThat(posted().has("max_iterations")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"careful, aaaaaaaaaaaa", "0C3F0A3E-57D7-4D6E-8A55-AAAAAAAAAAAA, aaaaaaaaaaaa"})
  void aProfileIsFoundByNameOrId(String wanted, String end) {
    bench.server.on("GET", "/api/agent-profiles", 200, PROFILES).on("POST", START, 201, MADE);

    assertThat(start(bench.backend(), new AgentOptions(null, null, null, wanted), true))
        .isInstanceOf(ConversationStarted.class);
    assertThat(posted().path("agent_profile_id").asString()).endsWith(end);
    assertThat(posted().has("agent_settings")).isFalse();
  }

  @Test
  void anUnknownProfileStartsNothing() {
    bench.server.on("GET", "/api/agent-profiles", 200, PROFILES);

    assertThat(start(bench.backend(), new AgentOptions(null, null, null, "bold"), true))
        .isEqualTo(new StartRefused(Reason.PROFILE_UNKNOWN));
    assertThat(bench.server.asked("POST", START)).isEmpty();
  }

  @Test
  void aProfileAndAModelTogetherAreRefused() {
    assertThat(
            start(bench.backend(), new AgentOptions(null, null, "openai/other", "careful"), true))
        .isEqualTo(new StartRefused(Reason.START_REFUSED));
  }

  @Test
  void theRunsModelReplacesTheConfiguredOne() {
    bench.server.on("POST", START, 201, MADE);

    assertThat(start(bench.backend(), new AgentOptions(null, null, "openai/other", null), true))
        .isInstanceOf(ConversationStarted.class);
    assertThat(posted().path("agent_settings").path("llm").path("model").asString())
        .isEqualTo("openai/other");
  }

  @Test
  void withoutAnythingConfiguredTheServersActiveProfileIsTaken() {
    bench.server.on("GET", "/api/agent-profiles", 200, PROFILES).on("POST", START, 201, MADE);

    assertThat(start(bench.backend(null, Llm.OF_THE_SERVER, null), AgentOptions.NONE, true))
        .isInstanceOf(ConversationStarted.class);
    assertThat(posted().path("agent_profile_id").asString()).endsWith("bbbbbbbbbbbb");
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 422})
  void anActiveProfileThatLeadsNowhereGivesWayToTheServersSettings(int status) {
    bench
        .server
        .on("GET", "/api/agent-profiles", 200, PROFILES)
        .on(
            "GET",
            "/api/settings",
            200,
            "{\"agent_settings\":{\"agent\":\"CodeActAgent\",\"llm\":{\"model\":\"m\",\"api_key\":\"gAAAAA\"}}}")
        .on(
            "POST",
            START,
            asked ->
                Answer.json(
                    asked.body().contains("agent_profile_id") ? status : 201,
                    "{\"detail\":\"LLM profile 'default' not found\"}"));

    assertThat(start(bench.backend(null, Llm.OF_THE_SERVER, null), AgentOptions.NONE, true))
        .isInstanceOf(ConversationStarted.class);
    assertThat(posted().path("secrets_encrypted").asBoolean(false)).isTrue();
    assertThat(posted().path("agent_settings").path("llm").path("api_key").asString())
        .isEqualTo("gAAAAA");
    assertThat(bench.server.asked("GET", "/api/settings").getFirst().header("X-expose-secrets"))
        .isEqualTo("encrypted");
  }

  @ParameterizedTest
  @CsvSource({"400", "413", "422"})
  void aRefusalIsFinal(int status) {
    bench.server.on("POST", START, status, "{\"detail\":[]}");

    assertThat(start()).isEqualTo(new StartRefused(Reason.START_REFUSED));
  }

  @Test
  void aFullServerIsWaitedFor() {
    bench.server.on("POST", START, 429, "{\"detail\":\"Conversation run limit reached.\"}");

    assertThat(start()).isEqualTo(new BackendFull());
  }

  @ParameterizedTest
  @CsvSource({
    "401, BACKEND_UNAUTHORIZED",
    "404, BACKEND_BAD_ANSWER",
    "409, BACKEND_ERROR",
    "500, BACKEND_ERROR",
    "503, BACKEND_ERROR"
  })
  void otherAnswersDecideNothing(int status, Reason reason) {
    bench.server.on("POST", START, status, "{\"detail\":\"x\"}");

    assertThat(start()).isEqualTo(new BackendSilent(reason, null));
  }

  @Test
  void nothingIsPostedToAServerThatDoesNotAnswer() {
    bench.server.on("GET", "/server_info", 503, "{}");

    assertThat(start()).isEqualTo(new BackendSilent(Reason.BACKEND_ERROR, null));
    assertThat(bench.server.asked("POST", "/")).isEmpty();
  }

  @Test
  void anOldServerGetsOnePostHoweverItEnds() {
    old();
    bench.server.on("POST", START, _ -> null);

    assertThat(start())
        .isEqualTo(
            new StartUnclear(new Conversation("berlin", Dialect.AGENT_SERVER, "1.49.1", Bench.ID)));
    assertThat(bench.server.asked("POST", START)).hasSize(1);
  }

  @Test
  void aPostThatTimesOutOnAnOldServerIsNotRepeated() {
    old();
    bench.server.on("POST", START, _ -> slowly());

    assertThat(bench.backend().start(Bench.order(AgentOptions.NONE), true, Duration.ofMillis(600)))
        .isInstanceOf(StartUnclear.class);
    assertThat(bench.server.asked("POST", START)).hasSize(1);
  }

  private static Answer slowly() {
    try {
      Thread.sleep(2000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Answer.json(201, MADE);
  }

  @ParameterizedTest
  @ValueSource(ints = {502, 504})
  void aGatewayThatGaveUpLeavesTheStartUnclear(int status) {
    old();
    bench.server.on("POST", START, _ -> new Answer(status, "<html>", "text/html", Map.of()));

    assertThat(start()).isInstanceOf(StartUnclear.class);
    assertThat(bench.server.asked("POST", START)).hasSize(1);
  }

  @Test
  void aServerThatMakesStartsIdempotentIsAskedOnceMore() {
    AtomicInteger posts = new AtomicInteger();
    bench.server.on(
        "POST",
        START,
        asked ->
            !asked.path().equals(START)
                ? Answer.json(200, "{}")
                : posts.incrementAndGet() == 1
                    ? null
                    : Answer.json(200, state("running", "\"message-1\"")));

    assertThat(start()).isInstanceOf(ConversationStarted.class);
    assertThat(bench.server.asked("POST", START)).hasSize(2);
  }

  @Test
  void aLaterTryAdoptsWhatItFindsWithoutPosting() {
    bench.server.on("GET", PATH, 200, state("running", "\"message-1\""));

    assertThat(start(bench.backend(), AgentOptions.NONE, false))
        .isInstanceOf(ConversationStarted.class);
    assertThat(bench.server.asked("POST", "/")).isEmpty();
  }

  @Test
  void aLaterTryStartsWhatItDoesNotFind() {
    old();
    bench.server.on("POST", START, 201, MADE);

    assertThat(start(bench.backend(), AgentOptions.NONE, false))
        .isInstanceOf(ConversationStarted.class);
    assertThat(bench.server.asked())
        .extracting(Object::toString)
        .containsSubsequence("GET " + PATH, "POST " + START);
  }

  @Test
  void aConversationWithoutThePromptIsGivenItOnce() {
    Recording recording = Recording.of("1.58.0", "after-500");
    assertThat(recording.events(0)).as("what a failed start leaves").hasSize(1);
    bench
        .server
        .on("POST", PATH + "/events", 200, "{\"success\":true}")
        .on("GET", PATH, 200, state("idle", "null"))
        .on("GET", PATH + "/events/search", 200, "{\"items\":[],\"next_page_id\":null}");

    assertThat(start(bench.backend(), AgentOptions.NONE, false))
        .isInstanceOf(ConversationStarted.class);
    assertThat(bench.server.asked("POST", "/")).hasSize(1);
    assertThat(posted().path("content").path(0).path("text").asString())
        .isEqualTo("Paint the shed blue");
    assertThat(posted().path("run").asBoolean(false)).isTrue();
  }

  @Test
  void aPromptWhoseArrivalIsUnclearIsNotSentAgain() {
    bench
        .server
        .on("POST", PATH + "/events", _ -> null)
        .on("GET", PATH, 200, state("idle", "null"))
        .on("GET", PATH + "/events/search", 200, "{\"items\":[]}");

    assertThat(start(bench.backend(), AgentOptions.NONE, false)).isInstanceOf(StartUnclear.class);
    assertThat(bench.server.asked("POST", "/")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"200", "409"})
  void anIdleConversationWithThePromptIsSetGoing(int status) {
    bench
        .server
        .on("GET", PATH, 200, state("idle", "\"message-1\""))
        .on("POST", PATH + "/run", status, "{}");

    assertThat(start(bench.backend(), AgentOptions.NONE, false))
        .isInstanceOf(ConversationStarted.class);
    assertThat(bench.server.asked("POST", "/")).hasToString("[POST " + PATH + "/run]");
  }

  @Test
  void anIdleConversationOnAFullServerIsWaitedFor() {
    bench
        .server
        .on("GET", PATH, 200, state("idle", "\"message-1\""))
        .on("POST", PATH + "/run", 429, "{}");

    assertThat(start(bench.backend(), AgentOptions.NONE, false)).isEqualTo(new BackendFull());
  }
}
