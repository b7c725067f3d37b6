package dev.build0711.runner.testing;

import static dev.build0711.runner.testing.Runs.WIDGETS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.port.DeliveryStore;
import dev.build0711.runner.port.DeliveryStore.Delivery;
import dev.build0711.runner.port.DeliveryStore.Outcome;
import dev.build0711.runner.port.DeliveryStore.Recorded;
import dev.build0711.runner.port.DeliveryStore.Waiting;
import dev.build0711.runner.port.RunStore.Change;
import dev.build0711.runner.run.Evidence.PullRequestSeen;
import dev.build0711.runner.run.GitProvider;
import dev.build0711.runner.run.LinkRule;
import dev.build0711.runner.run.PullRequest;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.RunLifecycle;
import dev.build0711.runner.run.RunStatus;
import dev.build0711.runner.run.Transition.Moved;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every ledger keeps to for deliveries that wait for their run.
public abstract class DeliveryStoreContract {

  private static final Duration A_WHILE = Duration.ofMinutes(5);
  private static final Duration A_WEEK = Duration.ofDays(7);
  private static final int MANY = 100;

  private final Random random = new Random(3);
  private DeliveryStore ledger;

  /// An empty ledger over an empty store of runs.
  protected abstract DeliveryStore ledger();

  /// The ledger's time.
  protected abstract Instant now();

  /// Accepts a run now.
  protected abstract Run accept(Run run);

  /// The run as it is stored.
  protected abstract Run stored(RunId id);

  /// Changes a run now, as somebody else's write does.
  protected abstract void touch(RunId id);

  /// Lets so much time pass for every run and every delivery.
  protected abstract void later(Duration time);

  @BeforeEach
  final void openLedger() {
    ledger = ledger();
  }

  @Test
  void anUnlinkedDeliveryWaitsForAChangeToARunOfItsRepository() {
    Run run = run(WIDGETS);
    later(A_WHILE);
    unlinked("d-1", WIDGETS);
    assertThat(ledger.waiting(MANY)).isEmpty();
    later(A_WHILE);

    touch(run.id());

    assertThat(waitingKeys(MANY)).containsExactly("d-1");
  }

  @Test
  void aRunThatCameAfterTheDeliveryIsAChange() {
    unlinked("d-1", WIDGETS);
    later(A_WHILE);

    run(WIDGETS);

    assertThat(ledger.waiting(MANY)).hasSize(1);
  }

  @Test
  void whatHasFoundItsRunOrNamesNoRepositoryDoesNotWait() {
    record(delivery("d-1", WIDGETS).decided(Outcome.IGNORED, "ignored", null, null));
    record(delivery("d-2", null));
    Run run = run(WIDGETS);
    record(delivery("d-3", WIDGETS).decided(Outcome.APPLIED, "link", run.id(), LinkRule.BRANCH));
    later(A_WHILE);

    touch(run.id());

    assertThat(ledger.waiting(MANY)).isEmpty();
  }

  @Test
  void otherRepositoriesDoNotCountAndTheIdDecidesWhereItIsKnown() {
    unlinked("renamed", at("github.com", "acme/gadgets", WIDGETS.id()));
    unlinked("other id", at("github.com", "acme/widgets", 77L));
    unlinked("other host", at("git.acme.test", "acme/widgets", WIDGETS.id()));
    unlinked("other path", at("github.com", "acme/shop", null));
    later(A_WHILE);

    run(WIDGETS);

    assertThat(waitingKeys(MANY)).containsExactly("renamed");
  }

  @Test
  void whereTheRunDoesNotKnowTheIdThePathDecides() {
    unlinked("same path", at("github.com", "ACME/Widgets", 77L));
    unlinked("other path", at("github.com", "acme/shop", WIDGETS.id()));
    later(A_WHILE);

    run(at("github.com", "acme/widgets", null));

    assertThat(waitingKeys(MANY)).containsExactly("same path");
  }

  @Test
  void thoseThatWereNotTriedForLongestComeFirstAndNoMoreThanAsked() {
    unlinked("third", at("github.com", "acme/shop", 5L));
    later(A_WHILE);
    unlinked("first", WIDGETS);
    later(A_WHILE);
    unlinked("second", WIDGETS);
    later(A_WHILE);
    run(WIDGETS);
    run(at("github.com", "acme/shop", 5L));
    Waiting oldest = ledger.waiting(1).getFirst();
    ledger.settle(oldest, oldest.delivery(), null, false);
    later(A_WHILE);
    run(at("github.com", "acme/shop", 5L));

    assertThat(waitingKeys(2)).containsExactly("first", "second");
    assertThat(waitingKeys(MANY)).containsExactly("first", "second", "third");
  }

  @Test
  void whatStaysUnlinkedWaitsForTheNextChange() {
    Run run = waitedFor("d-1");
    later(A_WHILE);
    Waiting waiting = ledger.waiting(MANY).getFirst();

    assertThat(ledger.settle(waiting, waiting.delivery(), null, false))
        .isEqualTo(new Recorded.Stored(null));

    assertThat(ledger.waiting(MANY)).isEmpty();
    later(A_WHILE);
    touch(run.id());
    assertThat(ledger.waiting(MANY)).hasSize(1);
  }

  @Test
  void aChangeAtAboutTheTimeOfTheTryCounts() {
    Run run = waitedFor("d-1");
    later(A_WHILE);
    touch(run.id());
    Waiting waiting = ledger.waiting(MANY).getFirst();

    ledger.settle(waiting, waiting.delivery(), null, false);

    assertThat(ledger.waiting(MANY)).hasSize(1);
  }

