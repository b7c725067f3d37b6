package dev.build0711.runner.testing;

import static dev.build0711.runner.testing.Runs.T0;
import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.port.Backends.Terms;
import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.RunStore.Admission;
import dev.build0711.runner.port.RunStore.Change;
import dev.build0711.runner.port.RunStore.Claim;
import dev.build0711.runner.port.RunStore.Creation;
import dev.build0711.runner.port.RunStore.Creation.Created;
import dev.build0711.runner.port.RunStore.IdempotencyKey;
import dev.build0711.runner.port.RunStore.Numbered;
import dev.build0711.runner.port.RunStore.Position;
import dev.build0711.runner.port.RunStore.RunFilter;
import dev.build0711.runner.port.RunStore.Saved;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Evidence;
import dev.build0711.runner.run.Evidence.PullRequestSeen;
import dev.build0711.runner.run.LinkRule;
import dev.build0711.runner.run.Message;
import dev.build0711.runner.run.Place;
import dev.build0711.runner.run.PullRequest;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunEvent;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.RunSpec;
import dev.build0711.runner.run.RunStatus;
import dev.build0711.runner.run.RunSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What every store of runs keeps to, whether its runs outlive the test or not.
public abstract class RunStoreContract extends BackendStoreContract {

  private static final Terms BERLIN = new Terms("berlin", 1, 8, false, null);
  private static final RunFilter ALL = new RunFilter(List.of(), List.of());
  protected static final IdempotencyKey KEY = new IdempotencyKey("order-4711", "a".repeat(64));

  @Test
  void aNewRunIsFoundAsItWasCreated() {
    Run created = create("shop", null);

    assertThat(store.find(created.id())).contains(created);
    assertThat(store.summary(created.id())).contains(created.summary());
    assertThat(store.events(created.id(), 10))
        .singleElement()
        .satisfies(first -> assertThat(first.seq()).isEqualTo(1))
        .satisfies(first -> assertThat(first.event().type()).isEqualTo(RunEvent.Type.RUN_CREATED))
        .satisfies(first -> assertThat(first.event().at()).isEqualTo(created.createdAt()));
  }

  @Test
  void aLookUpIsOnePersonsToDoAndNoChangeToTheRun() {
    Run run = create("shop", null);

    assertThat(store.claimLookUp(run)).isTrue();
    assertThat(store.claimLookUp(run)).isFalse();

    Run noted = store.find(run.id()).orElseThrow();
    assertThat(noted.schedule().lookedUpAt()).isNotNull();
    assertThat(noted.version()).isEqualTo(run.version());
    assertThat(noted.updatedAt()).isEqualTo(run.updatedAt());
    assertThat(store.claimLookUp(noted)).isTrue();
  }

  @Test
  void whenARunWasLookedUpIsKnownToEveryLookAfterIt() {
    Run run = create("shop", null);
    store.claimLookUp(run);
    Instant lookedUp = store.find(run.id()).orElseThrow().schedule().lookedUpAt();

    Claim claim = store.claim(run.id(), LEASE).orElseThrow();
    assertThat(claim.run().schedule().lookedUpAt()).isEqualTo(lookedUp);
    store.save(claim, change(claim.run(), Runs.started()), claim.now());

    assertThat(store.claimDue(1, LEASE).getFirst().run().schedule().lookedUpAt())
        .isEqualTo(lookedUp);
  }

  @Test
  void aRunThatWasNeverCreatedIsAbsent() {
    assertThat(store.find(Runs.ID)).isEmpty();
    assertThat(store.summary(Runs.ID)).isEmpty();
  }

  @Test
  void aRunNeedsNeitherRepositoryNorMetadata() {
    RunSpec bare =
        new RunSpec(
            "shop",
            "Say hello",
            null,
            null,
            null,
            null,
            CompleteOn.AGENT,
            Duration.ofMinutes(1),
            0,
            new AgentOptions(7, null, "small", "careful"));

    Run created = ((Created) store.create(Run.accepted(Runs.ID, bare, T0), null)).run();

    assertThat(store.find(Runs.ID)).contains(created);
    assertThat(store.summary(Runs.ID)).contains(created.summary());
    assertThat(created.spec()).isEqualTo(bare);
  }

