package dev.build0711.runner.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.openhands.Exchanges;
import dev.build0711.runner.openhands.appserver.AppServerBackend;
import dev.build0711.runner.openhands.appserver.AppServerSettings;
import dev.build0711.runner.port.AgentBackend.Collection;
import dev.build0711.runner.port.AgentBackend.Health;
import dev.build0711.runner.port.AgentBackend.Order;
import dev.build0711.runner.port.AgentBackend.Sending;
import dev.build0711.runner.port.AgentBackend.Watched;
import dev.build0711.runner.run.AgentLook;
import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Evidence.AgentResumed;
import dev.build0711.runner.run.Evidence.AgentSeen;
import dev.build0711.runner.run.Evidence.BackendFull;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.ConversationStarted;
import dev.build0711.runner.run.Evidence.MessageTaken;
import dev.build0711.runner.run.Evidence.OfControl;
import dev.build0711.runner.run.Evidence.StopTaken;
import dev.build0711.runner.run.Message;
import dev.build0711.runner.run.Progress.TaskStatus;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.simulator.appserver.AppOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// The runner's client of the V1 app server works with the simulated one as with a real one.
class AppServerClientIT {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String KEY = "key-of-berlin";

  private final VirtualClock clock = new VirtualClock();
  private final Exchanges exchanges = new Exchanges();
  private final Set<String> links = new LinkedHashSet<>();
  private Simulator simulator;
  private AppServerBackend backend;
  private final Random random = new Random(7);
  private @Nullable String cursor;

  @BeforeEach
  void start() throws IOException {
    simulator =
        Simulator.start(
            Options.defaults()
                .withKey(KEY)
                .withClock(clock, clock::advance)
                .asApp(AppOptions.defaults()));
    backend = client(KEY);
  }

  private AppServerBackend client(String key) {
    return new AppServerBackend(
        new AppServerSettings("berlin", simulator.uri(), () -> key, 5), exchanges, clock);
  }

  @AfterEach
  void close() {
    exchanges.close();
    simulator.close();
  }

  @Test
  void aRunIsStartedWatchedTaskByTaskAndFinishedWithItsLink() {
    Conversation conversation = started("finish pr=https://github.com/acme/shed/pull/41");

    AgentLook end = untilRest(conversation);

    assertThat(end.status()).isEqualTo(new AgentStatus.Finished());
    assertThat(end.tasks()).isNotEmpty().allMatch(task -> task.status() == TaskStatus.DONE);
    assertThat(end.userMessages()).isOne();
    assertThat(end.lastWords()).contains("Done");
    assertThat(links).containsExactly("https://github.com/acme/shed/pull/41");
  }

  @Test
  void everyEndIsToldApart() {
    assertThat(untilRest(started("text")).status())
        .isEqualTo(new AgentStatus.Waiting(Reason.ANSWERED_IN_TEXT));
    assertThat(untilRest(started("stuck")).status())
        .isEqualTo(new AgentStatus.Failed(Reason.AGENT_STUCK));
    assertThat(untilRest(started("error code=LLMAuthenticationError")).status())
        .isEqualTo(new AgentStatus.Failed(Reason.LLM_AUTHENTICATION));
    assertThat(untilRest(started("start-error detail=no_image")).status())
        .isEqualTo(new AgentStatus.NeverStarted(Reason.START_FAILED));
  }

  @Test
  void anAgentThatAsksIsAnswered() {
    Conversation conversation = started("ask");
    untilRest(conversation);

    OfControl told = tell(conversation, "Call it hello.txt", Sending.FIRST);

    assertThat(told).isInstanceOf(MessageTaken.class);
    cursor = ((MessageTaken) told).cursor();
    AgentLook end = untilRest(conversation);
    assertThat(end.status()).isEqualTo(new AgentStatus.Finished());
    assertThat(end.userMessages()).isEqualTo(2);
    assertThat(tell(conversation, "Call it hello.txt", Sending.SEARCH))
        .isInstanceOf(MessageTaken.class);
    assertThat(simulator.prompts("Call it hello.txt")).isOne();
  }

  @Test
  void aStartThatMayHaveHappenedIsAdoptedAndNotRepeated() {
    Order order = order("finish");
    ConversationStarted first = (ConversationStarted) backend.start(order, true, LIMIT);
    clock.advance(Duration.ofSeconds(70));

    ConversationStarted again = (ConversationStarted) backend.start(order, false, LIMIT);

    assertThat(again.conversation().id()).isEqualTo(first.conversation().id());
    assertThat(backend.find(order, LIMIT)).isInstanceOf(ConversationStarted.class);
    assertThat(backend.find(order("finish"), LIMIT)).isInstanceOf(ConversationMissing.class);
    assertThat(simulator.prompts(order.id().toString())).isOne();
  }

