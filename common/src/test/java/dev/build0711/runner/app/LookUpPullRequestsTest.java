package dev.build0711.runner.app;

import static dev.build0711.runner.testing.Runs.ID;
import static dev.build0711.runner.testing.Runs.T0;
import static dev.build0711.runner.testing.Runs.WIDGETS;
import static dev.build0711.runner.testing.Runs.after;
import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.app.LookUps.Looked;
import dev.build0711.runner.port.AgentBackend.Collection;
import dev.build0711.runner.port.GitEvent.Shown;
import dev.build0711.runner.port.PullRequestLookUp;
import dev.build0711.runner.port.RunStore.Numbered;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.run.AgentLook;
import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.Evidence.AgentSeen;
import dev.build0711.runner.run.Evidence.Clocks;
import dev.build0711.runner.run.Evidence.PullRequestSeen;
import dev.build0711.runner.run.Evidence.ResultsCollected;
import dev.build0711.runner.run.GitProvider;
import dev.build0711.runner.run.LinkRule;
import dev.build0711.runner.run.Marker;
import dev.build0711.runner.run.PullRequest;
import dev.build0711.runner.run.PullRequest.State;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunEvent;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.RunStatus;
import dev.build0711.runner.run.StatusReason;
import dev.build0711.runner.testing.InMemoryRunStore;
import dev.build0711.runner.testing.MemoryArtifacts;
import dev.build0711.runner.testing.MemoryDeliveries;
import dev.build0711.runner.testing.RecordedWakeUps;
import dev.build0711.runner.testing.Runs;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What is asked of a git host beside the looks, and what follows from its answers.
class LookUpPullRequestsTest {

  private static final String BRANCH = "openhands/" + ID;
  private static final String CONVERSATION = "openhands/" + Runs.CONVERSATION.id();

  private Instant now = T0.plusSeconds(10);
  private final InMemoryRunStore store = new InMemoryRunStore(() -> now);
  private final ScriptedBackend backend = new ScriptedBackend();
  private final ScriptedHost host = new ScriptedHost();
  private final List<Wake> wakes = new ArrayList<>();
  private final RecordedWakeUps wakeUps = new RecordedWakeUps(wakes);
  private final Marker marker = new Marker(() -> "a key of the tests");
  private Runnable whileDeciding = () -> {};
  private int decisions;
  private final LookUpPullRequests lookUps =
      new LookUpPullRequests(
          List.of(host),
          store,
          new MemoryDeliveries(store, () -> now),
          wakeUps,
          marker,
          List.of(URI.create("https://openhands.example.com")),
          this::decidedAt);
  private final PollRun pollRun =
      new PollRun(
          store,
          store,
          new MemoryArtifacts(),
          store,
          backend,
          wakeUps,
          new Prompts(marker),
          Clocks.DEFAULT,
          lookUps,
          () -> now,
          () -> 0L);

  private Instant decidedAt() {
    whileDeciding.run();
    return now;
  }

  /// A git host that shows what the test has laid ready, and remembers what it was asked.
  private static final class ScriptedHost implements PullRequestLookUp {

    private final List<Question> asked = new ArrayList<>();
    private List<PullRequest> shown = List.of();
    private Runnable meanwhile = () -> {};
    private boolean answers = true;

    @Override
    public boolean covers(Repository repository) {
      return repository.host().equals("github.com");
    }

    @Override
    public List<Shown> find(Question question, Duration limit) {
      assertThat(limit).isBetween(Duration.ofNanos(1), LookUpPullRequests.TURN);
      asked.add(question);
      meanwhile.run();
      return answers ? shown.stream().map(pull -> new Shown(pull, "")).toList() : List.of();
    }
  }

  @Test
  void anAgentThatIsDoneWithoutAPullRequestHasItLookedUpAtOnce() {
    stored(Runs.working(CompleteOn.PULL_REQUEST));
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Finished());
    host.shown = List.of(opened(7));

    look();

    assertThat(host.asked)
        .containsExactly(
            new PullRequestLookUp.Question(WIDGETS, List.of(BRANCH, CONVERSATION), List.of()));
    assertThat(run().status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(run().pullRequests())
        .singleElement()
        .satisfies(link -> assertThat(link.rule()).isEqualTo(LinkRule.BRANCH));
    assertThat(events()).contains(RunEvent.Type.PULL_REQUEST_LINKED);
    assertThat(wakes.getLast().at()).as("what the agent left is to be fetched").isEqualTo(now);
  }

