package dev.build0711.runner.openhands.agentserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.exchange.ScriptedServer.Answer;
import dev.build0711.runner.exchange.ScriptedServer.Asked;
import dev.build0711.runner.port.AgentBackend.Watched;
import dev.build0711.runner.run.AgentLook;
import dev.build0711.runner.run.AgentStatus.Finished;
import dev.build0711.runner.run.AgentStatus.Starting;
import dev.build0711.runner.run.AgentStatus.Working;
import dev.build0711.runner.run.Evidence.AgentSeen;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.OfLook;
import dev.build0711.runner.run.Reason;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

class BatchLooksIT {

  private static final String BATCH = "/api/conversations?ids=";
  private static final JsonMapper JSON = new JsonMapper();

  private final Bench bench = new Bench();
  private final AgentServerBackend backend = bench.backend();
  private final CountDownLatch end = new CountDownLatch(1);

  @AfterEach
  void end() {
    end.countDown();
    bench.close();
  }

  private static UUID id(int number) {
    return new UUID(0x41f7c0de00004000L, 0x8000000000000000L + number);
  }

  private static JsonNode state(UUID id, String status, String leaf) {
    return JSON.readTree(
        "{\"id\":\"%s\",\"execution_status\":\"%s\",\"leaf_event_id\":\"%s\"}"
            .formatted(id, status, leaf));
  }

  private static List<JsonNode> events(String ending) {
    return JSON.readTree(
            """
            [{"id":"prompt","kind":"MessageEvent","source":"user"},
             {"id":"%s","kind":"ActionEvent","llm_response_id":"a","action":{"kind":"%s"}}]
            """
                .formatted(ending, ending))
        .valueStream()
        .toList();
  }

  /// Conversations that all work, known to the server by their ids from 0 on.
  private List<FakeConversation> working(int count) {
    Map<String, FakeConversation> all =
        IntStream.range(0, count)
            .mapToObj(BatchLooksIT::id)
            .map(id ->
                new FakeConversation(
                    bench.server,
                    id,
                    state(id, "running", "TerminalAction"),
                    events("TerminalAction")))
            .collect(Collectors.toMap(one -> one.id().toString(), Function.identity()));
    bench.server.on("GET", BATCH, asked -> Answer.json(200, states(asked, all).toString()));
    return IntStream.range(0, count).mapToObj(number -> all.get(id(number).toString())).toList();
  }