  @Test
  void aSandboxThatWasPutToSleepIsWokenAndTheAgentGoesOn() throws Exception {
    Conversation conversation = started("long steps=5 seconds=4");
    until(conversation, look -> look.status() instanceof AgentStatus.Working);
    sandbox(conversation, "pause");

    AgentLook paused =
        until(conversation, look -> look.status() instanceof AgentStatus.Interrupted);
    OfControl resumed = backend.resume(conversation, paused.cursor(), LIMIT);

    assertThat(resumed).isInstanceOf(AgentResumed.class);
    cursor = ((AgentResumed) resumed).cursor();
    assertThat(untilRest(conversation).status()).isEqualTo(new AgentStatus.Finished());
  }

  @Test
  void aWorkingAgentIsStopped() {
    Conversation conversation = started("long steps=50 seconds=4");
    until(conversation, look -> look.iterations() > 0);

    assertThat(backend.stop(conversation, LIMIT)).isInstanceOf(StopTaken.class);

    assertThat(untilRest(conversation).status()).isInstanceOf(AgentStatus.Waiting.class);
  }

  @Test
  void nobodysSandboxIsPutToSleepForARun() {
    List<Conversation> others = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      cursor = null;
      others.add(started("long steps=50 seconds=10"));
      clock.advance(Duration.ofSeconds(3));
    }

    assertThat(backend.start(order("finish"), true, LIMIT)).isInstanceOf(BackendFull.class);

    cursor = null;
    assertThat(until(others.getFirst(), look -> look.iterations() > 0).status())
        .isEqualTo(new AgentStatus.Working());
  }

  @Test
  void whatTheAgentLeftIsFetchedAndItsSandboxPutToSleep() {
    Conversation conversation = started("finish");
    untilRest(conversation);

    Collection left = backend.collect(order("finish"), conversation, LIMIT);

    assertThat(left).isInstanceOf(Collection.Harvest.class);
    assertThat(((Collection.Harvest) left).artifacts())
        .extracting(artifact -> artifact.name())
        .contains("trajectory.zip");
    for (int i = 0; i < 5; i++) {
      cursor = null;
      started("long steps=50 seconds=10");
      clock.advance(Duration.ofSeconds(3));
    }
  }

  @Test
  void aWrongKeyAndAnUnknownConversationAreSaid() {
    Conversation nowhere =
        new Conversation("berlin", "app-v1", null, "b8d7ffd0-4b7e-7c79-8c55-18f83057f265");

    assertThat(client("wrong").check(LIMIT))
        .isEqualTo(new Health(false, "app-v1", "1.11.0", "unauthorized"));
    assertThat(backend.check(LIMIT)).isEqualTo(new Health(true, "app-v1", "1.11.0", null));
    assertThat(backend.look(List.of(new Watched(nowhere, null)), LIMIT))
        .containsExactly(new ConversationMissing());
  }

  @Test
  void manyConversationsAreAskedForAtOnce() {
    List<Watched> watched = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      watched.add(new Watched(started("finish"), cursor));
    }
    clock.advance(Duration.ofMinutes(2));

    assertThat(backend.look(watched, LIMIT)).hasSize(4).allMatch(look -> look instanceof AgentSeen);
  }

  private OfControl tell(Conversation conversation, String text, Sending sending) {
    var message = new Message(1, text, null, 0, 1, Message.State.WANTED, null);
    return backend.tell(conversation, message, sending, cursor, LIMIT);
  }

  private Conversation started(String cue) {
    ConversationStarted started = (ConversationStarted) backend.start(order(cue), true, LIMIT);
    cursor = started.cursor();
    return started.conversation();
  }

  private AgentLook untilRest(Conversation conversation) {
    return until(
        conversation,
        look ->
            !(look.status() instanceof AgentStatus.Working
                || look.status() instanceof AgentStatus.Starting));
  }

  private AgentLook until(
      Conversation conversation, java.util.function.Predicate<AgentLook> wanted) {
    List<String> seen = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      var evidence = backend.look(List.of(new Watched(conversation, cursor)), LIMIT).getFirst();
      seen.add(evidence.toString());
      if (evidence instanceof AgentSeen(AgentLook look)) {
        cursor = look.cursor();
        links.addAll(look.links());
        if (wanted.test(look)) {
          return look;
        }
      }
      clock.advance(Duration.ofMillis(500));
    }
    throw new AssertionError("never seen as wanted: " + seen.getLast());
  }

  /// What an app server does when another sandbox needs the room.
  private void sandbox(Conversation conversation, String order) throws Exception {
    String id =
        JsonMapper.shared()
            .readTree(call("GET", "/api/v1/app-conversations?ids=" + conversation.id()))
            .path(0)
            .path("sandbox_id")
            .stringValue();
    call("POST", "/api/v1/sandboxes/" + id + "/" + order);
  }

  private String call(String method, String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(simulator.uri() + path))
            .header("X-Session-API-Key", KEY)
            .method(method, BodyPublishers.noBody())
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, BodyHandlers.ofString()).body();
    }
  }

  private Order order(String cue) {
    RunId id = RunId.create(clock.instant(), random);
    String prompt = "[[scenario: " + cue + "]] " + id + ": paint the shed";
    return new Order(id, prompt, null, null, AgentOptions.NONE, 1);
  }
}