  @Test
  void theSameRequestIsOneRunAndTheAnswerIsThatRunAsItIsNow() {
    Run first = create("shop", KEY);
    Claim claim = store.claim(first.id(), LEASE).orElseThrow();
    store.save(claim, change(claim.run(), Runs.started()), claim.now());

    Creation again = store.create(accepted("shop"), KEY);

    assertThat(again).isInstanceOf(Creation.Replayed.class);
    Run replayed = ((Creation.Replayed) again).run();
    assertThat(replayed.id()).isEqualTo(first.id());
    assertThat(replayed.status()).isEqualTo(RunStatus.RUNNING);
  }

  @Test
  void theSameKeyWithOtherBytesIsAMistake() {
    create("shop", KEY);

    assertThat(store.create(accepted("shop"), new IdempotencyKey(KEY.key(), "b".repeat(64))))
        .isEqualTo(new Creation.KeyReused());
  }

  @Test
  void aKeyBelongsToItsProject() {
    create("shop", KEY);

    assertThat(store.create(accepted("blog"), KEY)).isInstanceOf(Created.class);
  }

  @Test
  void everythingThatALookLearntIsFoundAgain() {
    Run run = create("shop", null);
    Claim claim = store.claim(run.id(), LEASE).orElseThrow();
    List<RunEvent> events = new ArrayList<>();
    Run next = claim.run();
    for (Evidence evidence :
        List.of(
            Runs.started(),
            Runs.seen(new AgentStatus.Working()),
            new Evidence.BackendSilent(
                dev.build0711.runner.run.Reason.BACKEND_ERROR, Duration.ofSeconds(9)),
            seen(7, PullRequest.State.OPEN),
            seen(8, PullRequest.State.OPEN))) {
      Change change = change(next, evidence);
      next = change.after();
      events.addAll(change.events());
    }

    Saved saved = store.save(claim, new Change(claim.run(), next, events), T0.plusSeconds(900));

    assertThat(saved).isEqualTo(new Saved.Stored(T0.plusSeconds(900), 2));
    Run found = store.find(run.id()).orElseThrow();
    assertThat(found)
        .usingRecursiveComparison()
        .ignoringFields("version", "schedule")
        .isEqualTo(next);
    assertThat(found.version()).isEqualTo(2);
    assertThat(found.pullRequests()).hasSize(2);
    assertThat(found.attempts()).isNotEmpty();
    assertThat(store.summary(run.id())).contains(found.summary());
    assertThat(store.list(ALL, null, 10)).containsExactly(found.summary());
    assertThat(found.work().usage()).isNotNull();
    List<Numbered> kept = store.events(run.id(), 100);
    assertThat(kept.reversed().stream().map(Numbered::seq).toList())
        .isEqualTo(java.util.stream.IntStream.rangeClosed(1, found.eventCount()).boxed().toList());
    assertThat(kept.reversed().stream().skip(1).map(n -> n.event().type()))
        .containsExactlyElementsOf(events.stream().map(RunEvent::type).toList());
  }

  @Test
  void aLaterLookReplacesWhatAPullRequestWasLike() {
    Run run = create("shop", null);
    Claim first = store.claim(run.id(), LEASE).orElseThrow();
    store.save(first, change(first.run(), seen(7, PullRequest.State.OPEN)), first.now());
    Claim second = store.claim(run.id(), LEASE).orElseThrow();

    store.save(second, change(second.run(), seen(7, PullRequest.State.MERGED)), second.now());

    assertThat(store.find(run.id()).orElseThrow().pullRequests())
        .singleElement()
        .satisfies(
            link -> assertThat(link.pullRequest().state()).isEqualTo(PullRequest.State.MERGED));
  }

