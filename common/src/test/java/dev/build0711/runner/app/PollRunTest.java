package dev.build0711.runner.app;

import static dev.build0711.runner.testing.Runs.CONVERSATION;
import static dev.build0711.runner.testing.Runs.ID;
import static dev.build0711.runner.testing.Runs.T0;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.build0711.runner.port.AgentBackend.Collection;
import dev.build0711.runner.port.Artifact;
import dev.build0711.runner.port.ArtifactStore;
import dev.build0711.runner.port.ArtifactStore.Kept;
import dev.build0711.runner.port.BackendStore;
import dev.build0711.runner.port.FailedLooks;
import dev.build0711.runner.port.RunStore.Claim;
import dev.build0711.runner.port.RunStore.RunFilter;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.port.StorageUnavailable;
import dev.build0711.runner.port.WakeUps.Tick;
import dev.build0711.runner.run.Agent;
import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.ChangedFile;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.Evidence;
import dev.build0711.runner.run.Evidence.AgentResumed;
import dev.build0711.runner.run.Evidence.AgentSeen;
import dev.build0711.runner.run.Evidence.BackendFull;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.CancelRequested;
import dev.build0711.runner.run.Evidence.Clocks;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.ConversationStarted;
import dev.build0711.runner.run.Evidence.MessageAccepted;
import dev.build0711.runner.run.Evidence.MessageTaken;
import dev.build0711.runner.run.Evidence.MessageUnclear;
import dev.build0711.runner.run.Evidence.OfPreparation;
import dev.build0711.runner.run.Evidence.Prepared;
import dev.build0711.runner.run.Evidence.Preparing;
import dev.build0711.runner.run.Evidence.PullRequestSeen;
import dev.build0711.runner.run.Evidence.ResultsCollected;
import dev.build0711.runner.run.Evidence.Resuming;
import dev.build0711.runner.run.Evidence.StartUnclear;
import dev.build0711.runner.run.Evidence.StopTaken;
import dev.build0711.runner.run.LinkRule;
import dev.build0711.runner.run.Marker;
import dev.build0711.runner.run.Message;
import dev.build0711.runner.run.PullRequest;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunEvent;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.RunLifecycle;
import dev.build0711.runner.run.RunStatus;
import dev.build0711.runner.run.Schedule;
import dev.build0711.runner.run.StatusReason;
import dev.build0711.runner.testing.InMemoryRunStore;
import dev.build0711.runner.testing.MemoryArtifacts;
import dev.build0711.runner.testing.RecordedWakeUps;
import dev.build0711.runner.testing.Runs;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PollRunTest {

  private Instant now = T0.plusSeconds(10);
  private final InMemoryRunStore store = new InMemoryRunStore(() -> now);
  private final MemoryArtifacts artifacts = new MemoryArtifacts();
  private final ScriptedBackend backend = new ScriptedBackend();
  private final List<Wake> wakes = new ArrayList<>();
  private final List<Tick> ticks = new ArrayList<>();
  private int others;
  private final RandomGenerator random = () -> 0L; // the shortest waits there are
  private final PollRun pollRun = pollRun(store);

  private PollRun pollRun(BackendStore backends) {
    return new PollRun(
        store,
        store,
        artifacts,
        backends,
        backend,
        new RecordedWakeUps(wakes, ticks),
        new Prompts(new Marker(() -> "a key of the tests")),
        Clocks.DEFAULT,
        LookUps.NONE,
        () -> now,
        random);
  }

  @Test
  void aNewRunHasItsWorkspacePreparedFirst() {
    stored(Runs.queued(CompleteOn.EITHER));
    backend.preparation = new Preparing(CONVERSATION, "clone-1");

    looked("prepare");

    assertThat(run().status()).isEqualTo(RunStatus.RUNNING);
    assertThat(run().agent().cursor()).isEqualTo("clone-1");
    assertThat(nextLook()).isBetween(now.plusSeconds(1), now.plusSeconds(3));
  }

  @Test
  void aRunThatGetsNoPlaceWaitsWithoutAskingAnybody() {
    stored(Runs.queued(CompleteOn.EITHER));
    backend.places = 0;

    looked();

    assertThat(run().status()).isEqualTo(RunStatus.QUEUED);
    assertThat(reason()).isEqualTo(Reason.BACKEND_FULL);
    assertThat(nextLook()).isBetween(now.plusSeconds(9), now.plusSeconds(11));
  }

  @Test
  void aRunThatGetsNoPlaceBecauseNoBackendIsWellSaysWhatAilsThem() {
    stored(Runs.queued(CompleteOn.EITHER));
    store.failed("main", Reason.BACKEND_UNREACHABLE);

    looked();

    assertThat(run().status()).isEqualTo(RunStatus.QUEUED);
    assertThat(reason()).isEqualTo(Reason.BACKEND_UNREACHABLE);
  }

  @Test
  void aRunThatCannotBeGivenAPlaceNowIsLookedAtAgainBeforeItsLeaseIsOver() {
    stored(Runs.queued(CompleteOn.EITHER));
    store.crowded(true);

    looked();

    assertThat(run().status()).isEqualTo(RunStatus.QUEUED);
    assertThat(nextLook()).isBetween(now.plusSeconds(1), now.plusSeconds(11));

    store.crowded(false);
    now = nextLook();
    backend.preparation = new Preparing(CONVERSATION, "clone-1");
    looked("prepare");
  }

  @Test
  void aRunThatEndsWhileItsStartIsUnclearKeepsItsPlaceUntilItsAgentIsFound() {
    stored(Runs.admitted(CompleteOn.EITHER));
    backend.startPrepares = true;
    backend.start = new StartUnclear(null);
    backend.meanwhile =
        () -> store.change(ID, run -> run.status().terminal() ? run : after(run, pullRequest()));

    looked("prepare", "start");
    assertThat(run().status()).isEqualTo(RunStatus.COMPLETED);
    backend.meanwhile = () -> {};
    now = now.plus(Duration.ofMinutes(2));

    looked("prepare", "start", "find");
  }

  @Test
  void theLookThatGotThePlaceIsTheOnlyFirstOne() {
    Run bare = Runs.accepted("shop", 0, T0);
    store.put(bare, List.of());
    backend.start = new StartUnclear(null);

    assertThat(pollRun.apply(bare.id())).isTrue();
    now = nextLook();
    assertThat(pollRun.apply(bare.id())).isTrue();

    assertThat(backend.asked).containsExactly("start", "start again");
  }

  @Test
  void aLookThatStoodStillForLongAfterItsClaimAsksForNothing() {
    stored(Runs.admitted(CompleteOn.EITHER));
    Instant claimed = now;
    InMemoryRunStore slow = new InMemoryRunStore(() -> claimed);
    slow.put(Runs.admitted(CompleteOn.EITHER), List.of());

    assertThat(frozen(slow).apply(ID)).isTrue();

    assertThat(backend.asked).isEmpty();
    assertThat(slow.find(ID).orElseThrow().status()).isEqualTo(RunStatus.QUEUED);
    assertThat(wakes).as("another look").hasSize(1);
  }

  @Test
  void aTickThatStoodStillForLongAfterItsClaimsAsksForNothing() {
    Instant claimed = now;
    InMemoryRunStore slow = new InMemoryRunStore(() -> claimed);
    slow.put(other(Runs.working(CompleteOn.EITHER)), List.of());
    slow.put(other(Runs.working(CompleteOn.EITHER)), List.of());

    assertThat(frozen(slow).watch("main")).isEqualTo(2);

    assertThat(backend.asked).isEmpty();
    assertThat(wakes).as("other looks").hasSize(2);
  }

  /// Stands still for a minute whenever it wants to know the time.
  private PollRun frozen(InMemoryRunStore slow) {
    return pollRun(slow, this::aMinuteLater);
  }

  private PollRun pollRun(InMemoryRunStore runs, InstantSource time) {
    return new PollRun(
        runs,
        runs,
        artifacts,
        store,
        backend,
        new RecordedWakeUps(wakes, ticks),
        new Prompts(new Marker(() -> "a key of the tests")),
        Clocks.DEFAULT,
        LookUps.NONE,
        time,
        random);
  }

  private Instant aMinuteLater() {
    now = now.plusSeconds(61);
    return now;
  }

  @Test
  void anUnclearStartIsLeftAloneFromItsEndHoweverSlowlyTheClaimCame() {
    Instant claimed = now;
    InMemoryRunStore slow = new InMemoryRunStore(() -> claimed);
    slow.put(Runs.admitted(CompleteOn.EITHER), List.of());
    backend.startPrepares = true;
    backend.start = new StartUnclear(null);
    backend.meanwhile = () -> now = now.plusSeconds(4);
    List<Instant> begin = new ArrayList<>(List.of(now));
    now = now.plusSeconds(50);

    assertThat(pollRun(slow, () -> begin.isEmpty() ? now : begin.removeFirst()).apply(ID)).isTrue();

    assertThat(backend.asked).containsExactly("prepare", "start");
    assertThat(slow.find(ID).orElseThrow().agent().unclearSince())
        .isEqualTo(claimed.plusSeconds(50 + 4 + 4));
  }

  @Test
  void whatIsLearntOfARunIsStoredThoughItsBackendCannotBeNoted() {
    InMemoryRunStore away = new InMemoryRunStore(() -> now);
    away.down(true);
    stored(Runs.queued(CompleteOn.EITHER));
    backend.startPrepares = true;
    backend.start = (ConversationStarted) Runs.started();

    assertThat(pollRun(away).apply(ID)).isTrue();
    assertThat(run().agent().conversation()).isEqualTo(CONVERSATION);

    stored(Runs.queued(CompleteOn.EITHER));
    backend.start = new BackendFull();
    assertThat(pollRun(away).apply(ID)).isTrue();
    assertThat(reason()).isEqualTo(Reason.BACKEND_FULL);
  }

  @Test
  void aStartShowsWhatKindOfServerItIsAndSoHowManyRunsItTakes() {
    backend.places = null;
    backend.startPrepares = true;
    backend.start = (ConversationStarted) Runs.started();
    stored(Runs.admitted(CompleteOn.EITHER));
    for (int i = 0; i < 12; i++) {
      store.put(Runs.accepted("shop", 0, T0.plusMillis(i)), List.of());
    }

    looked("prepare", "start");

    Admit admit = new Admit(store, backend, new RecordedWakeUps(wakes, ticks));
    assertThat(admit.apply()).as("ten of an agent-server, of which this has one").isEqualTo(9);
  }

  @Test
  void theRunsOfABackendThatIsDownAreHeldAndItIsNotAsked() {
    stored(Runs.working(CompleteOn.EITHER));
    store.failed("main", Reason.BACKEND_UNAUTHORIZED);
    now = now.plus(BackendStore.DOUBT);
    store.failed("main", Reason.BACKEND_UNAUTHORIZED);

    looked();

    assertThat(run().status()).isEqualTo(RunStatus.RUNNING);
    assertThat(reason()).isEqualTo(Reason.BACKEND_UNAUTHORIZED);
    assertThat(nextLook()).isAfter(now);
  }

  @Test
  void agentsOfOneBackendAreLookedAtInOneExchange() {
    List<RunId> others = crowd(5);
    stored(Runs.working(CompleteOn.EITHER));
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Working());

    assertThat(pollRun.apply(ID)).isTrue();

    assertThat(backend.exchanges).isOne();
    assertThat(backend.asked).hasSize(6);
    assertThat(wakes).extracting(Wake::id).contains(ID).containsAll(others).hasSize(6);
    assertThat(ticks).isEmpty();
  }

  @Test
  void eachOfThoseLookedAtTogetherIsDecidedByItself() {
    List<RunId> others = crowd(2);
    stored(Runs.working(CompleteOn.EITHER));
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Finished());
    backend.meanwhile = () -> store.change(others.getFirst(), run -> cancelled(run));

    assertThat(pollRun.apply(ID)).isTrue();

    assertThat(run().status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(store.find(others.getLast()).orElseThrow().status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(store.find(others.getFirst()).orElseThrow().agent().state())
        .as("decided anew, from what was there then")
        .isEqualTo(Agent.State.FINISHED);
  }

  @Test
  void ofACrowdTheNextLooksAreAskedForByTicks() {
    now = T0.plusSeconds(120);
    crowd(StoreLooks.CROWD);
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Working());

    assertThat(pollRun.watch("main")).isEqualTo(StoreLooks.CROWD);

    assertThat(wakes).isEmpty();
    assertThat(ticks)
        .doesNotHaveDuplicates()
        .hasSizeLessThan(5)
        .allSatisfy(tick -> assertThat(tick.at().getEpochSecond() % 2).isZero());
    Instant latest = ticks.getLast().at();
    assertThat(store.list(new RunFilter(List.of(), List.of()), null, 100))
        .allSatisfy(run ->
            assertThat(store.find(run.id()).orElseThrow().schedule().nextPollAt())
                .isBeforeOrEqualTo(latest));
    now = latest;
    assertThat(pollRun.watch("main")).isEqualTo(StoreLooks.CROWD);
  }

  @Test
  void aLookTakesNoMoreOthersThanGoIntoOneExchange() {
    crowd(PollRun.MOST + 5);
    stored(Runs.working(CompleteOn.EITHER));
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Working());

    assertThat(pollRun.apply(ID)).isTrue();

    assertThat(backend.exchanges).isOne();
    assertThat(backend.asked).hasSize(PollRun.MOST);
  }

  @Test
  void whoGetsItsPlaceInALookBringsOthersTheirs() {
    Run other = Runs.accepted("mill", 0, T0.plusSeconds(3));
    store.put(other, List.of());
    stored(Runs.queued(CompleteOn.EITHER));
    backend.preparation = new Preparing(CONVERSATION, "clone-1");

    looked("prepare");

    assertThat(store.find(other.id()).orElseThrow().agent().place()).isNotNull();
    assertThat(wakes).extracting(Wake::id).contains(other.id());
  }

  @Test
  void aTickLooksAtEverythingThatIsDue() {
    crowd(2 * PollRun.MOST + 1);
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Working());

    assertThat(pollRun.watch("main")).isEqualTo(2 * PollRun.MOST + 1);
    assertThat(backend.exchanges).isEqualTo(3);
    assertThat(pollRun.watch("main")).isZero();
  }

  @Test
  void onlyAgentsThatAreOnlyLookedAtGoTogether() {
    crowd(3);
    stored(Runs.queued(CompleteOn.EITHER));
    Run asked = waiting(message(1));
    store.put(other(asked), List.of());

    List<List<Claim>> groups = PollRun.together(store.claimDue(10, PollRun.LEASE));

    assertThat(groups).extracting(List::size).containsExactlyInAnyOrder(3, 1, 1);
  }

  /// So many runs whose agents are at work on the backend, and whose looks are due.
  private List<RunId> crowd(int size) {
    List<RunId> ids = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      Run run = other(Runs.working(CompleteOn.EITHER));
      store.put(run, List.of());
      ids.add(run.id());
    }
    return ids;
  }

  private Run other(Run run) {
    return Runs.other(run, ++others);
  }

  private static Run cancelled(Run run) {
    return after(run, new CancelRequested());
  }

  @Test
  void aPlaceThatIsGivenBackGoesToTheNextRun() {
    Run waiting = Runs.accepted("mill", 0, T0.plusSeconds(3));
    store.put(waiting, List.of());
    stored(Runs.working(CompleteOn.EITHER));
    backend.places = 1;
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Finished());

    looked("look after cursor-1");

    assertThat(run().agent().place()).isNull();
    assertThat(store.find(waiting.id()).orElseThrow().agent().place()).isNotNull();
    assertThat(wakes).extracting(Wake::id).contains(waiting.id());
  }

  @Test
  void aBackendThatIsFullOrSilentGetsNoOtherRunForTenSeconds() {
    for (OfPreparation answer :
        List.of(new BackendFull(), new BackendSilent(Reason.BACKEND_UNREACHABLE, null))) {
      Run waiting = Runs.accepted("mill", 0, T0.plusSeconds(3));
      store.put(waiting, List.of());
      stored(Runs.queued(CompleteOn.EITHER));
      backend.places = 1;
      backend.preparation = answer;

      assertThat(pollRun.apply(ID)).isTrue();

      assertThat(store.admit(backend.terms(), null).wakes()).isEmpty();
      now = now.plusSeconds(11);
      assertThat(store.admit(backend.terms(), null).wakes()).hasSize(1);
      store.clear();
    }
  }

  @Test
  void thePreparationIsReadInLaterLooks() {
    stored(after(Runs.admitted(CompleteOn.EITHER), new Preparing(CONVERSATION, "clone-1")));
    backend.preparation = new Prepared(CONVERSATION, "clone-2");

    looked("preparation after clone-1");

    assertThat(nextLook()).as("the start is not waited for").isEqualTo(now);
  }

  @Test
  void aPreparedRunIsStarted() {
    stored(after(Runs.admitted(CompleteOn.EITHER), new Prepared(CONVERSATION, null)));
    backend.start = new ConversationStarted(CONVERSATION, "event-0");

    looked("start");

    assertThat(run().attempts()).hasSize(1);
    assertThat(nextLook()).isAfter(now);
  }

  @Test
  void aRunThatWasTriedBeforeIsLookedForBeforeItIsStarted() {
    Run prepared = after(Runs.admitted(CompleteOn.EITHER), new Prepared(CONVERSATION, null));
    stored(prepared.with(new Schedule(T0, 3, 2)));
    backend.start = new ConversationStarted(CONVERSATION, "event-0");

    looked("start again");
  }

  @Test
  void aWorkingAgentIsLookedAt() {
    stored(Runs.working(CompleteOn.EITHER));
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Finished());

    looked("look after cursor-1");

    assertThat(run().status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(run().work().progress().percent()).isEqualTo(100);
    assertThat(nextLook()).as("what the agent left is fetched at once").isEqualTo(now);
  }

  @Test
  void whatAnEndedAgentLeftIsFetchedOnceAndThenNobodyLooksAgain() {
    stored(after(Runs.working(CompleteOn.EITHER), Runs.seen(new AgentStatus.Finished())));
    backend.collection =
        new Collection.Harvest(
            new ResultsCollected(
                "openhands/fast",
                "4ce62f1c1b0bb1e6dc2bbe2d25d5b4a2c6cd4a6b",
                List.of(new ChangedFile("cart.py", ChangedFile.Change.UPDATED))),
            List.of(artifact("diff.patch", "-slow\n+fast\n")));

    looked("collect");

    assertThat(artifacts.list(ID))
        .extracting(Kept::name)
        .containsExactly("diff.patch", "result.md");
    assertThat(run().work().result().branch()).isEqualTo("openhands/fast");
    assertThat(run().work().result().changes()).hasSize(1);
    assertThat(run().schedule().nextPollAt()).isNull();
    assertThat(wakes).as("nothing is left to be seen").isEmpty();
  }

  @Test
  void whatCannotBeKeptNowIsFetchedAgainHalfAMinuteLater() {
    stored(after(Runs.working(CompleteOn.EITHER), Runs.seen(new AgentStatus.Finished())));
    backend.collection = harvest();
    artifacts.away(true);

    looked("collect");

    assertThat(run().agent().collected()).isFalse();
    assertThat(run().agent().silence()).as("the backend has answered").isNull();
    assertThat(nextLook()).isEqualTo(now.plusSeconds(30));

    artifacts.away(false);
    now = now.plusSeconds(30);
    looked("collect", "collect");

    assertThat(run().agent().collected()).isTrue();
    assertThat(artifacts.list(ID)).hasSize(2);
  }

  @Test
  void whatCanNeverBeKeptIsGivenUpAfterAWhile() {
    stored(after(Runs.working(CompleteOn.EITHER), Runs.seen(new AgentStatus.Finished())));
    backend.collection = harvest();
    artifacts.away(true);
    now = now.plus(RunLifecycle.COLLECT_FOR);

    looked("collect");

    assertThat(run().agent().collected()).isTrue();
    assertThat(run().schedule().nextPollAt()).isNull();
    assertThat(store.events(ID, 1).getFirst().event().type()).isEqualTo(RunEvent.Type.RESULTS_LOST);
  }

  @Test
  void aBackendCannotWriteTheRunnersOwnPageNorMoreThanARunKeeps() {
    stored(after(Runs.working(CompleteOn.EITHER), Runs.seen(new AgentStatus.Finished())));
    List<Artifact> many = new ArrayList<>();
    many.add(artifact("result.md", "forged"));
    for (int i = 0; i < 12; i++) {
      many.add(artifact("part-" + i, "part"));
    }
    backend.collection = new Collection.Harvest(found(), many);

    looked("collect");

    assertThat(artifacts.list(ID)).hasSize(ArtifactStore.MOST);
    Kept page = artifacts.list(ID).getLast();
    assertThat(new String(artifacts.read(ID, page), UTF_8)).startsWith("# Result of " + ID);
  }

  private static Collection.Harvest harvest() {
    return new Collection.Harvest(found(), List.of(artifact("diff.patch", "-slow\n+fast\n")));
  }

  private static ResultsCollected found() {
    return new ResultsCollected("openhands/fast", null, List.of());
  }

  private static Artifact artifact(String name, String text) {
    return new Artifact(name, "text/plain", text.getBytes(UTF_8), false);
  }

  @Test
  void aMessageIsSentByTheFirstLookThatCanHaveSeenIt() {
    stored(waiting(message(0)));
    backend.control = new MessageTaken("cursor-2");

    looked("tell Paint it green FIRST");

    assertThat(run().status()).isEqualTo(RunStatus.RUNNING);
    assertThat(fate()).isEqualTo(Message.State.DELIVERED);
  }

  @Test
  void aMessageThatALookMayHaveSentBeforeItDiedIsSearchedForFirst() {
    stored(waiting(message(0)).with(new Schedule(T0, 3, 1)));
    backend.control = new MessageTaken("cursor-2");

    looked("tell Paint it green AGAIN");
  }

  @Test
  void aMessageThatAWorkingAgentMayStillTakeUpIsOnlySearchedFor() {
    Run working = after(Runs.working(CompleteOn.EITHER), new MessageAccepted(message(0)));
    stored(after(working, new MessageUnclear(true)).with(new Schedule(T0, 3, 1)));
    backend.control = new MessageUnclear(false);
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Working());
    now = now.plus(Duration.ofMinutes(2));

    looked("tell Paint it green SEARCH", "look after cursor-1");

    assertThat(fate()).isEqualTo(Message.State.WANTED);
  }

  @Test
  void aMessageThatIsOnlySearchedForIsNotSearchedForWithoutAPause() {
    stored(
        after(Runs.working(CompleteOn.EITHER), new MessageAccepted(message(0)))
            .with(new Schedule(T0, 3, 1)));
    backend.control = new MessageUnclear(false);
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Working());

    looked("tell Paint it green SEARCH", "look after cursor-1");

    assertThat(nextLook()).isAfter(now.plusSeconds(1));
  }

  @Test
  void aRunThatCannotBeStoredDoesNotKeepTheOthersFromIt() {
    List<RunId> others = crowd(3);
    stored(Runs.working(CompleteOn.EITHER));
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Finished());
    store.refuse(others.getFirst());

    assertThat(pollRun.apply(ID)).isTrue();

    assertThat(run().status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(store.find(others.getLast()).orElseThrow().status()).isEqualTo(RunStatus.COMPLETED);
    Run failed = store.find(others.getFirst()).orElseThrow();
    assertThat(failed.status()).isEqualTo(RunStatus.RUNNING);
    assertThat(failed.schedule().nextPollAt()).as("its next try").isAfter(now);
  }

  @Test
  void aMistakeOfOurOwnIsTriedAgainLaterAndNotForEver() {
    stored(Runs.working(CompleteOn.EITHER));
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Working());
    backend.meanwhile =
        () -> {
          throw new IllegalStateException("planted");
        };
    for (int look = 0; look < FailedLooks.MOST; look++) {
      assertThat(pollRun.apply(ID)).isTrue();
      assertThat(wakes.getLast().at()).isAfter(now);
      now = now.plus(Duration.ofMinutes(6));
    }

    assertThat(pollRun.apply(ID)).isFalse();
    assertThat(new SetAside(store).apply()).isEqualTo(1);
    assertThat(reason()).isEqualTo(Reason.SET_ASIDE);
    assertThat(store.list(10).getFirst().why())
        .startsWith("java.lang.IllegalStateException at app.")
        .doesNotContain("planted");
  }

  @Test
  void oneThatCannotBeLookedAtDoesNotKeepTheOthersFromIt() {
    List<RunId> others = crowd(3);
    stored(Runs.working(CompleteOn.EITHER));
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Finished());
    AtomicInteger asked = new AtomicInteger();
    backend.meanwhile =
        () -> {
          if (asked.getAndIncrement() == 1) {
            throw new IllegalStateException("planted");
          }
        };

    pollRun.apply(ID);

    assertThat(Stream.concat(Stream.of(ID), others.stream()))
        .extracting(id -> store.find(id).orElseThrow().status())
        .allMatch(RunStatus.COMPLETED::equals);
  }

  @Test
  void whatIsHeldIsNotAskedForWithTheOthers() {
    crowd(2);
    List<Claim> claims = new ArrayList<>(store.claimDue(2, PollRun.LEASE));
    Claim first = claims.getFirst();
    Reason why = Reason.BACKEND_ERROR;
    claims.set(0, new Claim(first.run(), first.now(), first.leaseUntil(), why));
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Finished());

    pollRun.look(claims, now);

    assertThat(backend.asked).hasSize(1);
    assertThat(store.find(first.run().id()).orElseThrow().standing().reason())
        .isEqualTo(new StatusReason(why, now));
    assertThat(store.find(claims.getLast().run().id()).orElseThrow().status())
        .isEqualTo(RunStatus.COMPLETED);
  }

  @Test
  void theLookAfterAnUnclearAnswerReadsOnFromWhatTheAnswerRemembered() {
    stored(
        after(Runs.working(CompleteOn.EITHER), new MessageAccepted(message(0)))
            .with(new Schedule(T0, 3, 1)));
    backend.control = new MessageUnclear(true, "cursor-of-the-answer");
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Working());

    looked("tell Paint it green SEARCH", "look after cursor-of-the-answer");
  }

  @Test
  void aMessageThatARestingAgentCanHaveMissedIsSentAgainAfterAMinute() {
    Run tried = after(waiting(message(0)), new MessageUnclear(true)).with(new Schedule(T0, 3, 1));
    stored(tried);
    backend.control = new MessageUnclear(false);
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Waiting(Reason.ANSWERED_IN_TEXT));
    now = T0.plusSeconds(64);

    looked("tell Paint it green SEARCH", "look after cursor-1");
    now = T0.plusSeconds(80);
    backend.control = new MessageTaken("cursor-3");

    looked("tell Paint it green SEARCH", "look after cursor-1", "tell Paint it green AGAIN");
  }

  @Test
  void aStartThatIsNoLongerWantedIsSearchedForAndNotRepeated() {
    Run cancelling = after(Runs.admitted(CompleteOn.EITHER), new CancelRequested());
    stored(cancelling.with(new Schedule(T0, 3, 1)));
    backend.start = new ConversationMissing();

    looked("find");

    assertThat(run().status()).isEqualTo(RunStatus.CANCELLED);
    assertThat(run().agent().place()).isNull();
  }

  @Test
  void anInterruptedAgentIsSetGoingAgain() {
    stored(after(Runs.working(CompleteOn.EITHER), Runs.seen(new AgentStatus.Interrupted())));
    backend.control = new AgentResumed("event-9");

    looked("resume");

    assertThat(run().agent().resumes()).isEqualTo(1);
    assertThat(run().attempts()).hasSize(2);
  }

  @Test
  void anAgentWhoseSandboxComesUpIsAskedForAgainBeforeLong() {
    stored(after(Runs.working(CompleteOn.EITHER), Runs.seen(new AgentStatus.Interrupted())));
    backend.control = new Resuming();

    looked("resume");

    assertThat(run().agent().resumes()).isZero();
    assertThat(run().schedule().nextPollAt()).isAfter(now).isBefore(now.plusSeconds(5));
  }

  @Test
  void aStartThatPreparesTheWorkspaceItselfFollowsAtOnce() {
    stored(Runs.queued(CompleteOn.EITHER));
    backend.startPrepares = true;
    backend.start = new BackendFull();

    looked("prepare", "start");

    assertThat(run().status()).isEqualTo(RunStatus.QUEUED);
    assertThat(run().agent().place()).isNull();
  }

  @Test
  void aCancelledAgentIsToldToStopAndLookedAt() {
    stored(after(Runs.working(CompleteOn.EITHER), new CancelRequested()));
    backend.control = new StopTaken();
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Waiting(Reason.PAUSED));

    looked("stop", "look after cursor-1");

    assertThat(run().status()).isEqualTo(RunStatus.CANCELLED);
  }

  @Test
  void aRunAtRestIsJudgedByTheTimeAlone() {
    Run finished =
        after(Runs.working(CompleteOn.PULL_REQUEST), Runs.seen(new AgentStatus.Finished()));
    stored(after(finished, new ResultsCollected(null, null, List.of())));
    now = now.plus(Duration.ofMinutes(11));

    looked();

    assertThat(run().status()).isEqualTo(RunStatus.FAILED);
    assertThat(reason()).isEqualTo(Reason.NO_PULL_REQUEST);
  }

  @Test
  void aLookThatFindsNothingNewOnlySaysWhenToLookAgain() {
    stored(Runs.working(CompleteOn.EITHER));
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Working());
    pollRun.apply(ID);
    Run first = run();
    now = nextLook();

    looked("look after cursor-1", "look after cursor-1");

    assertThat(wakes).extracting(Wake::wakeNo).doesNotHaveDuplicates().hasSize(2);
    assertThat(run().schedule().nextPollAt()).isEqualTo(nextLook());
    assertThat(first.status()).isEqualTo(run().status());
  }

  @Test
  void aRunThatIsNotDueIsLeftAlone() {
    stored(Runs.working(CompleteOn.EITHER).with(new Schedule(now.plusSeconds(30), 1, 1)));

    assertThat(pollRun.apply(ID)).isFalse();
    assertThat(backend.asked).isEmpty();
    assertThat(wakes).isEmpty();
  }

  @Test
  void whatOthersChangedDuringALookIsDecidedOnAgain() {
    stored(Runs.working(CompleteOn.EITHER));
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Finished());
    backend.meanwhile = () -> store.change(ID, run -> after(run, pullRequest()));

    looked("look after cursor-1");

    assertThat(run().status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(run().pullRequests()).as("of the delivery").hasSize(1);
    assertThat(run().agent().state()).as("of the look").hasToString("finished");
  }

  @Test
  void aLookAskedForDuringALookComesAtOnce() {
    stored(Runs.working(CompleteOn.EITHER));
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Working());
    backend.meanwhile = () -> store.askForLook(ID);

    pollRun.apply(ID);

    assertThat(nextLook()).isBeforeOrEqualTo(now);
  }

  @Test
  void aLookThatWasOvertakenStoresNothingAndWakesNobody() {
    stored(Runs.working(CompleteOn.EITHER));
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Finished());
    backend.meanwhile =
        () -> {
          now = now.plus(PollRun.LEASE).plusSeconds(1);
          assertThat(store.claim(ID, PollRun.LEASE)).isPresent();
        };

    looked("look after cursor-1");

    assertThat(run().status()).isEqualTo(RunStatus.RUNNING);
    assertThat(wakes).isEmpty();
  }

  @Test
  void aStoreThatGoesAwayDuringALookCostsNoMoreThanALease() {
    stored(Runs.working(CompleteOn.EITHER));
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Finished());
    backend.meanwhile = () -> store.down(true);

    assertThatThrownBy(() -> pollRun.apply(ID)).isInstanceOf(StorageUnavailable.class);
    store.down(false);
    backend.meanwhile = () -> {};
    assertThat(pollRun.apply(ID)).isFalse();
    now = now.plus(PollRun.LEASE).plusSeconds(1);

    assertThat(pollRun.apply(ID)).isTrue();
    assertThat(run().status()).isEqualTo(RunStatus.COMPLETED);
  }

  @Test
  void aBackendThatAsksForItIsLeftAlone() {
    stored(Runs.working(CompleteOn.EITHER));
    backend.look = new BackendSilent(Reason.BACKEND_ERROR, Duration.ofMinutes(3));

    looked("look after cursor-1");

    assertThat(run().status()).isEqualTo(RunStatus.RUNNING);
    assertThat(reason()).isEqualTo(Reason.BACKEND_ERROR);
    assertThat(nextLook()).isEqualTo(now.plus(Duration.ofMinutes(3)));
  }

  @Test
  void afterAnUnclearStartNothingHappensForAMinute() {
    stored(after(Runs.admitted(CompleteOn.EITHER), new Prepared(CONVERSATION, null)));
    backend.start = new StartUnclear(CONVERSATION);
    pollRun.apply(ID);
    Instant unclear = now;

    assertThat(reason()).isEqualTo(Reason.START_UNCLEAR);
    assertThat(nextLook()).isBetween(unclear.plusSeconds(60), unclear.plusSeconds(80));
    now = unclear.plusSeconds(58);
    assertThat(pollRun.apply(ID)).isFalse();
    now = nextLook();
    backend.start = new ConversationStarted(CONVERSATION, "event-0");

    looked("start", "start again");

    assertThat(run().status()).isEqualTo(RunStatus.RUNNING);
    assertThat(run().standing().reason()).isNull();
  }

  @Test
  void withoutAnyBackendARunWaits() {
    stored(Runs.queued(CompleteOn.EITHER));
    backend.configured = false;

    looked();

    assertThat(run().status()).isEqualTo(RunStatus.QUEUED);
    assertThat(reason()).isEqualTo(Reason.BACKEND_FULL);
    assertThat(nextLook()).isAfter(now);
  }

  @Test
  void aRunWhoseBackendIsNoLongerConfiguredKeepsItsStatusAndSaysSo() {
    for (Run run :
        List.of(
            Runs.working(CompleteOn.EITHER),
            after(Runs.admitted(CompleteOn.EITHER), new Preparing(CONVERSATION, "clone-1")),
            after(Runs.admitted(CompleteOn.EITHER), new Prepared(CONVERSATION, null)))) {
      stored(run);
      backend.configured = false;

      looked();

      assertThat(run().status()).isEqualTo(RunStatus.RUNNING);
      assertThat(reason()).isEqualTo(Reason.BACKEND_UNREACHABLE);
      assertThat(nextLook()).isAfter(now);
      now = now.plusSeconds(1);
    }
  }

  @Test
  void aFullBackendIsAskedAgain() {
    stored(Runs.queued(CompleteOn.EITHER));
    backend.preparation = new BackendFull();

    looked("prepare");

    assertThat(run().status()).isEqualTo(RunStatus.QUEUED);
    assertThat(nextLook()).isBetween(now.plusSeconds(9), now.plusSeconds(11));
  }

  @Test
  void aRunWhoseTimeIsUpEndsWhateverTheBackendSays() {
    stored(Runs.working(CompleteOn.EITHER));
    now = run().standing().deadlineAt();
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Working());

    looked("look after cursor-1");

    assertThat(run().status()).isEqualTo(RunStatus.TIMED_OUT);
    assertThat(nextLook()).as("the agent has to be stopped").isAfter(now);
  }

  private Message.State fate() {
    Message message = run().message();
    if (message == null) {
      throw new AssertionError("no message is known");
    }
    return message.state();
  }

  private static Run waiting(Message message) {
    Run asked =
        after(
            Runs.working(CompleteOn.EITHER),
            Runs.seen(new AgentStatus.Waiting(Reason.ANSWERED_IN_TEXT)));
    return after(asked, new MessageAccepted(message));
  }

  private static Message message(long askedEpoch) {
    return new Message(1, "Paint it green", null, 0, askedEpoch, Message.State.WANTED, null);
  }

  private static Evidence pullRequest() {
    return new PullRequestSeen(
        Runs.pullRequest(7, PullRequest.State.OPEN, T0.plusSeconds(5)), LinkRule.BRANCH);
  }

  private void stored(Run run) {
    store.put(run, List.of());
  }

  /// Looks once, after which the backend has been asked exactly this since the test began.
  private void looked(String... asked) {
    assertThat(pollRun.apply(ID)).isTrue();
    assertThat(backend.asked).containsExactly(asked);
  }

  private Run run() {
    return store.find(ID).orElseThrow();
  }

  private Reason reason() {
    StatusReason reason = run().standing().reason();
    if (reason == null) {
      throw new AssertionError("no reason is given");
    }
    return reason.code();
  }

  private Instant nextLook() {
    return wakes.getLast().at();
  }

  private static Run after(Run run, Evidence evidence) {
    return Runs.after(run, evidence, T0.plusSeconds(5));
  }
}
