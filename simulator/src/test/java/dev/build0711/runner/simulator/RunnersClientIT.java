package dev.build0711.runner.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.exchange.Exchanges;
import dev.build0711.runner.openhands.agentserver.AgentServerBackend;
import dev.build0711.runner.openhands.agentserver.AgentServerSettings;
import dev.build0711.runner.openhands.agentserver.AgentServerSettings.Llm;
import dev.build0711.runner.openhands.agentserver.GitAccess;
import dev.build0711.runner.port.AgentBackend.Order;
import dev.build0711.runner.port.AgentBackend.Watched;
import dev.build0711.runner.run.AgentLook;
import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Evidence;
import dev.build0711.runner.run.Evidence.AgentResumed;
import dev.build0711.runner.run.Evidence.AgentSeen;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.ConversationStarted;
import dev.build0711.runner.run.Evidence.PreparationFailed;
import dev.build0711.runner.run.Evidence.Prepared;
import dev.build0711.runner.run.Evidence.Preparing;
import dev.build0711.runner.run.GitProvider;
import dev.build0711.runner.run.Progress;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.run.RunId;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The runner's own client works with the simulator as with a real agent-server.
class RunnersClientIT {

  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final GitAccess.Remote HOST =
      new GitAccess.Remote(URI.create("https://git.example"), "ghp_notForAnyLog");

  private final VirtualClock clock = new VirtualClock();
  private final Exchanges exchanges = new Exchanges();
  private Simulator simulator;
  private AgentServerBackend backend;

  @BeforeEach
  void start() throws IOException {
    simulator =
        Simulator.start(
            Options.defaults().withKey("key-of-berlin").withClock(clock, clock::advance));
    backend =
        new AgentServerBackend(
            new AgentServerSettings(
                "berlin",
                simulator.uri(),
                () -> "key-of-berlin",
                "/workspace/runs",
                null,
                Llm.OF_THE_SERVER,
                _ -> HOST),
            exchanges,
            clock);
  }

  @AfterEach
  void close() {
    exchanges.close();
    simulator.close();
  }

  @Test
  void aRunIsPreparedStartedWatchedTaskByTaskAndFinishedWithALinkToItsRepository() {
    Order order = order("Paint the shed", repository("acme/shed"));
    Preparing preparing = (Preparing) backend.prepare(order, LIMIT).orElseThrow();
    clock.advance(Duration.ofSeconds(2));
    Evidence prepared =
        backend.preparation(order, preparing.conversation(), preparing.cursor(), LIMIT);
    assertThat(prepared).isInstanceOf(Prepared.class);
    Conversation conversation = started(order);

    List<Long> done = new ArrayList<>();
    AgentLook look = look(conversation, null);
    List<String> links = new ArrayList<>();
    while (look.status() instanceof AgentStatus.Working) {
      done.add(done(look));
      clock.advance(Duration.ofMillis(2500));
      look = look(conversation, look.cursor());
      links.addAll(look.links());
    }
    assertThat(done).containsExactly(0L, 1L, 2L, 3L, 4L);
    assertThat(look.status()).isInstanceOf(AgentStatus.Finished.class);
    assertThat(links).singleElement().asString().startsWith("https://git.example/acme/shed/pull/");
    assertThat(look.userMessages()).isOne();
  }

  @Test
  void aRepositoryThatIsNotThereCannotBePrepared() {
    Order order = order("Paint the shed", repository("acme/no-such-shed"));
    Preparing preparing = (Preparing) backend.prepare(order, LIMIT).orElseThrow();
    clock.advance(Duration.ofSeconds(2));
    assertThat(backend.preparation(order, preparing.conversation(), preparing.cursor(), LIMIT))
        .isInstanceOf(PreparationFailed.class);
  }

  @Test
  void plainTextIsAnAgentThatWaits() {
    assertThat(statusAfterAMinute("[[scenario: text]]")).isInstanceOf(AgentStatus.Waiting.class);
    assertThat(statusAfterAMinute("[[scenario: confirm]]")).isInstanceOf(AgentStatus.Waiting.class);
  }

  @Test
  void anErrorAndAStuckAgentHaveFailed() {
    assertThat(statusAfterAMinute("[[scenario: error]]")).isInstanceOf(AgentStatus.Failed.class);
    assertThat(statusAfterAMinute("[[scenario: stuck]]")).isInstanceOf(AgentStatus.Failed.class);
  }

  @Test
  void aRestartInterruptsAndTheAgentCanBeResumed() {
    Conversation conversation = started(order("[[scenario: long steps=2 seconds=4]]", null));
    AgentLook before = look(conversation, null);
    clock.advance(Duration.ofSeconds(1));
    simulator.restart();
    AgentLook after = look(conversation, before.cursor());
    assertThat(after.status()).isInstanceOf(AgentStatus.Interrupted.class);
    Evidence resumed = backend.resume(conversation, after.cursor(), LIMIT);
    assertThat(resumed).isInstanceOf(AgentResumed.class);
    clock.advance(Duration.ofMinutes(1));
    assertThat(look(conversation, ((AgentResumed) resumed).cursor()).status())
        .isInstanceOf(AgentStatus.Finished.class);
  }

  @Test
  void aServerThatIsAwayIsSilentAndNoMore() {
    Conversation conversation = started(order("[[scenario: down seconds=9]]", null));
    clock.advance(Duration.ofSeconds(4));
    assertThat(backend.look(List.of(new Watched(conversation, null)), LIMIT).getFirst())
        .isInstanceOf(BackendSilent.class);
    clock.advance(Duration.ofSeconds(9));
    assertThat(look(conversation, null).status()).isInstanceOf(AgentStatus.Finished.class);
  }

  private AgentStatus statusAfterAMinute(String prompt) {
    Conversation conversation = started(order(prompt, null));
    AgentLook first = look(conversation, null);
    clock.advance(Duration.ofMinutes(1));
    return look(conversation, first.cursor()).status();
  }

  private Conversation started(Order order) {
    return ((ConversationStarted) backend.start(order, true, LIMIT)).conversation();
  }

  private AgentLook look(Conversation conversation, @Nullable String cursor) {
    return ((AgentSeen) backend.look(List.of(new Watched(conversation, cursor)), LIMIT).getFirst())
        .look();
  }

  private static long done(AgentLook look) {
    return Objects.requireNonNull(look.tasks()).stream()
        .filter(task -> task.status() == Progress.TaskStatus.DONE)
        .count();
  }

  private Order order(String prompt, @Nullable Repository repository) {
    RunId id = RunId.create(clock.instant(), new Random(prompt.hashCode()));
    return new Order(id, prompt, repository, null, AgentOptions.NONE, 1);
  }

  private static Repository repository(String path) {
    return new Repository(GitProvider.GITHUB, "git.example", path, null);
  }
}