  @Test
  void onlyOneOfManyGetsAClaim() throws Exception {
    Run run = create("shop", null);

    List<Boolean> claimed = atOnce(16, number -> () -> store.claim(run.id(), LEASE).isPresent());

    assertThat(claimed.stream().filter(won -> won)).hasSize(1);
  }

  @Test
  void aClaimHoldsUntilItsLeaseEnds() {
    Run run = create("shop", null);
    Claim claim = store.claim(run.id(), LEASE).orElseThrow();

    assertThat(claim.leaseUntil()).isEqualTo(claim.now().plus(LEASE));
    assertThat(claim.run().schedule().pollEpoch()).isEqualTo(1);
    assertThat(store.claim(run.id(), LEASE)).isEmpty();
    later(LEASE.plusMillis(1));
    assertThat(store.claim(run.id(), LEASE)).isPresent();
  }

  @Test
  void aRunThatIsNotDueCannotBeClaimed() {
    Run run = create("shop", null);
    Claim claim = store.claim(run.id(), LEASE).orElseThrow();
    release(claim, claim.now().plusSeconds(30));

    assertThat(store.claim(run.id(), LEASE)).isEmpty();
    assertThat(store.claimDue(10, LEASE)).isEmpty();
  }

  @Test
  void aRunThatWasClaimedForItGetsAPlaceAndItsLookIsTheFirst() {
    Run run = create("shop", null);
    Claim claim = store.claim(run.id(), LEASE).orElseThrow();

    Admission admission = store.admit(List.of(BERLIN), claim);

    Claim own = Objects.requireNonNull(admission.own());
    assertThat(admission.wakes()).isEmpty();
    assertThat(own.run()).isEqualTo(store.find(run.id()).orElseThrow());
    assertThat(own.run().agent().place()).isEqualTo(new Place("berlin", 0));
    assertThat(own.run().version()).isEqualTo(claim.run().version() + 1);
    assertThat(own.leaseUntil()).isEqualTo(claim.leaseUntil());
    assertThat(store.save(own, change(own.run(), Runs.started()), null))
        .isInstanceOf(Saved.Stored.class);
    assertThat(store.save(claim, change(claim.run(), Runs.started()), null))
        .isInstanceOf(Saved.Stale.class);
  }

  @Test
  void otherRunsThatGetAPlaceAreWokenAndTheirNextLookIsTheFirst() {
    Run run = create("shop", null);
    Claim claim = store.claim(run.id(), LEASE).orElseThrow();
    release(claim, claim.now().plusSeconds(60));

    Admission admission = store.admit(List.of(BERLIN), null);

    Wake wake = admission.wakes().getFirst();
    Run placed = store.find(run.id()).orElseThrow();
    assertThat(placed.agent().place()).isEqualTo(new Place("berlin", 1));
    assertThat(wake.id()).isEqualTo(run.id());
    assertThat(wake.wakeNo()).isEqualTo(3);
    assertThat(wake.at()).isEqualTo(placed.schedule().nextPollAt());
    assertThat(store.claim(run.id(), LEASE)).isPresent();
  }

  @Test
  void aServerOfAnUnknownKindGetsFewRunsUntilItIsKnownWhatItTakes() {
    for (int run = 0; run < 12; run++) {
      create("shop", null);
    }
    Terms unknown = new Terms("paris", 1, null, false, null);

    int first = store.admit(List.of(unknown), null).wakes().size();
    backends().speaks("paris", Dialect.AGENT_SERVER);
    int then = store.admit(List.of(unknown), null).wakes().size();

    assertThat(List.of(first, then)).containsExactly(3, 7);
  }

  @Test
  void aRunThatSomebodyElseLooksAtGetsNoPlace() {
    store.claim(create("shop", null).id(), LEASE);

    assertThat(store.admit(List.of(BERLIN), null).wakes()).isEmpty();
  }