  private static ArrayNode states(Asked asked, Map<String, FakeConversation> all) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    ids(asked)
        .forEach(id -> {
          FakeConversation one = all.get(id);
          list.add(one == null ? JsonNodeFactory.instance.nullNode() : one.state());
        });
    return list;
  }

  private static List<String> ids(Asked asked) {
    String query = asked.path().substring(asked.path().indexOf('?') + 1);
    return Arrays.stream(query.split("&", -1)).map(pair -> pair.replace("ids=", "")).toList();
  }

  private static Watched watched(int number, @Nullable String cursor) {
    return new Watched(Bench.conversation(id(number)), cursor);
  }

  private List<OfLook> look(int count) {
    return backend.look(
        IntStream.range(0, count).mapToObj(number -> watched(number, null)).toList(), Bench.LIMIT);
  }

  private static AgentLook seen(OfLook one) {
    assertThat(one).isInstanceOf(AgentSeen.class);
    return ((AgentSeen) one).look();
  }

  /// The same conversations, each from where its first look ended.
  private static List<Watched> again(List<OfLook> looks) {
    return IntStream.range(0, looks.size())
        .mapToObj(number -> watched(number, seen(looks.get(number)).cursor()))
        .toList();
  }

  @Test
  void ninetyNineConversationsWithoutNewsAreOneRequest() {
    working(99);
    List<Watched> second = again(look(99));
    bench.server.forget();

    List<OfLook> looks = backend.look(second, Bench.LIMIT);

    assertThat(bench.server.asked()).hasSize(1);
    assertThat(ids(bench.server.asked().getFirst())).hasSize(99);
    assertThat(looks)
        .hasSize(99)
        .allSatisfy(one -> {
          assertThat(seen(one).status()).isEqualTo(new Working());
          assertThat(seen(one).news()).isFalse();
          assertThat(seen(one).version()).isEqualTo("1.58.0");
        });
  }

  @Test
  void onlyTheEventsOfThoseThatMovedAreRead() {
    List<FakeConversation> all = working(50);
    List<Watched> second = again(look(50));
    all.get(7).now(state(id(7), "finished", "FinishAction"), events("FinishAction"));
    all.get(31).now(state(id(31), "finished", "FinishAction"), events("FinishAction"));
    bench.server.forget();

    List<OfLook> looks = backend.look(second, Bench.LIMIT);

    assertThat(bench.server.asked()).hasSize(3);
    assertThat(seen(looks.get(7)).status()).isEqualTo(new Finished());
    assertThat(seen(looks.get(31)).status()).isEqualTo(new Finished());
    assertThat(seen(looks.get(30)).status()).isEqualTo(new Working());
  }

  @Test
  void whatTheServerDoesNotKnowIsMissingAndTheOthersAreSeen() {
    working(2);

    List<OfLook> looks = look(4);

    assertThat(looks.subList(2, 4)).containsOnly(new ConversationMissing());
    assertThat(seen(looks.get(1)).status()).isEqualTo(new Working());
  }

  @Test
  void anAnswerThatIsTooLargeIsAskedForInHalves() {
    working(9);
    Function<Asked, Answer> small =
        asked ->
            Answer.json(
                200,
                ids(asked).stream()
                    .map(id -> state(UUID.fromString(id), "running", "TerminalAction").toString())
                    .collect(Collectors.joining(",", "[", "]")));
    Answer large = Answer.json(200, "\"" + "x".repeat(9 * 1024 * 1024) + "\"");
    bench.server.on("GET", BATCH, asked -> ids(asked).size() > 3 ? large : small.apply(asked));

    List<OfLook> looks = look(9);

    assertThat(looks)
        .hasSize(9)
        .allSatisfy(one -> assertThat(seen(one).status()).isEqualTo(new Working()));
    assertThat(bench.server.asked("GET", BATCH))
        .as("9, then 4 and 5, then 2, 2, 2 and 3")
        .extracting(asked -> ids(asked).size())
        .containsExactly(9, 4, 2, 2, 5, 2, 3);
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 405, 422, 500})
  void aServerThatCannotBeAskedForSeveralIsAskedForEach(int status) {
    working(12);
    bench.server.on("GET", BATCH, status, "{\"detail\":\"no\"}");

    assertThat(look(12))
        .hasSize(12)
        .allSatisfy(one -> assertThat(seen(one).status()).isEqualTo(new Working()));
    assertThat(bench.server.asked("GET", BATCH)).hasSize(1);
  }

  @Test
  void aServerThatFailsForEachTooIsLeftAlone() {
    bench.server.on("GET", "/api/conversations", 500, "{\"detail\":\"Internal Server Error\"}");

    assertThat(look(99)).containsOnly(new BackendSilent(Reason.BACKEND_ERROR, null));
    assertThat(bench.server.asked()).hasSizeLessThan(15);
  }

  @Test
  void aBusyServerIsSilentForAllAndSaysForHowLong() {
    bench.server.on("GET", BATCH, _ -> Answer.json(429, "{}").with("Retry-After", "7"));

    assertThat(look(20))
        .containsOnly(new BackendSilent(Reason.BACKEND_ERROR, Duration.ofSeconds(7)));
    assertThat(bench.server.asked()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "{}", "null", "[null]", "{\"results\":[],\"next_page_id\":null}"})
  void anAnswerOfAnotherShapeIsABadAnswer(String body) {
    bench.server.on("GET", BATCH, 200, body);

    assertThat(look(2)).containsOnly(new BackendSilent(Reason.BACKEND_BAD_ANSWER, null));
  }

  @Test
  void oneConversationIsNeverTakenForAnother() {
    bench.server.on(
        "GET",
        BATCH,
        200,
        "[%s,%s]".formatted(state(id(1), "finished", "x"), state(id(0), "finished", "x")));

    assertThat(look(2)).containsOnly(new BackendSilent(Reason.BACKEND_BAD_ANSWER, null));
  }

  @Test
  void eventsThatDoNotComeInTimeAreNoSilenceAndNoEndAndAreReadNextTime() {
    List<FakeConversation> all = working(3);
    all.get(1).now(state(id(1), "finished", "FinishAction"), events("FinishAction"));
    String slow = "/api/conversations/" + id(1) + "/events";
    bench.server.on(
        "GET",
        slow,
        _ -> {
          try {
            end.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return null;
        });

    List<OfLook> looks =
        backend.look(
            List.of(watched(0, null), watched(1, null), watched(2, null)), Duration.ofSeconds(2));

    assertThat(seen(looks.get(0)).status()).isEqualTo(new Working());
    assertThat(seen(looks.get(1)).status()).isEqualTo(new Starting());
    assertThat(seen(looks.get(2)).status()).isEqualTo(new Working());
    bench.server.on("GET", slow, 200, "{\"items\":%s}".formatted(events("FinishAction")));
    List<OfLook> second = backend.look(again(looks), Bench.LIMIT);
    assertThat(seen(second.get(1)).status()).isEqualTo(new Finished());
    assertThat(seen(second.get(1)).news()).isTrue();
  }

  @Test
  void eventsThatCanNeverBeReadAreNoSignOfLife() {
    working(2);
    bench.server.on("GET", "/api/conversations/" + id(0) + "/events", 500, "{}");
    List<OfLook> first = look(2);

    List<OfLook> second = backend.look(again(first), Bench.LIMIT);

    assertThat(seen(first.get(0)).news()).isTrue();
    assertThat(seen(second.get(0)).status()).isEqualTo(new Working());
    assertThat(seen(second.get(0)).news()).isFalse();
  }

  @Test
  void eventsOfEightConversationsAreReadAtOnceAndOfNoMore() {
    List<FakeConversation> all = working(40);
    CyclicBarrier eight = new CyclicBarrier(8);
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    all.forEach(one ->
        bench.server.on(
            "GET",
            "/api/conversations/" + one.id() + "/events",
            _ -> {
              most.accumulateAndGet(now.incrementAndGet(), Math::max);
              try {
                eight.await(5, TimeUnit.SECONDS);
              } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
                return Answer.json(500, "{}");
              }
              now.decrementAndGet();
              return Answer.json(200, "{\"items\":" + events("TerminalAction") + "}");
            }));

    List<OfLook> looks = look(40);

    assertThat(looks).allSatisfy(one -> assertThat(seen(one).iterations()).isOne());
    assertThat(most).hasValueLessThanOrEqualTo(8);
    assertThat(bench.server.asked("GET", "/api/conversations/")).hasSize(40);
  }
}
