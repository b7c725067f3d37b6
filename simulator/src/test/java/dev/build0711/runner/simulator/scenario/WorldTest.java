package dev.build0711.runner.simulator.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.simulator.VirtualClock;
import dev.build0711.runner.simulator.scenario.World.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WorldTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final VirtualClock clock = new VirtualClock();
  private final World world = world(7, 10);

  @Test
  void aFinishMovesItsTaskListTaskByTaskAndEndsWithALink() {
    Conversation conversation = start("[[scenario: finish tasks=4 seconds=3]] Build it");
    List<Integer> done = new ArrayList<>();
    for (int second = 0; second < 13; second++) {
      done.add(newestPlan(at(conversation)).done());
      assertThat(at(conversation).status()).isEqualTo(ExecutionStatus.RUNNING);
      clock.advance(SECOND);
    }
    assertThat(done).containsExactly(0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4);
    assertThat(at(conversation).status()).isEqualTo(ExecutionStatus.FINISHED);
    assertThat(at(conversation).finalResponse()).contains("https://github.com/acme/widgets/pull/");
  }

  @Test
  void theLinkLeadsToTheRepositoryThatWasCloned() {
    world.shell().run("git clone https://git.example/group/tool.git /runs/42/tool", "/runs/42", 60);
    Conversation conversation = open(UUID.randomUUID(), "go", "/runs/42/tool", 500, false);
    clock.advance(Duration.ofSeconds(11));
    assertThat(at(conversation).finalResponse()).contains("https://git.example/group/tool/pull/");
  }

  @Test
  void aCloneIsFoundInAScriptWithOptionsAndHelpers() {
    world
        .shell()
        .run(
            """
            place='/runs/run_01/tool'
            test -d "$place/.git" && exit 0
            mkdir -p '/runs/run_01' && git -c 'credential.https://git.example.helper=!f() { x; }; f' \
            """
                    .strip()
                + " -c http.lowSpeedTime=60 clone --quiet '--branch=main' --"
                + " 'https://git.example/group/tool.git' \"$place.part.7\" || exit 1",
            "/",
            60);
    assertThat(world.shell().origin("/runs/run_01/tool/src"))
        .contains("https://git.example/group/tool");
    assertThat(world.shell().origin("/runs/run_02")).isEmpty();
  }

  @Test
  void theLinkInTheCueWins() {
    Conversation conversation = start("[[scenario: finish seconds=0 pr=https://h/o/r/pull/3]]");
    clock.advance(SECOND);
    assertThat(at(conversation).finalResponse()).endsWith("Pull request: https://h/o/r/pull/3");
  }

  @Test
  void aParameterOrAScenarioThatIsNotKnownFailsAndSaysWhich() {
    assertThat(failure("[[scenario: finish taks=1 seconds=0]]"))
        .isEqualTo("The scenario 'finish' has no parameter 'taks'.");
    assertThat(failure("[[scenario: finish 1]]"))
        .isEqualTo("The scenario 'finish' has no parameter '1'.");
    assertThat(failure("[[scenario: finisch]]")).isEqualTo("There is no scenario 'finisch'.");
  }

  private String failure(String prompt) {
    Conversation conversation = start(prompt);
    clock.advance(SECOND);
    return at(conversation).history().stream()
        .filter(Happening.Failed.class::isInstance)
        .map(happening -> ((Happening.Failed) happening).failure().detail())
        .findFirst()
        .orElse("");
  }

  @Test
  void plainTextEndsARunWithoutAFinish() {
    Conversation conversation = start("[[scenario: text]]");
    clock.advance(SECOND);
    assertThat(at(conversation).status()).isEqualTo(ExecutionStatus.FINISHED);
    assertThat(at(conversation).history())
        .hasAtLeastOneElementOfType(Happening.AgentWrote.class)
        .doesNotHaveAnyElementsOfTypes(Happening.Began.class);
  }

  @Test
  void aRunThatUsesUpItsIterationsFailsAndFailsAgainAfterRun() {
    Conversation conversation =
        open(UUID.randomUUID(), "[[scenario: max-iterations]]", "/w", 3, false);
    clock.advance(Duration.ofMinutes(1));
    assertThat(failures(conversation)).containsExactly("MaxIterationsReached");
    world.run(conversation);
    clock.advance(Duration.ofMinutes(1));
    assertThat(failures(conversation))
        .containsExactly("MaxIterationsReached", "MaxIterationsReached");
    assertThat(at(conversation).calls()).isEqualTo(6);
  }

  @Test
  void anErrorEndsWithItsCode() {
    Conversation conversation = start("[[scenario: error code=LLMRateLimitError]]");
    clock.advance(SECOND);
    assertThat(at(conversation).status()).isEqualTo(ExecutionStatus.ERROR);
    assertThat(failures(conversation)).containsExactly("LLMRateLimitError");
  }

  @Test
  void aRestartCutsRunsOffWithoutAnErrorEventAndRunFinishesThem() {
    Conversation conversation = start("[[scenario: finish tasks=2 seconds=4]]");
    clock.advance(SECOND);
    world.restart();
    assertThat(at(conversation).status()).isEqualTo(ExecutionStatus.ERROR);
    assertThat(failures(conversation)).isEmpty();
    assertThat(world.uptime()).isZero();
    world.run(conversation);
    clock.advance(Duration.ofSeconds(9));
    assertThat(at(conversation).status()).isEqualTo(ExecutionStatus.FINISHED);
  }

  @Test
  void aMessageThatTheAgentHadNotReadIsLostByARestart() {
    Conversation conversation = start("[[scenario: finish tasks=2 seconds=4]]");
    clock.advance(SECOND);
    world.write(conversation, "Make it red", true);
    world.restart();
    world.run(conversation);
    clock.advance(Duration.ofMinutes(1));
    assertThat(world.prompts("Make it red")).isZero();
  }

  @Test
  void aFinishedRunSurvivesARestart() {
    Conversation conversation = start("[[scenario: text]]");
    clock.advance(SECOND);
    world.restart();
    assertThat(at(conversation).status()).isEqualTo(ExecutionStatus.FINISHED);
  }

  @Test
  void aPauseTakesEffectWhenTheStepIsOver() {
    Conversation conversation = start("[[scenario: long steps=3 seconds=4]]");
    clock.advance(SECOND);
    assertThat(conversation.pause(clock.instant())).isEqualTo(clock.instant().plusSeconds(3));
    clock.advance(Duration.ofSeconds(2));
    assertThat(at(conversation).status()).isEqualTo(ExecutionStatus.RUNNING);
    clock.advance(Duration.ofSeconds(60));
    assertThat(at(conversation).status()).isEqualTo(ExecutionStatus.PAUSED);
  }

  @Test
  void anInterruptTakesEffectAtOnce() {
    Conversation conversation = start("[[scenario: long steps=3 seconds=4]]");
    clock.advance(SECOND);
    conversation.interrupt(clock.instant());
    assertThat(at(conversation).status()).isEqualTo(ExecutionStatus.PAUSED);
    assertThat(at(conversation).history()).last().isInstanceOf(Happening.Interrupted.class);
  }

  @Test
  void aMessageToAWorkingAgentIsTakenUpByTheSameRun() {
    Conversation conversation = start("[[scenario: long steps=2 seconds=4]]");
    clock.advance(SECOND);
    world.write(conversation, "And be quick", true);
    assertThat(world.prompts("And be quick")).isZero();
    clock.advance(Duration.ofSeconds(20));
    assertThat(world.prompts("And be quick")).isOne();
    assertThat(at(conversation).history())
        .filteredOn(Happening.StatusChanged.class::isInstance)
        .hasSize(2);
  }

  @Test
  void aMessageSetsAnEndedAgentGoingAgain() {
    Conversation conversation = start("[[scenario: ask]]");
    clock.advance(SECOND);
    world.write(conversation, "answer.txt, please", true);
    assertThat(at(conversation).status()).isEqualTo(ExecutionStatus.RUNNING);
    clock.advance(SECOND);
    assertThat(at(conversation).finalResponse()).startsWith("Written as you said.");
  }

  @Test
  void aCommandWaitsForConsentAndIsDroppedWithoutIt() {
    Conversation agreed = start("[[scenario: confirm]]");
    Conversation refused = start("[[scenario: confirm]]");
    clock.advance(SECOND);
    assertThat(at(agreed).status()).isEqualTo(ExecutionStatus.WAITING_FOR_CONFIRMATION);
    world.respond(agreed, true, "");
    world.respond(refused, false, "Not this one");
    clock.advance(SECOND);
    assertThat(at(agreed).status()).isEqualTo(ExecutionStatus.FINISHED);
    assertThat(at(refused).status()).isEqualTo(ExecutionStatus.IDLE);
    assertThat(at(refused).history()).last().isInstanceOf(Happening.Rejected.class);
  }

  @Test
  void aMessageInPlaceOfConsentDropsTheCommand() {
    Conversation conversation = start("[[scenario: confirm]]");
    clock.advance(SECOND);
    world.write(conversation, "Rather say something [[scenario: text]]", true);
    clock.advance(SECOND);
    assertThat(at(conversation).status()).isEqualTo(ExecutionStatus.FINISHED);
    assertThat(at(conversation).history())
        .doesNotHaveAnyElementsOfTypes(Happening.Ended.class)
        .last()
        .isEqualTo(
            new Happening.StatusChanged(at(conversation).updatedAt(), ExecutionStatus.FINISHED));
  }

  @Test
  void aPauseThatAnEndHasOvertakenDoesNotStopTheNextRun() {
    Conversation conversation = start("[[scenario: text]]");
    conversation.pause(clock.instant());
    clock.advance(SECOND);
    assertThat(at(conversation).status()).isEqualTo(ExecutionStatus.FINISHED);
    world.write(conversation, "[[scenario: long steps=2 seconds=1]]", true);
    clock.advance(Duration.ofSeconds(5));
    assertThat(at(conversation).status()).isEqualTo(ExecutionStatus.FINISHED);
  }

  @Test
  void aMessageThatArrivesWhileTheAgentEndsBeginsTheNextRun() {
    Conversation conversation = start("[[scenario: text]]");
    world.write(conversation, "And then [[scenario: finish seconds=0]]", true);
    clock.advance(SECOND);
    assertThat(world.prompts("And then")).isOne();
    assertThat(at(conversation).finalResponse()).startsWith("Done: all 4 tasks.");
  }

  @Test
  void aMessageThatIsOnItsWayIsLostByARestart() {
    UUID id = UUID.randomUUID();
    Conversation kept = open(id, null, "/w", 500, false);
    world.schedule(kept, "[[scenario: text]] first", clock.instant().plus(SECOND));
    clock.advance(SECOND);
    world.schedule(kept, "[[scenario: text]] second", clock.instant().plus(SECOND));
    world.restart();
    clock.advance(Duration.ofMinutes(1));
    assertThat(world.prompts("first")).isOne();
    assertThat(world.prompts("second")).isZero();
  }

  @Test
  void theServerIsAwayForAsLongAsTheScenarioSays() {
    start("[[scenario: down seconds=5]]");
    assertThat(world.isAway()).isFalse();
    clock.advance(Duration.ofSeconds(3));
    assertThat(world.isAway()).isTrue();
    clock.advance(Duration.ofSeconds(5));
    assertThat(world.isAway()).isFalse();
  }

  @Test
  void aFullServerStartsNothingUntilARunHasEnded() {
    World small = world(1, 1);
    assertThat(small.start(new UUID(0, 21), opening("[[scenario: text]]", "/a", 500, false)))
        .isInstanceOf(Outcome.Done.class);
    assertThat(small.start(new UUID(0, 22), opening("go", "/b", 500, false)))
        .isEqualTo(new Outcome.Full());
    assertThat(small.find(new UUID(0, 22))).isEmpty();
    clock.advance(SECOND);
    assertThat(small.start(new UUID(0, 22), opening("go", "/b", 500, false)))
        .isInstanceOf(Outcome.Done.class);
  }

  @Test
  void theSameSeedGivesTheSameIdsAndAnotherSeedOthers() {
    UUID conversation = new UUID(3, 4);
    assertThat(world(7, 1).ids().of(conversation, 5)).isEqualTo(world.ids().of(conversation, 5));
    assertThat(world(8, 1).ids().of(conversation, 5)).isNotEqualTo(world.ids().of(conversation, 5));
    assertThat(world.ids().of(conversation, 5).version()).isEqualTo(4);
    assertThat(world.ids().of(conversation, 5).variant()).isEqualTo(2);
  }

  private World world(long seed, int maxRuns) {
    return new World(clock, seed, Duration.ofMillis(2500), SECOND, maxRuns, 100_000);
  }

  private Conversation start(String prompt) {
    return open(UUID.randomUUID(), prompt, "/w", 500, false);
  }

  private Conversation open(
      UUID id, @Nullable String prompt, String dir, int iterations, boolean consent) {
    return switch (world.start(id, opening(prompt, dir, iterations, consent))) {
      case Outcome.Done(Conversation conversation, boolean _, var _) -> conversation;
      case Outcome.Running(), Outcome.Full() -> throw new AssertionError("not started");
    };
  }

  private Opening opening(@Nullable String prompt, String dir, int iterations, boolean consent) {
    String origin = world.shell().origin(dir).orElse(null);
    return new Opening(
        dir, prompt, iterations, consent, "openai/x", "agent", List.of(), Map.of(), origin);
  }

  private Snapshot at(Conversation conversation) {
    return conversation.at(clock.instant());
  }

  private List<String> failures(Conversation conversation) {
    return at(conversation).history().stream()
        .filter(Happening.Failed.class::isInstance)
        .map(happening -> ((Happening.Failed) happening).failure().code())
        .toList();
  }

  private static Act.Plan newestPlan(Snapshot conversation) {
    return conversation.history().reversed().stream()
        .filter(h -> h instanceof Happening.Ended ended && ended.act() instanceof Act.Plan)
        .map(h -> (Act.Plan) ((Happening.Ended) h).act())
        .findFirst()
        .orElseThrow();
  }
}