  @Test
  void whileOneIsAwaitedTheHostIsAskedEveryMinute() {
    stored(finished(CompleteOn.PULL_REQUEST));
    Instant done = run().agent().since();

    lookUntil(done.plus(Duration.ofMinutes(9)));

    assertThat(run().status()).isEqualTo(RunStatus.RUNNING);
    assertThat(host.asked).hasSizeBetween(9, 10);
    assertThat(run().version()).as("asking is no change to a run").isEqualTo(1);
  }

  @Test
  void noRunFailsForWantOfAPullRequestWithoutBeingLookedUpOnceMore() {
    stored(finished(CompleteOn.PULL_REQUEST));
    now = run().agent().since().plus(Duration.ofHours(1));
    host.shown = List.of(opened(7));

    look();

    assertThat(host.asked).hasSize(1);
    assertThat(run().status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(events()).doesNotContain(RunEvent.Type.RUN_CORRECTED);
  }

  @Test
  void aHostThatDoesNotAnswerDoesNotKeepARunForEver() {
    stored(finished(CompleteOn.PULL_REQUEST));
    host.answers = false;

    lookUntil(run().agent().since().plus(Duration.ofMinutes(11)));

    assertThat(host.asked).hasSizeGreaterThan(9);
    assertThat(run().status()).isEqualTo(RunStatus.FAILED);
    assertThat(reason()).isEqualTo(Reason.NO_PULL_REQUEST);
  }

  @ParameterizedTest
  @EnumSource(
      value = State.class,
      names = {"MERGED", "CLOSED"})
  void whatBecameOfAPullRequestIsSeenWithinFiveMinutes(State state) {
    Run linked =
        after(
            finished(CompleteOn.MERGE),
            new PullRequestSeen(elsewhere(9, State.OPEN), LinkRule.MARKER),
            T0.plusSeconds(9));
    stored(linked);
    look();
    assertThat(host.asked.getLast().numbers()).containsExactly(9L);
    host.shown = List.of(elsewhere(9, state));

    lookUntil(now.plus(Duration.ofMinutes(6)));

    assertThat(host.asked).hasSize(2);
    assertThat(run().status())
        .isEqualTo(state == State.MERGED ? RunStatus.COMPLETED : RunStatus.FAILED);
  }

  @Test
  void whileItsAgentWorksARunIsLookedUpEveryTenMinutes() {
    stored(Runs.working(CompleteOn.EITHER));
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Working());

    lookUntil(T0.plus(Duration.ofMinutes(29)));
    assertThat(host.asked).hasSize(2);
    host.shown = List.of(opened(7));
    lookUntil(T0.plus(Duration.ofMinutes(32)));

    assertThat(run().status()).isEqualTo(RunStatus.COMPLETED);
  }

  @Test
  void anAgentThatAsksMayHaveOpenedItsPullRequest() {
    stored(
        after(
            Runs.working(CompleteOn.EITHER),
            Runs.seen(new AgentStatus.Waiting(Reason.ANSWERED_IN_TEXT)),
            T0.plusSeconds(5)));
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Waiting(Reason.ANSWERED_IN_TEXT));
    backend.collection =
        new Collection.Harvest(new ResultsCollected(null, null, List.of()), List.of());
    host.shown = List.of(opened(7));

    lookUntil(T0.plus(Duration.ofMinutes(12)));