  @Test
  void aFullOrClosedBackendTakesNoRun() {
    Run first = create("shop", null);
    Run second = create("shop", null);
    backends().close("oslo", Duration.ofSeconds(10));
    var oslo = new Terms("oslo", 1, 1, false, null);

    assertThat(store.admit(List.of(oslo), null).wakes()).isEmpty();
    later(Duration.ofSeconds(11));
    assertThat(store.admit(List.of(oslo), null).wakes())
        .extracting(Wake::id)
        .containsExactly(first.id());
    assertThat(store.admit(List.of(oslo), null).wakes()).isEmpty();
    assertThat(store.admit(List.of(), null).wakes()).isEmpty();
    assertThat(store.find(second.id()).orElseThrow().agent().place()).isNull();
  }

  @Test
  void whereNoBackendIsWellARunThatGetsNoPlaceLearnsWhy() {
    create("shop", null);
    var oslo = new Terms("oslo", 1, 1, false, null);
    backends().close("oslo", Duration.ofSeconds(10));
    assertThat(store.admit(List.of(oslo), null).trouble()).as("full for a moment").isNull();

    backends().failed("oslo", Reason.BACKEND_UNAUTHORIZED);

    assertThat(store.admit(List.of(oslo), null).trouble()).isEqualTo(Reason.BACKEND_UNAUTHORIZED);
    var drained = new Terms("rome", 1, 1, true, null);
    assertThat(store.admit(List.of(oslo, drained), null).trouble())
        .as("rome gets no runs however well it is")
        .isEqualTo(Reason.BACKEND_UNAUTHORIZED);
    assertThat(store.admit(List.of(oslo, BERLIN), null).trouble()).as("berlin is well").isNull();
    create("shop", null);
    backends().answered("oslo");
    assertThat(store.admit(List.of(oslo), null).trouble()).as("it is back").isNull();
  }

