package dev.build0711.runner.simulator.appserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.simulator.appserver.Wire.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class StartTaskTest {

  private static final String ID = "0197a1fd-7b15-7074-ad42-5960cfc2a88e";

  private final Wire wire = new Wire(AppOptions.defaults());

  @ParameterizedTest
  @CsvSource({"V1_11, 8", "V0_62, 7"})
  void aStartGoesThroughAllStatusesOfItsRelease(Release release, int statuses) {
    Wire wire = new Wire(AppOptions.defaults().withRelease(release));
    String task = wire.begin("go");
    List<String> seen = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      String status = wire.task(task).path("status").asString("");
      if (!seen.contains(status)) {
        seen.add(status);
      }
      wire.clock.advance(Duration.ofMillis(10));
    }
    assertThat(seen).startsWith("WORKING", "WAITING_FOR_SANDBOX").endsWith("READY");
    assertThat(seen).hasSize(statuses);
  }

  @Test
  void theSandboxIsKnownBeforeItsAddressAndThatBeforeTheConversation() {
    String task = wire.begin("go");
    assertThat(wire.task(task).path("sandbox_id").isNull()).isTrue();
    wire.clock.advance(Duration.ofMillis(450));
    assertThat(wire.task(task).path("sandbox_id").isString()).isTrue();
    assertThat(wire.task(task).path("agent_server_url").isNull()).isTrue();
    wire.clock.advance(Duration.ofMillis(500));
    assertThat(wire.task(task).path("agent_server_url").isString()).isTrue();
    assertThat(wire.task(task).path("app_conversation_id").isNull()).isTrue();
    wire.clock.advance(Duration.ofMillis(50));
    assertThat(wire.task(task).path("app_conversation_id").isString()).isTrue();
  }

  @Test
  void timesHaveAZoneInTheAnswerToThePostAndNoneLater() {
    Answer posted = wire.post(Wire.START, Wire.opening("go", ""));
    String createdAt = posted.text("created_at");
    assertThat(createdAt).endsWith("Z");
    assertThat(wire.task(posted.text("id")).path("created_at").asString("") + "Z")
        .isEqualTo(createdAt);
  }

  @Test
  void theConversationIsNullUntilTheStartIsOver() {
    wire.post(Wire.START, Wire.opening("go", "\"conversation_id\":\"" + ID + "\""));
    assertThat(wire.get(Wire.START + "?ids=" + ID).body().path(0).isNull()).isTrue();
    assertThat(search("conversation_id__eq=" + ID)).isEmpty();
    wire.clock.advance(Duration.ofSeconds(1));
    assertThat(wire.conversation(ID).path("execution_status").asString("")).isEqualTo("running");
    assertThat(search("conversation_id__eq=" + ID)).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "start-error detail=No_sandbox_left, No sandbox left",
    "start-error at=WAITING_FOR_SANDBOX, ''",
    "start-error at=STARTING_CONVERSATION detail=500, 500"
  })
  void aStartFailsAsItsCueSays(String scenario, String detail) {
    String task = wire.begin("[[scenario: " + scenario + "]]");
    wire.clock.advance(Duration.ofHours(1));
    assertThat(wire.task(task).path("status").asString("")).isEqualTo("ERROR");
    assertThat(wire.task(task).path("detail").stringValue()).isEqualTo(detail);
    assertThat(wire.get(Wire.START + "/count").body().asInt(-1)).isZero();
    assertThat(wire.world.size()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "start-hang, WAITING_FOR_SANDBOX, STARTING",
    "start-hang at=setting_up_skills, SETTING_UP_SKILLS, RUNNING",
    "finish start=never, WAITING_FOR_SANDBOX, STARTING"
  })
  void aStartHangsAsItsCueSays(String scenario, String status, String sandbox) {
    String task = wire.begin("[[scenario: " + scenario + "]]");
    wire.clock.advance(Duration.ofHours(1));
    assertThat(wire.task(task).path("status").asString("")).isEqualTo(status);
    assertThat(
            wire.get("/api/v1/sandboxes?id=" + wire.task(task).path("sandbox_id").asString(""))
                .body()
                .path(0)
                .path("status")
                .asString(""))
        .isEqualTo(sandbox);
  }

  @Test
  void aStartTakesAsLongAsItsCueSays() {
    String task = wire.begin("[[scenario: text start=40]]");
    wire.clock.advance(Duration.ofSeconds(39));
    assertThat(wire.task(task).path("status").asString("")).isEqualTo("STARTING_CONVERSATION");
    wire.clock.advance(Duration.ofSeconds(1));
    assertThat(wire.task(task).path("status").asString("")).isEqualTo("READY");
  }

  @Test
  void aRepositoryThatIsNotThereFailsTheStartWithoutAWord() {
    String task =
        wire.post(Wire.START, Wire.opening("go", "\"selected_repository\":\"acme/no-such-shed\""))
            .text("id");
    wire.clock.advance(Duration.ofSeconds(1));
    assertThat(wire.task(task).path("status").asString("")).isEqualTo("ERROR");
    assertThat(wire.task(task).path("detail").stringValue()).isEmpty();
  }

  @Test
  void theSameIdAgainFailsAndHidesTheFirstForEver() {
    String opening = "\"conversation_id\":\"" + ID + "\"";
    wire.post(Wire.START, Wire.opening("[[scenario: long steps=3 seconds=3]] run_42", opening));
    wire.clock.advance(Duration.ofSeconds(2));
    String url = wire.conversation(ID).path("conversation_url").asString("");
    String again =
        wire.post(Wire.START, Wire.opening("[[scenario: long]] run_42", opening)).text("id");
    wire.clock.advance(Duration.ofHours(1));
    assertThat(wire.task(again).path("status").asString("")).isEqualTo("ERROR");
    assertThat(wire.task(again).path("detail").asString("")).startsWith("Server error '500");
    JsonNode first = wire.conversation(ID);
    assertThat(first.path("sandbox_status").asString("")).isEqualTo("RUNNING");
    assertThat(first.path("execution_status").isNull()).isTrue();
    assertThat(first.path("conversation_url").asString("")).isNotEqualTo(url);
    assertThat(wire.world.prompts("run_42")).isOne();
    assertThat(wire.get("/api/v1/conversation/" + ID + "/events/search").body().toString())
        .doesNotContain("FinishAction");
  }

  @ParameterizedTest
  @CsvSource({"start-hang", "start-error at=SETTING_UP_SKILLS"})
  void theIdOfAStartThatCameToNothingMayBeUsedAgain(String scenario) {
    String opening = "\"conversation_id\":\"" + ID + "\"";
    wire.post(Wire.START, Wire.opening("[[scenario: " + scenario + "]]", opening));
    wire.clock.advance(Duration.ofSeconds(2));
    wire.post(Wire.START, Wire.opening("[[scenario: long]]", opening));
    wire.clock.advance(Duration.ofSeconds(2));
    assertThat(wire.conversation(ID).path("execution_status").asString("")).isEqualTo("running");
  }

  @Test
  void theFirstReleaseKnowsNoChosenId() {
    Wire wire = new Wire(AppOptions.defaults().withRelease(Release.V0_62));
    String opening = "\"conversation_id\":\"" + ID + "\"";
    Answer posted = wire.post(Wire.START, Wire.opening("go", opening));
    wire.clock.advance(Duration.ofSeconds(1));
    assertThat(posted.body().path("request").has("conversation_id")).isFalse();
    assertThat(wire.task(posted.text("id")).path("app_conversation_id").asString(""))
        .isNotEmpty()
        .isNotEqualTo(ID.replace("-", ""));
  }

  @Test
  void aStreamTellsAllStatusesWhenTheStartIsOver() {
    Instant before = wire.clock.instant();
    Answer stream = wire.post(Wire.START + "/stream-start", Wire.opening("go", ""));
    assertThat(Duration.between(before, wire.clock.instant())).isEqualTo(Duration.ofSeconds(1));
    assertThat(stream.body().valueStream().map(task -> task.path("status").asString("")))
        .startsWith("WORKING")
        .endsWith("READY")
        .hasSize(8);
  }

  @Test
  void startTasksAreFoundByTheirTimeInTheOrderThatIsAskedFor() {
    String first = wire.begin("one");
    wire.clock.advance(Duration.ofSeconds(10));
    String second = wire.begin("two");
    String since = new Timestamp(wire.clock.instant()).zoned();
    String third = wire.begin("three");
    assertThat(search("created_at__gte=" + since)).containsExactly(third, second);
    assertThat(search("sort_order=CREATED_AT")).containsExactly(first, second, third);
    JsonNode page = wire.get(Wire.START + "/start-tasks/search?limit=2").body();
    assertThat(search("limit=2&page_id=" + page.path("next_page_id").asString("")))
        .containsExactly(first);
    assertThat(wire.get(Wire.START + "/start-tasks/count").body().asInt(0)).isEqualTo(3);
    assertThat(wire.get(Wire.START + "/start-tasks/search?sort_order=AGE").status()).isEqualTo(422);
  }

  private List<String> search(String query) {
    return wire.get(Wire.START + "/start-tasks/search?" + query)
        .body()
        .path("items")
        .valueStream()
        .map(task -> task.path("id").asString(""))
        .toList();
  }
}