  @Test
  void aFoundRunIsStoredWithTheDeliverysNewOutcome() {
    Run run = waitedFor("d-1");
    Waiting waiting = ledger.waiting(MANY).getFirst();
    Delivery decided = linked(waiting, run);

    Recorded recorded = ledger.settle(waiting, decided, opened(run), true);

    assertThat(recorded)
        .isInstanceOfSatisfying(Recorded.Stored.class, it -> assertThat(it.wake()).isNotNull());
    assertThat(ledger.find("github", "d-1")).contains(decided);
    assertThat(stored(run.id()).status()).isEqualTo(RunStatus.COMPLETED);
    later(A_WHILE);
    touch(run.id());
    assertThat(ledger.waiting(MANY)).isEmpty();
  }

  @Test
  void ofTwoWhoTryAtOnceOneHasTheEffect() {
    Run run = waitedFor("d-1");
    Waiting waiting = ledger.waiting(MANY).getFirst();
    Waiting same = ledger.waiting(MANY).getFirst();
    Delivery decided = linked(waiting, run);
    ledger.settle(waiting, decided, opened(run), false);
    Run after = stored(run.id());

    assertThat(ledger.settle(same, decided, opened(after, 8), true))
        .isEqualTo(new Recorded.Repeated(decided));

    assertThat(stored(run.id())).isEqualTo(after);
  }

  @Test
  void aChangeThatWasDecidedFromAnOlderRunLeavesTheDeliveryWaiting() {
    Run run = waitedFor("d-1");
    Waiting waiting = ledger.waiting(MANY).getFirst();
    touch(run.id());

    assertThat(ledger.settle(waiting, linked(waiting, run), opened(run), true))
        .isEqualTo(new Recorded.Stale());

    assertThat(ledger.find("github", "d-1")).contains(waiting.delivery());
    assertThat(ledger.waiting(MANY)).hasSize(1);
  }

  @Test
  void afterAWeekADeliveryWaitsNoLonger() {
    Run run = waitedFor("d-1");
    later(A_WEEK.minus(A_WHILE.multipliedBy(2)));
    touch(run.id());
    assertThat(ledger.waiting(MANY)).hasSize(1);
    assertThat(ledger.prune(MANY)).isZero();
    later(A_WHILE);
    touch(run.id());

    assertThat(ledger.waiting(MANY)).isEmpty();
    assertThat(ledger.prune(MANY)).isOne();
    assertThat(ledger.prune(MANY)).isZero();
    assertThat(ledger.find("github", "d-1"))
        .hasValueSatisfying(it -> assertThat(it.outcome()).isEqualTo(Outcome.UNLINKED));
  }

  @Test
  void aRepetitionIsKnownForThirtyDays() {
    Delivery first = delivery("d-1", WIDGETS).decided(Outcome.IGNORED, "ignored", null, null);
    record(first);
    later(Duration.ofDays(30).minus(A_WHILE));
    ledger.prune(MANY);
    assertThat(ledger.record(first, null, false)).isInstanceOf(Recorded.Repeated.class);
    later(A_WHILE);

    assertThat(ledger.prune(MANY)).isOne();

    assertThat(ledger.find("github", "d-1")).isEmpty();
    assertThat(ledger.record(first, null, false)).isEqualTo(new Recorded.Stored(null));
  }

  @Test
  void noMoreIsPrunedAtOnceThanAskedAndTheOldestFirst() {
    for (int i = 1; i <= 3; i++) {
      record(delivery("d-" + i, null));
      later(A_WHILE);
    }
    later(Duration.ofDays(30));

    assertThat(ledger.prune(2)).isEqualTo(2);

    assertThat(ledger.find("github", "d-2")).isEmpty();
    assertThat(ledger.find("github", "d-3")).isPresent();
    assertThat(ledger.prune(2)).isOne();
  }

  private Run waitedFor(String key) {
    unlinked(key, WIDGETS);
    later(A_WHILE);
    return run(WIDGETS);
  }

  private List<String> waitingKeys(int limit) {
    return ledger.waiting(limit).stream().map(waiting -> waiting.delivery().key()).toList();
  }

  private void unlinked(String key, Repository repository) {
    record(delivery(key, repository));
  }

  private void record(Delivery delivery) {
    assertThat(ledger.record(delivery, null, false)).isEqualTo(new Recorded.Stored(null));
  }

  private Delivery delivery(String key, @Nullable Repository repository) {
    return new Delivery(
        "github",
        key,
        "pull_request",
        "c".repeat(64),
        repository,
        Outcome.UNLINKED,
        Delivery.UNLINKED,
        null,
        null,
        Map.of("number", 7),
        now());
  }

  private static Delivery linked(Waiting waiting, Run run) {
    return waiting.delivery().decided(Outcome.APPLIED, "link", run.id(), LinkRule.BRANCH);
  }

  private static Change opened(Run run) {
    return opened(run, 7);
  }

  private static Change opened(Run run, long number) {
    PullRequest pull =
        Runs.pullRequest(number, PullRequest.State.OPEN, run.updatedAt().plusSeconds(1));
    Moved moved =
        (Moved)
            RunLifecycle.next(
                run, new PullRequestSeen(pull, LinkRule.BRANCH), run.updatedAt().plusSeconds(2));
    return new Change(run, moved.run(), moved.events());
  }

  private static Repository at(String host, String path, @Nullable Long id) {
    return new Repository(GitProvider.GITHUB, host, path, id);
  }

  private Run run(Repository repository) {
    return accept(Runs.accepted(RunId.create(Runs.T0, random), repository));
  }
}