  @Test
  void placesGoByPriorityThenFairlyThenByAge() {
    List<Run> waiting = new ArrayList<>();
    Random dice = new Random(23);
    for (int i = 0; i < 60; i++) {
      String project = List.of("shop", "shop", "shop", "mill", "dairy").get(dice.nextInt(5));
      waiting.add(create(project, dice.nextInt(3) - 1));
    }
    Map<String, Integer> held = new HashMap<>();
    for (int places : List.of(1, 4, 5, 25, 31, 80)) {
      Set<RunId> expected = new HashSet<>();
      int free = places - held.values().stream().mapToInt(Integer::intValue).sum();
      for (int i = 0; i < free && !waiting.isEmpty(); i++) {
        Run next = next(waiting, held);
        waiting.remove(next);
        held.merge(next.spec().projectId(), 1, Integer::sum);
        expected.add(next.id());
      }

      Admission admission = store.admit(List.of(new Terms("oslo", 1, places, false, null)), null);

      assertThat(admission.wakes().stream().map(Wake::id))
          .as("%d places", places)
          .containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  /// The model: one place after the other, to the best claim there is.
  private static Run next(List<Run> waiting, Map<String, Integer> held) {
    Run best = waiting.getFirst();
    for (Run run : waiting) {
      int priority = run.spec().priority() - best.spec().priority();
      int fewer =
          held.getOrDefault(best.spec().projectId(), 0)
              - held.getOrDefault(run.spec().projectId(), 0);
      if (priority > 0 || (priority == 0 && fewer > 0)) {
        best = run;
      }
    }
    return best;
  }

  @Test
  void howeverManyAdmitAtOnceNoBackendGetsMoreThanItHasPlacesFor() throws Exception {
    for (int i = 0; i < 60; i++) {
      create(i % 2 == 0 ? "shop" : "mill", null);
    }
    var oslo = new Terms("oslo", 1, 5, false, null);

    List<Admission> admissions =
        atOnce(64, number -> () -> store.admit(List.of(BERLIN, oslo), null));

    assertThat(admissions.stream().flatMap(admission -> admission.wakes().stream()).map(Wake::id))
        .doesNotHaveDuplicates()
        .hasSize(8 + 5);
  }

  @Test
  void theRankInTheQueueGoesByPriorityAndThenAge() {
    Run old = create("shop", 0);
    Run urgent = create("mill", 7);
    Run young = create("shop", 0);

    assertThat(List.of(urgent, old, young).stream().map(run -> store.queuedBefore(run, 10)))
        .containsExactly(0, 1, 2);
    store.admit(List.of(new Terms("oslo", 1, 1, false, null)), null);
    assertThat(store.queuedBefore(young, 10)).isEqualTo(1);
  }

  @Test
  void runsThatAreQueuedBeforeAnotherAreCounted() {
    List<Run> newestFirst = new ArrayList<>();
    for (String project : List.of("shop", "mill", "shop")) {
      newestFirst.addFirst(create(project, null));
    }

    assertThat(newestFirst.stream().map(run -> store.queuedBefore(run, 10)))
        .containsExactly(2, 1, 0);
    assertThat(store.queuedBefore(newestFirst.getFirst(), 1)).isEqualTo(1);
  }

  @Test
  void theLongestWaitingAreClaimedFirst() {
    Run young = create("shop", null);
    Run old = create("shop", null);
    Run middle = create("shop", null);
    waitingFor(young, 1);
    waitingFor(old, 50);
    waitingFor(middle, 20);

    assertThat(store.claimDue(2, LEASE).stream().map(claim -> claim.run().id()))
        .containsExactly(old.id(), middle.id());
    assertThat(store.claimDue(2, LEASE).stream().map(claim -> claim.run().id()))
        .containsExactly(young.id());
  }

  @Test
  void claimersInParallelShareTheRunsOut() throws Exception {
    for (int i = 0; i < 40; i++) {
      create("shop", null);
    }

    List<List<RunId>> batches =
        atOnce(
            8,
            number ->
                () -> store.claimDue(5, LEASE).stream().map(claim -> claim.run().id()).toList());

    assertThat(batches.stream().flatMap(List::stream)).doesNotHaveDuplicates();
  }

  @Test
  void aLookThatWasOvertakenByAnotherStoresNothing() {
    Run run = create("shop", null);
    Claim slow = store.claim(run.id(), LEASE).orElseThrow();
    later(LEASE.plusSeconds(1));
    Claim fast = store.claim(run.id(), LEASE).orElseThrow();

    assertThat(store.save(slow, change(slow.run(), Runs.started()), null))
        .isEqualTo(new Saved.Fenced());
    assertThat(release(slow, null)).isEqualTo(new Saved.Fenced());
    assertThat(store.find(run.id()).map(Run::status)).contains(RunStatus.QUEUED);
    assertThat(store.save(fast, change(fast.run(), Runs.started()), null))
        .isInstanceOf(Saved.Stored.class);
  }

  @Test
  void theSecondWriterOfTheSameVersionLosesAndDecidesAgainFromWhatThereIs() {
    Run run = create("shop", null);
    Claim claim = store.claim(run.id(), LEASE).orElseThrow();
    store.save(claim, change(claim.run(), Runs.started()), null);

    Saved second = store.save(claim, change(claim.run(), Runs.started()), null);

    Run current = ((Saved.Stale) second).current();
    assertThat(current).isEqualTo(store.find(run.id()).orElseThrow());
    assertThat(store.save(claim, change(current, Runs.seen(new AgentStatus.Working())), null))
        .isInstanceOf(Saved.Stored.class);
    assertThat(store.events(run.id(), 100))
        .hasSize(store.find(run.id()).orElseThrow().eventCount());
  }

  @Test
  void anEarlierTimeThatSomebodyAskedForDuringALookIsKept() {
    Run run = create("shop", null);
    Claim claim = store.claim(run.id(), LEASE).orElseThrow();
    askForLook(run.id());

    Saved saved = release(claim, claim.now().plusSeconds(60));

    assertThat(saved).isEqualTo(new Saved.Stored(run.createdAt(), 3));
    assertThat(store.claim(run.id(), LEASE)).isPresent();
  }

  @Test
  void aWakeDuringTheLastLookIsNotForgotten() {
    Run run = create("shop", null);
    Claim claim = store.claim(run.id(), LEASE).orElseThrow();
    askForLook(run.id());

    assertThat(store.save(claim, change(claim.run(), Runs.started()), null))
        .isEqualTo(new Saved.Stored(run.createdAt(), 3));
  }

  @Test
  void aLookWithNothingToComeRaisesNoWake() {
    Run run = create("shop", null);
    Claim claim = store.claim(run.id(), LEASE).orElseThrow();

    assertThat(release(claim, null)).isEqualTo(new Saved.Stored(null, 1));
    assertThat(store.claim(run.id(), LEASE)).isEmpty();
  }

  @Test
  void aLookThatFoundNothingNewLeavesVersionAndTimeAlone() {
    Run run = create("shop", null);
    Claim claim = store.claim(run.id(), LEASE).orElseThrow();

    release(claim, claim.now().plusSeconds(60));

    Run after = store.find(run.id()).orElseThrow();
    assertThat(after.version()).isEqualTo(run.version());
    assertThat(after.updatedAt()).isEqualTo(run.updatedAt());
    assertThat(after.schedule().wakeNo()).isEqualTo(2);
  }

  @Test
  void whatIsOverdueIsWokenOnceAndNotAgainAtOnce() {
    Run late = create("shop", null);
    Run inTime = create("shop", null);
    Run claimed = create("shop", null);
    waitingFor(late, 60);
    waitingFor(inTime, 10);
    waitingFor(claimed, 90);
    store.claim(claimed.id(), LEASE);

    List<Wake> woken = store.overdue(Duration.ofSeconds(30), 10);

    assertThat(woken)
        .singleElement()
        .satisfies(wake -> assertThat(wake.id()).isEqualTo(late.id()))
        .satisfies(wake -> assertThat(wake.wakeNo()).isEqualTo(2));
    assertThat(store.overdue(Duration.ofSeconds(30), 10)).isEmpty();
    later(Duration.ofSeconds(31));
    assertThat(store.overdue(Duration.ofSeconds(30), 10)).extracting(Wake::id).contains(late.id());
  }

  @Test
  void listsAreNewestFirstAndGoOnAfterAPosition() {
    List<RunSummary> made = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      made.addFirst(create("shop", null).summary());
    }

    List<RunSummary> first = store.list(ALL, null, 2);
    RunSummary last = first.getLast();
    List<RunSummary> rest = store.list(ALL, new Position(last.createdAt(), last.id()), 100);

    assertThat(first).isEqualTo(made.subList(0, 2));
    assertThat(rest).isEqualTo(made.subList(2, 5));
  }

  @Test
  void listsCanBeRestrictedToProjectsAndStatuses() {
    Run shop = create("shop", null);
    Run blog = create("blog", null);
    Run wiki = create("wiki", null);
    Claim claim = store.claim(blog.id(), LEASE).orElseThrow();
    store.save(claim, change(claim.run(), Runs.started()), null);

    assertThat(ids(List.of("shop", "wiki"), List.of())).containsExactly(wiki.id(), shop.id());
    assertThat(ids(List.of(), List.of(RunStatus.RUNNING))).containsExactly(blog.id());
    assertThat(ids(List.of(), List.of(RunStatus.RUNNING, RunStatus.QUEUED)))
        .containsExactly(wiki.id(), blog.id(), shop.id());
    assertThat(ids(List.of("blog", "shop", "shop"), List.of(RunStatus.QUEUED)))
        .containsExactly(shop.id());
    assertThat(ids(List.of("nobody"), List.of())).isEmpty();
  }

  @Test
  void whoeverDecidesFromTheNewestVersionNeedsNoClaim() {
    Run run = create("shop", null);
    Claim claim = store.claim(run.id(), LEASE).orElseThrow();
    Change cancel = change(claim.run(), new Evidence.CancelRequested());

    RunStore.Applied first = store.apply(cancel, true);
    RunStore.Applied second = store.apply(cancel, true);

    assertThat(first).isEqualTo(new RunStore.Applied.Done(new Wake(run.id(), 2, run.createdAt())));
    assertThat(second).isEqualTo(new RunStore.Applied.Stale());
    Run found = store.find(run.id()).orElseThrow();
    assertThat(found.status()).isEqualTo(RunStatus.CANCELLED);
    assertThat(store.events(run.id(), 10)).hasSize(found.eventCount());
    assertThat(store.save(claim, change(claim.run(), Runs.started()), null))
        .isInstanceOf(Saved.Stale.class);
  }

  @Test
  void aChangeThatNeedsNoLookAsksForNone() {
    Run run = create("shop", null);

    assertThat(store.apply(change(run, new Evidence.CancelRequested()), false))
        .isEqualTo(new RunStore.Applied.Done(null));
    assertThat(store.find(run.id()).orElseThrow().schedule()).isEqualTo(run.schedule());
  }

  @Test
  void messagesWaitInOrderAndEachHasItsFate() {
    Run run = started("shop");
    post(run.id(), "Take the left one", KEY);
    Claim claim = store.claim(run.id(), LEASE).orElseThrow();
    post(run.id(), "No, the right one", null);

    Saved saved =
        store.save(claim, change(store.find(run.id()).orElseThrow(), taken()), claim.now());

    assertThat(saved).isInstanceOf(Saved.Stored.class);
    Run found = store.find(run.id()).orElseThrow();
    assertThat(found.message())
        .isEqualTo(
            new Message(
                2,
                "No, the right one",
                null,
                0,
                claim.run().schedule().pollEpoch(),
                Message.State.WANTED,
                null));
    RunStore.Mailbox box = store.mailbox(run.id(), "Take the left one", KEY).orElseThrow();
    assertThat(box.run()).isEqualTo(found);
    assertThat(box.messages()).isEqualTo(2);
    assertThat(box.waiting()).isEqualTo(1);
    assertThat(box.same()).isEqualTo(1);
    RunStore.Accepted first = Objects.requireNonNull(box.first());
    assertThat(first.sha256()).isEqualTo(KEY.sha256());
    assertThat(first.message().state()).isEqualTo(Message.State.DELIVERED);
    assertThat(first.createdAt()).isEqualTo(T0.plusSeconds(100));
  }

  @Test
  void anAnswerToAConfirmationIsNoText() {
    Run run = started("shop");
    Message consent = new Message(1, "Go on", true, 0, 0, Message.State.WANTED, null);
    store.accept(change(run, new Evidence.MessageAccepted(consent)), consent, null);

    RunStore.Mailbox box = store.mailbox(run.id(), "Go on", KEY).orElseThrow();

    assertThat(box.same()).isZero();
    assertThat(box.first()).isNull();
    assertThat(box.run().message()).extracting(Message::accept).isEqualTo(true);
  }

  @Test
  void ofTwoMessagesDecidedFromTheSameRunOneIsDecidedAgain() {
    Run run = started("shop");
    Message message = message(1, "Once");
    Change change = change(run, new Evidence.MessageAccepted(message));

    assertThat(store.accept(change, message, null)).isInstanceOf(RunStore.Applied.Done.class);
    assertThat(store.accept(change, message, KEY)).isEqualTo(new RunStore.Applied.Stale());
    assertThat(store.mailbox(run.id(), null, KEY).orElseThrow().messages()).isEqualTo(1);
    assertThat(store.mailbox(Runs.ID, null, null)).isEmpty();
  }

  @Test
  void whatWaitsWhenARunEndsIsRefused() {
    Run told = withTwoMessages();
    store.apply(change(told, seen(7, PullRequest.State.OPEN)), false);
    assertThat(store.find(told.id()).orElseThrow().status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(lastMessage(told.id())).isEqualTo(Message.State.REFUSED);

    Claim claim = store.claim(withTwoMessages().id(), LEASE).orElseThrow();
    store.save(claim, change(claim.run(), taken()), claim.now());
    assertThat(lastMessage(claim.run().id())).isEqualTo(Message.State.WANTED);

    Claim next = store.claim(claim.run().id(), LEASE).orElseThrow();
    store.save(next, change(next.run(), seen(8, PullRequest.State.OPEN)), null);
    assertThat(lastMessage(claim.run().id())).isEqualTo(Message.State.REFUSED);
    assertThat(store.mailbox(claim.run().id(), null, null).orElseThrow().waiting()).isZero();
  }

  private Run withTwoMessages() {
    Run run = started("shop");
    post(run.id(), "Take the left one", null);
    post(run.id(), "No, the right one", KEY);
    return store.find(run.id()).orElseThrow();
  }

  private Message.State lastMessage(RunId id) {
    RunStore.Mailbox box = store.mailbox(id, null, KEY).orElseThrow();
    return Objects.requireNonNull(box.first()).message().state();
  }

  @Test
  void aHintBringsTheNextLookForward() {
    Run run = lookedAtIn(Duration.ofSeconds(60));

    List<Wake> hinted = store.hint(plainConversation());

    assertThat(hinted).extracting(Wake::id).containsExactly(run.id());
    assertThat(hinted.getFirst().wakeNo()).isEqualTo(run.schedule().wakeNo() + 1);
    assertThat(store.claim(run.id(), LEASE)).isPresent();
    assertThat(store.hint("0".repeat(32))).isEmpty();
  }

  @Test
  void aStormOfHintsIsOneLookASecond() {
    Run run = lookedAtIn(Duration.ofSeconds(60));
    int granted = 0;
    for (int i = 0; i < 50; i++) {
      granted += store.hint(plainConversation()).size();
    }
    assertThat(granted).isEqualTo(1);

    Claim claim = store.claim(run.id(), LEASE).orElseThrow();
    release(claim, claim.now().plusSeconds(60));
    List<Wake> second = store.hint(plainConversation());
    assertThat(second).hasSize(1);
    assertThat(second.getFirst().at()).isAfter(claim.now());
    assertThat(store.hint(plainConversation())).isEmpty();
  }

  @Test
  void aHintDuringALookIsFollowedByAnother() {
    Run run = lookedAtIn(Duration.ZERO);
    Claim claim = store.claim(run.id(), LEASE).orElseThrow();

    assertThat(store.hint(plainConversation())).hasSize(1);
    release(claim, claim.now().plusSeconds(60));

    assertThat(store.claim(run.id(), LEASE)).isPresent();
  }

  @Test
  void aRunThatIsOverIsNotLookedAtForAHint() {
    Run run = started("shop");
    Claim claim = store.claim(run.id(), LEASE).orElseThrow();
    release(claim, null);

    assertThat(store.hint(plainConversation())).isEmpty();
  }

  private Run lookedAtIn(Duration time) {
    Run run = started("shop");
    Claim claim = store.claim(run.id(), LEASE).orElseThrow();
    release(claim, claim.now().plus(time));
    return store.find(run.id()).orElseThrow();
  }

  private void post(RunId id, String text, @Nullable IdempotencyKey key) {
    RunStore.Mailbox box = store.mailbox(id, text, key).orElseThrow();
    Message message = message(box.messages() + 1, text);
    assertThat(store.accept(change(box.run(), new Evidence.MessageAccepted(message)), message, key))
        .isInstanceOf(RunStore.Applied.Done.class);
  }

  private static Message message(int seq, String text) {
    return new Message(seq, text, null, 0, 0, Message.State.WANTED, null);
  }

  private static Evidence taken() {
    return new Evidence.MessageTaken("cursor-2");
  }

  private static String plainConversation() {
    return Runs.CONVERSATION.id().replace("-", "");
  }

  private List<RunId> ids(List<String> projects, List<RunStatus> statuses) {
    return store.list(new RunFilter(projects, statuses), null, 10).stream()
        .map(RunSummary::id)
        .toList();
  }

  private static Evidence seen(long number, PullRequest.State state) {
    return new PullRequestSeen(
        Runs.pullRequest(number, state, T0.plusSeconds(40)), LinkRule.BRANCH);
  }
}
