package dev.build0711.runner.openhands.appserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.exchange.ScriptedServer.Answer;
import dev.build0711.runner.exchange.ScriptedServer.Asked;
import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.Evidence.BackendFull;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.ConversationStarted;
import dev.build0711.runner.run.Evidence.OfStart;
import dev.build0711.runner.run.Evidence.StartRefused;
import dev.build0711.runner.run.Evidence.StartUnclear;
import dev.build0711.runner.run.Reason;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class StartIT {

  private static final String FOUND = "8ba476472fa34036bbd50de20ae432c1";

  private final Bench bench = new Bench();
  private final AppServerBackend backend = bench.backend();

  @AfterEach
  void end() {
    bench.close();
  }

  private OfStart start(boolean first) {
    return backend.start(Bench.order(), first, Bench.LIMIT);
  }

  private List<Asked> posts() {
    return bench.server.asked("POST", "/");
  }

  private void starts(String task) {
    bench.server.on("POST", Bench.START, 200, task);
  }

  @Test
  void theStartNamesEverythingThatTheServerNeeds() {
    starts(Bench.task("WORKING", Bench.ID));
    AgentOptions options = new AgentOptions(null, null, "openai/rover", null);

    OfStart started = backend.start(Bench.order(options, 1), true, Bench.LIMIT);

    assertThat(((ConversationStarted) started).conversation())
        .isEqualTo(Bench.conversation(Bench.ID));
    JsonNode body = new JsonMapper().readTree(posts().getFirst().body());
    assertThat(body)
        .isEqualTo(
            new JsonMapper()
                .readTree(
                    """
                    {"conversation_id":"%s","initial_message":{"role":"user","content":
                     [{"type":"text","text":"Paint the shed. %s"}],"run":true},
                     "selected_repository":"acme/widgets","git_provider":"github",
                     "selected_branch":"main","llm_model":"openai/rover"}\
                    """
                        .formatted(Bench.ID, Bench.RUN)));
  }

  @Test
  void nothingIsPreparedBeforeTheStart() {
    assertThat(backend.prepare(Bench.order(), Bench.LIMIT)).isEmpty();
    assertThat(bench.server.asked()).isEmpty();
  }

  @Test
  void aSecondAttemptGetsAnIdOfItsOwnAndAlwaysTheSame() {
    String second = Starts.chosen(Bench.order(AgentOptions.NONE, 2));

    assertThat(second)
        .isEqualTo(Starts.chosen(Bench.order(AgentOptions.NONE, 2)))
        .isNotEqualTo(Starts.chosen(Bench.order(AgentOptions.NONE, 3)))
        .isNotEqualTo(Bench.ID);
    assertThat(UUID.fromString(second)).hasToString(second);
  }

  @Test
  void aFullServerIsNotMadeToPutAnybodysSandboxToSleep() {
    starts(Bench.task("WORKING", Bench.ID));
    String awake = "{\"id\":\"a\",\"status\":\"RUNNING\"},{\"id\":\"b\",\"status\":\"STARTING\"}";
    bench.server.on("GET", Bench.SANDBOXES + "/search", 200, Bench.page(awake));
    assertThat(start(true)).isEqualTo(new BackendFull());
    assertThat(posts()).isEmpty();

    bench.server.on(
        "GET", Bench.SANDBOXES + "/search", 200, Bench.page(awake.replace("RUNNING", "PAUSED")));
    assertThat(start(true)).isInstanceOf(ConversationStarted.class);
  }

  @Test
  void whatTheReleaseCannotDoIsRefused() {
    AgentOptions profile =
        new AgentOptions(null, null, null, "0197a1fd-7b15-4074-ad42-5960cfc2a88e");
    bench.is("1.6.0");
    assertThat(backend.start(Bench.order(profile, 1), true, Bench.LIMIT))
        .isEqualTo(new StartRefused(Reason.OPTION_UNSUPPORTED));
    assertThat(posts()).isEmpty();
  }

  @Test
  void anAgentProfileIsNamedByItsId() {
    starts(Bench.task("WORKING", Bench.ID));
    String id = "0197a1fd-7b15-4074-ad42-5960cfc2a88e";

    assertThat(
            backend.start(
                Bench.order(new AgentOptions(null, null, null, "painter"), 1), true, Bench.LIMIT))
        .isEqualTo(new StartRefused(Reason.PROFILE_UNKNOWN));
    backend.start(Bench.order(new AgentOptions(null, null, null, id), 1), true, Bench.LIMIT);
    assertThat(posts()).singleElement().satisfies(post -> assertThat(post.body()).contains(id));
  }

  @ParameterizedTest
  @CsvSource({
    "422, START_REFUSED, ",
    "400, START_REFUSED, ",
    "401, , BACKEND_UNAUTHORIZED",
    "404, , BACKEND_BAD_ANSWER",
    "405, , BACKEND_BAD_ANSWER",
    "429, , BACKEND_ERROR",
    "500, , BACKEND_ERROR",
    "503, , BACKEND_ERROR"
  })
  void everyRefusalMeansWhatItSays(int status, Reason refused, Reason silent) {
    bench.server.on("POST", Bench.START, status, "{\"detail\":\"Unauthorized\"}");

    assertThat(start(true))
        .isEqualTo(refused == null ? new BackendSilent(silent, null) : new StartRefused(refused));
    assertThat(posts()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 502, 504})
  void anAnswerThatDoesNotComeLeavesTheStartUnclearAndNothingIsPostedTwice(int status) {
    bench.server.on(
        "POST", Bench.START, _ -> status == 0 ? null : Answer.json(status, "{\"detail\":\"\"}"));

    assertThat(start(true)).isEqualTo(new StartUnclear(Bench.conversation(Bench.ID)));
    assertThat(posts()).hasSize(1);
  }

  @Test
  void aConversationThatIsThereIsTakenOver() {
    bench.server.on(
        "GET",
        Bench.START + "?ids=" + Bench.ID,
        200,
        "[" + FakeConversation.state(Bench.ID, "RUNNING", "running") + "]");

    assertThat(start(false)).isInstanceOf(ConversationStarted.class);
    assertThat(backend.find(Bench.order(), Bench.LIMIT)).isInstanceOf(ConversationStarted.class);
    assertThat(posts()).isEmpty();
  }

  @Test
  void aTaskThatIsUnderWayIsTakenOver() {
    bench.server.on(
        "GET",
        Bench.TASKS + "/search",
        200,
        Bench.page(Bench.task("PREPARING_REPOSITORY", Bench.ID)));

    OfStart found = start(false);

    assertThat(Memory.parse(((ConversationStarted) found).cursor()).task()).isEqualTo(Bench.TASK);
    assertThat(posts()).isEmpty();
  }

  @Test
  void tasksAreSearchedFromBeforeTheRunWasMadeAndToTheLastPage() {
    starts(Bench.task("WORKING", Bench.ID));
    String other = Bench.task("READY", FOUND);
    bench.server.on(
        "GET",
        Bench.TASKS + "/search",
        asked ->
            asked.path().contains("page_id=1")
                ? Answer.json(200, Bench.page(Bench.task("WORKING", Bench.ID)))
                : Answer.json(200, "{\"items\":[" + other + "],\"next_page_id\":\"1\"}"));

    assertThat(start(false)).isInstanceOf(ConversationStarted.class);
    assertThat(posts()).isEmpty();
    assertThat(bench.server.asked("GET", Bench.TASKS + "/search").getFirst().path())
        .contains("created_at__gte=2025-");
  }

  @Test
  void whatIsNowhereIsStarted() {
    starts(Bench.task("WORKING", Bench.ID));

    assertThat(backend.find(Bench.order(), Bench.LIMIT)).isEqualTo(new ConversationMissing());
    assertThat(start(false)).isInstanceOf(ConversationStarted.class);
    assertThat(posts()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"?ids=", "/start-tasks/search"})
  void aSearchThatFailsStartsNothing(String path) {
    bench.server.on("GET", Bench.START + path, 500, "{}");

    assertThat(start(false)).isEqualTo(new BackendSilent(Reason.BACKEND_ERROR, null));
    assertThat(posts()).isEmpty();
  }

  @Test
  void whereTheServerChoosesTheIdItIsWaitedFor() {
    bench.is("0.62.0");
    starts(Bench.task("WORKING", ""));
    bench.server.on("GET", Bench.TASKS + "?ids=", 200, "[" + Bench.task("READY", FOUND) + "]");

    OfStart started = start(true);

    assertThat(((ConversationStarted) started).conversation().id()).isEqualTo(FOUND);
    assertThat(posts())
        .singleElement()
        .satisfies(post -> assertThat(post.body()).doesNotContain("conversation_id"));
  }

  @Test
  void whereTheIdDoesNotComeInTimeTheStartIsUnclear() {
    bench.is("0.62.0");
    starts(Bench.task("WORKING", ""));
    bench.server.on("GET", Bench.TASKS + "?ids=", 200, "[" + Bench.task("WORKING", "") + "]");

    assertThat(backend.start(Bench.order(), true, Duration.ofMinutes(1)))
        .isEqualTo(new StartUnclear(null));
    assertThat(posts()).hasSize(1);
  }

  @Test
  void whereTheServerChoosesTheIdTheRunIsFoundByItsPrompt() {
    bench.is("0.62.0");
    bench.server.on("GET", Bench.TASKS + "/search", 200, Bench.page(Bench.task("READY", FOUND)));
    assertThat(((ConversationStarted) start(false)).conversation().id()).isEqualTo(FOUND);

    bench.server.on("GET", Bench.TASKS + "/search", 200, Bench.page(""));
    bench.server.on(
        "GET",
        Bench.START + "/search",
        200,
        Bench.page(FakeConversation.state(FOUND, "RUNNING", "running").toString()));
    bench.server.on(
        "GET",
        "/api/v1/events/search",
        200,
        Bench.page(
            "{\"kind\":\"MessageEvent\",\"source\":\"user\",\"llm_message\":{\"content\":[{\"text\":\"Paint. "
                + Bench.RUN
                + "\"}]}}"));
    assertThat(((ConversationStarted) start(false)).conversation().id()).isEqualTo(FOUND);
    assertThat(posts()).isEmpty();
  }

  @Test
  void aFailedTaskOfTheFirstAttemptDoesNotKeepTheSecondFromStarting() {
    bench.is("0.62.0");
    String failed = Bench.task("ERROR", "");
    bench.server.on("GET", Bench.TASKS + "/search", 200, Bench.page(failed));
    starts(Bench.task("READY", FOUND));

    OfStart first = start(false);
    OfStart second = backend.start(Bench.order(AgentOptions.NONE, 2), false, Bench.LIMIT);

    assertThat(Memory.parse(((ConversationStarted) first).cursor()).task()).isEqualTo(Bench.TASK);
    assertThat(((ConversationStarted) second).conversation().id()).isEqualTo(FOUND);
    assertThat(posts()).hasSize(1);
  }

  @Test
  void aServerThatSpeaksNoV1IsABadAnswer() {
    bench.server.on("GET", "/openapi.json", 200, "{\"paths\":{\"/api/conversations\":{}}}");

    assertThat(start(true)).isEqualTo(new BackendSilent(Reason.BACKEND_BAD_ANSWER, null));
  }
}
