package dev.build0711.runner.simulator.appserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class StoredEventsTest {

  private final Wire wire = new Wire(AppOptions.defaults());

  @Test
  void theEndOfARunIsThereLongAfterItsStatus() {
    String id = wire.start("[[scenario: text lag=30]]");
    wire.clock.advance(Duration.ofSeconds(1));
    assertThat(wire.conversation(id).path("execution_status").asString("")).isEqualTo("finished");
    assertThat(labels(id)).isNotEmpty().doesNotContain("MessageEvent agent");
    wire.clock.advance(Duration.ofSeconds(31));
    assertThat(labels(id))
        .contains("MessageEvent agent", "ConversationStateUpdateEvent execution_status=finished");
  }

  @Test
  void tenEventsThatWaitDoNotWaitLonger() {
    String id = wire.start("[[scenario: long steps=90 seconds=0.1 lag=3600]]");
    wire.clock.advance(Duration.ofSeconds(5));
    int there = wire.get("/api/v1/conversation/" + id + "/events/count").body().asInt(0);
    assertThat(there).isGreaterThan(0);
    assertThat(there % 10).isZero();
  }

  @Test
  void theAgentsOwnServerHasItsEventsAtOnceAndFewerOfThem() {
    String id = wire.start("[[scenario: text lag=3600]]");
    wire.clock.advance(Duration.ofSeconds(1));
    JsonNode conversation = wire.conversation(id);
    Map<String, String> session =
        Map.of("X-Session-API-Key", conversation.path("session_api_key").asString(""));
    String url = conversation.path("conversation_url").asString("");
    List<String> here =
        Recording.order(wire.send("GET", url + "/events/search", "", session).body());
    assertThat(here).endsWith("ConversationStateUpdateEvent execution_status=finished");
    wire.clock.advance(Duration.ofHours(1));
    assertThat(labels(id)).containsAll(here).hasSizeGreaterThan(here.size());
  }

  @Test
  void pagesFollowEachOtherWithoutAGapOrARepeat() {
    String id = wire.start("go");
    wire.clock.advance(Duration.ofMinutes(1));
    String path = "/api/v1/conversation/" + id + "/events/search";
    assertThat(paged(path + "?limit=7"))
        .isEqualTo(ids(wire.get(path).body()))
        .doesNotHaveDuplicates()
        .hasSize(wire.get("/api/v1/conversation/" + id + "/events/count").body().asInt(0));
  }

  @Test
  void eachPageOfTheFirstReleaseLosesAnEvent() {
    Wire wire = new Wire(AppOptions.defaults().withRelease(Release.V0_62));
    String id = wire.start("go");
    wire.clock.advance(Duration.ofMinutes(1));
    String path = "/api/v1/events/search?conversation_id__eq=" + id;
    List<String> all = ids(wire.get(path).body());
    JsonNode first = wire.get(path + "&limit=2").body();
    JsonNode second =
        wire.get(path + "&limit=2&page_id=" + first.path("next_page_id").asString("")).body();
    assertThat(ids(first)).isEqualTo(all.subList(0, 2));
    assertThat(ids(second)).isEqualTo(all.subList(3, 5));
  }

  @Test
  void theFirstReleaseOrdersBySecondAndThenByKind() {
    Wire wire = new Wire(AppOptions.defaults().withRelease(Release.V0_62));
    String id = wire.start("[[scenario: long steps=3 seconds=0.1]]");
    wire.clock.advance(Duration.ofMinutes(1));
    List<String> keys = new ArrayList<>();
    wire.get("/api/v1/events/search?conversation_id__eq=" + id)
        .body()
        .path("items")
        .forEach(event ->
            keys.add(
                event.path("timestamp").asString("").substring(0, 19)
                    + event.path("kind").asString("")));
    assertThat(keys).isSorted().hasSizeGreaterThan(9);
    assertThat(wire.get("/api/v1/events/search?conversation_id__eq=" + id + "&limit=101").status())
        .isEqualTo(500);
  }

  @Test
  void theFirstReleaseDoesNotTellWhyARunFailed() {
    Wire wire = new Wire(AppOptions.defaults().withRelease(Release.V0_62));
    String id = wire.start("[[scenario: error]]");
    wire.clock.advance(Duration.ofMinutes(1));
    assertThat(wire.conversation(id).path("execution_status").asString("")).isEqualTo("error");
    assertThat(wire.get("/api/v1/events/search?conversation_id__eq=" + id).body().toString())
        .doesNotContain("ConversationErrorEvent")
        .contains("\"error\"");
  }

  @Test
  void eventsAreFoundByTheirTime() {
    String id = wire.start("[[scenario: long steps=3 seconds=10 lag=0]]");
    wire.clock.advance(Duration.ofSeconds(15));
    Instant now = wire.clock.instant();
    wire.clock.advance(Duration.ofSeconds(15));
    String path = "/api/v1/conversation/" + id + "/events/search?timestamp__";
    List<String> before = ids(wire.get(path + "lt=" + new Timestamp(now).zoned()).body());
    List<String> after = ids(wire.get(path + "gte=" + new Timestamp(now).naive()).body());
    assertThat(before).isNotEmpty().doesNotContainAnyElementsOf(after);
    assertThat(after).isNotEmpty();
    assertThat(wire.get(path + "gte=soon").status()).isEqualTo(422);
  }

  private List<String> labels(String id) {
    return Recording.order(wire.get("/api/v1/conversation/" + id + "/events/search").body());
  }

  private List<String> paged(String path) {
    List<String> paged = new ArrayList<>();
    JsonNode page = wire.get(path).body();
    paged.addAll(ids(page));
    while (page.path("next_page_id").isString()) {
      page = wire.get(path + "&page_id=" + page.path("next_page_id").stringValue()).body();
      paged.addAll(ids(page));
    }
    return paged;
  }

  private static List<String> ids(JsonNode page) {
    return page.path("items").valueStream().map(event -> event.path("id").asString("")).toList();
  }
}