    assertThat(run().status()).isEqualTo(RunStatus.COMPLETED);
  }

  @Test
  void aPullRequestThatTheAgentNamesIsLookedUpAtOnceByItsNumber() {
    stored(Runs.working(CompleteOn.EITHER));
    backend.look = naming("https://github.com/Acme/widgets/pull/9");
    host.shown = List.of(elsewhere(9, State.OPEN));

    look();

    assertThat(host.asked.getLast().numbers()).containsExactly(9L);
    assertThat(run().status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(run().pullRequests().getFirst().rule()).isEqualTo(LinkRule.BACKEND);
  }

  @Test
  void oneThatWasThereBeforeTheRunIsNotItsOwn() {
    stored(Runs.working(CompleteOn.EITHER));
    backend.look = naming("https://github.com/acme/widgets/pull/9");
    PullRequest old = elsewhere(9, State.OPEN);
    host.shown =
        List.of(
            new PullRequest(
                old.repository(),
                9,
                old.url(),
                State.OPEN,
                false,
                old.headBranch(),
                old.headSha(),
                old.headRepositoryId(),
                null,
                T0.minusSeconds(60),
                T0.plusSeconds(5)));

    look();

    assertThat(host.asked).hasSize(1);
    assertThat(run().pullRequests()).isEmpty();
    assertThat(run().status()).isEqualTo(RunStatus.RUNNING);
  }

  @Test
  void whatIsNamedElsewhereIsNotAskedFor() {
    stored(Runs.working(CompleteOn.EITHER));
    backend.look =
        naming(
            "https://github.com/acme/gadgets/pull/9",
            "https://git.acme.test/acme/widgets/pull/9",
            "https://github.com/acme/widgets/pull/9/files");

    look();

    assertThat(host.asked.getLast().numbers()).isEmpty();
  }

  @Test
  void severalThatWereNamedAreAskedForByTurns() {
    Run working = Runs.working(CompleteOn.PULL_REQUEST);
    Run named = after(working, naming(url(3), url(4), url(5)), T0.plusSeconds(4));
    stored(done(named));

    lookUntil(run().agent().since().plus(Duration.ofMinutes(4)));

    assertThat(host.asked)
        .extracting(question -> question.numbers().getFirst())
        .contains(3L, 4L, 5L);
  }

  @Test
  void aPullRequestOfAnotherRunStaysThere() {
    Run other = Runs.other(Runs.working(CompleteOn.AGENT), 2);
    PullRequest pull = elsewhere(9, State.OPEN);
    store.put(
        after(other, new PullRequestSeen(pull, LinkRule.MARKER), T0.plusSeconds(5)), List.of());
    stored(Runs.working(CompleteOn.EITHER));
    backend.look = naming(pull.url());
    host.shown = List.of(pull);

    look();

    assertThat(run().pullRequests()).isEmpty();
    assertThat(run().status()).isEqualTo(RunStatus.RUNNING);
  }

  @Test
  void whatIsKnownAlreadyIsNoChange() {
    Run linked =
        after(
            finished(CompleteOn.MERGE),
            new PullRequestSeen(opened(7), LinkRule.BRANCH),
            T0.plusSeconds(9));
    stored(linked);
    host.shown = List.of(opened(7));

    look();

    assertThat(host.asked).hasSize(1);
    assertThat(run().version()).isEqualTo(linked.version());
    assertThat(events()).isEmpty();
  }

  @Test
  void runsThatAreNobodysToLookUpAreLeftAlone() {
    Run elsewhere = at(new Repository(GitProvider.GITLAB, "gitlab.com", "acme/widgets", null));
    for (Run run :
        List.of(
            Runs.working(CompleteOn.AGENT),
            elsewhere,
            after(
                Runs.working(CompleteOn.EITHER),
                Runs.seen(new AgentStatus.Finished()),
                T0.plusSeconds(5)))) {
      now = T0.plus(Duration.ofMinutes(11));
      stored(run);
      backend.look = (AgentSeen) Runs.seen(new AgentStatus.Working());
      backend.collection =
          new Collection.Harvest(new ResultsCollected(null, null, List.of()), List.of());

      look();
    }
    assertThat(host.asked).isEmpty();
  }

  @Test
  void ofTwoWhoLookAtOnceOneAsks() {
    stored(finished(CompleteOn.PULL_REQUEST));
    var same = new Looked(run(), run(), now);

    lookUps.after(List.of(same));
    lookUps.after(List.of(same));

    assertThat(host.asked).hasSize(1);
  }

  @Test
  void aStoreThatGoesAwayDuringALookUpCostsTheLookNothing() {
    stored(finished(CompleteOn.PULL_REQUEST));
    host.shown = List.of(opened(7));
    host.meanwhile = () -> store.down(true);

    look();

    store.down(false);
    host.meanwhile = () -> {};
    assertThat(run().status()).isEqualTo(RunStatus.RUNNING);
    lookUntil(now.plus(Duration.ofMinutes(2)));
    assertThat(run().status()).isEqualTo(RunStatus.COMPLETED);
  }

  @Test
  void aMistakeOfOursDuringALookUpCostsTheLookNothing() {
    stored(finished(CompleteOn.PULL_REQUEST));
    host.meanwhile =
        () -> {
          throw new IllegalStateException("planted");
        };

    look();

    assertThat(wakes).extracting(Wake::id).containsExactly(ID);
  }

  @Test
  void aRunThatSomebodyElseChangesMeanwhileIsDecidedAgain() {
    stored(finished(CompleteOn.PULL_REQUEST));
    host.shown = List.of(opened(7));
    host.meanwhile = () -> store.change(ID, run -> run);

    look();

    assertThat(run().status()).isEqualTo(RunStatus.COMPLETED);
  }

  @Test
  void aRunThatNeverHoldsStillIsToldByTheNextLookUp() {
    stored(finished(CompleteOn.PULL_REQUEST));
    host.shown = List.of(opened(7));
    host.meanwhile =
        () ->
            whileDeciding =
                () -> {
                  decisions++;
                  store.change(ID, run -> run);
                };

    lookUps.after(List.of(new Looked(run(), run(), now)));

    assertThat(run().pullRequests()).isEmpty();
    assertThat(decisions).isEqualTo(Verdicts.MAX_TRIES);
    assertThat(wakes).isEmpty();
    host.meanwhile = () -> {};
    whileDeciding = () -> {};
    lookUntil(now.plus(Duration.ofMinutes(2)));
    assertThat(run().status()).isEqualTo(RunStatus.COMPLETED);
  }

  @Test
  void aRunThatEndsWhileItsAgentWorksIsLookedAtAtOnce() {
    now = T0.plus(Duration.ofMinutes(11));
    stored(Runs.working(CompleteOn.PULL_REQUEST));
    host.shown = List.of(opened(7));

    lookUps.after(List.of(new Looked(run(), run(), now)));

    assertThat(run().status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(wakes).extracting(Wake::id).containsExactly(ID);
  }

  @Test
  void whatIsNewsOfAPullRequestButNoneOfItsAgentWakesNobody() {
    Run done = finished(CompleteOn.PULL_REQUEST);
    Run linked = after(done, new PullRequestSeen(opened(7), LinkRule.BRANCH), T0.plusSeconds(50));
    now = T0.plusSeconds(100);
    stored(linked);
    Run asked = finished(CompleteOn.PULL_REQUEST);
    host.shown = List.of(Runs.pullRequest(7, State.CLOSED, T0.plusSeconds(90)));

    lookUps.after(List.of(new Looked(asked, asked, now)));

    assertThat(run().pullRequests().getFirst().pullRequest().state()).isEqualTo(State.CLOSED);
    assertThat(wakes).isEmpty();
  }

  @Test
  void whatIsLinkedIsAskedForOnceAndBeforeWhatIsOnlyNamed() {
    Run run = Runs.working(CompleteOn.MERGE);
    run =
        after(
            run, new PullRequestSeen(elsewhere(9, State.OPEN), LinkRule.MARKER), T0.plusSeconds(4));
    run = after(run, naming(url(9), url(10), url(11)), T0.plusSeconds(4));
    stored(done(run));

    look();

    assertThat(host.asked.getLast().numbers()).containsExactly(9L, 11L, 10L);
  }

  @Test
  void whatHasJustBeenNamedIsAskedForFirst() {
    now = T0.plus(Duration.ofMinutes(55)); // otherwise it would be another's turn
    Run named =
        after(Runs.working(CompleteOn.EITHER), naming(url(3), url(4), url(5)), T0.plusSeconds(4));
    stored(named);
    backend.look = naming(url(6));

    look();

    assertThat(host.asked.getLast().numbers()).containsExactly(6L, 5L, 4L, 3L);
  }

  @Test
  void theTurnsBeginWithTheNewestAndGoBack() {
    Run named =
        after(
            Runs.working(CompleteOn.PULL_REQUEST),
            naming(url(3), url(4), url(5)),
            T0.plusSeconds(4));
    stored(done(named));

    lookUntil(run().agent().since().plus(Duration.ofMinutes(3)).plusSeconds(30));

    assertThat(host.asked)
        .extracting(question -> question.numbers().getFirst())
        .startsWith(5L, 4L, 3L);
  }

  @Test
  void theNextLookComesNoLaterThanTheNextLookUpOfARunAtRest() {
    Run waiting = finished(CompleteOn.MERGE);
    Instant lookUp = now.plus(Duration.ofMinutes(5));
    Instant sooner = now.plusSeconds(30);

    assertThat(lookUps.noLater(now.plus(Duration.ofHours(6)), waiting, now)).isEqualTo(lookUp);
    assertThat(lookUps.noLater(sooner, waiting, now)).isEqualTo(sooner);
    assertThat(lookUps.noLater(null, waiting, now)).isNull();
    Run gitlab =
        Runs.in(waiting, new Repository(GitProvider.GITLAB, "gitlab.com", "acme/widgets", null));
    Instant late = now.plus(Duration.ofHours(6));
    assertThat(lookUps.noLater(late, gitlab, now)).as("nobody can be asked").isEqualTo(late);
    assertThat(lookUps.noLater(late, Runs.working(CompleteOn.EITHER), now))
        .as("its backend may have asked to be left alone")
        .isEqualTo(late);
  }

  @Test
  void aSlowHostIsAskedNoLongerThanATurnAndForTheRestTheNextTime() {
    List<RunId> all = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      Run run = Runs.other(Runs.working(CompleteOn.EITHER), i);
      store.put(run, List.of());
      all.add(run.id());
    }
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Working());
    now = T0.plus(Duration.ofMinutes(11));
    host.meanwhile = () -> now = now.plusSeconds(8);

    pollRun.apply(all.getFirst());

    assertThat(host.asked).hasSize(3);
    now = now.plus(Duration.ofMinutes(2));
    host.meanwhile = () -> {};
    pollRun.apply(all.getFirst());
    assertThat(host.asked).hasSize(5);
    assertThat(host.asked.stream().map(question -> question.branches().getFirst()))
        .doesNotHaveDuplicates();
  }

  /// Looks whenever a look is due, until then.
  private void lookUntil(Instant end) {
    for (int looks = 0; looks < 1_000; looks++) {
      Instant due = run().schedule().nextPollAt();
      if (due == null || due.isAfter(end)) {
        now = end;
        return;
      }
      now = due.isAfter(now) ? due : now.plusSeconds(1);
      pollRun.apply(ID);
    }
    throw new AssertionError("too many looks");
  }

  private void look() {
    assertThat(pollRun.apply(ID)).isTrue();
  }

  private void stored(Run run) {
    store.put(run, List.of());
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

  private List<RunEvent.Type> events() {
    return store.events(ID, 100).stream().map(Numbered::event).map(RunEvent::type).toList();
  }

  /// A run whose agent is done and has left all it had.
  private static Run finished(CompleteOn completeOn) {
    return done(Runs.working(completeOn));
  }

  private static Run done(Run working) {
    Run finished = after(working, Runs.seen(new AgentStatus.Finished()), T0.plusSeconds(5));
    return after(finished, new ResultsCollected(null, null, List.of()), T0.plusSeconds(6));
  }

  private static AgentSeen naming(String... urls) {
    AgentLook look = Runs.look(new AgentStatus.Working(), null);
    return new AgentSeen(
        new AgentLook(
            look.status(),
            look.news(),
            look.tasks(),
            look.iterations(),
            look.maxIterations(),
            look.usage(),
            look.lastWords(),
            List.of(urls),
            look.userMessages(),
            look.version(),
            look.cursor()));
  }

  private static String url(long number) {
    return "https://github.com/acme/widgets/pull/" + number;
  }

  private static PullRequest opened(long number) {
    return Runs.pullRequest(number, State.OPEN, T0.plusSeconds(40));
  }

  /// A pull request whose branch says nothing.
  private static PullRequest elsewhere(long number, State state) {
    return new PullRequest(
        WIDGETS,
        number,
        url(number),
        state,
        false,
        "fix/cart",
        "40e53e1c6c06a70e14c4c6856952855bd88b6dc6",
        WIDGETS.id(),
        null,
        T0.plusSeconds(3),
        T0.plusSeconds(state == State.OPEN ? 3 : 60));
  }

  private static Run at(Repository repository) {
    return Runs.in(Runs.working(CompleteOn.EITHER), repository);
  }
}
