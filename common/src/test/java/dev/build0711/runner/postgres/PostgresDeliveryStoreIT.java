package dev.build0711.runner.postgres;

import static dev.build0711.runner.testing.Runs.T0;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.build0711.runner.port.DeliveryStore;
import dev.build0711.runner.port.DeliveryStore.Delivery;
import dev.build0711.runner.port.DeliveryStore.Outcome;
import dev.build0711.runner.port.DeliveryStore.Recorded;
import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.RunStore.Change;
import dev.build0711.runner.port.RunStore.Claim;
import dev.build0711.runner.port.RunStore.Creation.Created;
import dev.build0711.runner.port.RunStore.Release;
import dev.build0711.runner.run.Clues;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Evidence;
import dev.build0711.runner.run.Evidence.ConversationStarted;
import dev.build0711.runner.run.Evidence.PullRequestSeen;
import dev.build0711.runner.run.GitProvider;
import dev.build0711.runner.run.LinkRule;
import dev.build0711.runner.run.PullRequest;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunEvent;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.RunLifecycle;
import dev.build0711.runner.run.RunStatus;
import dev.build0711.runner.run.Transition;
import dev.build0711.runner.testing.DeliveryStoreContract;
import dev.build0711.runner.testing.PostgresExtension;
import dev.build0711.runner.testing.Runs;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresDeliveryStoreIT extends DeliveryStoreContract {

  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final Duration LEASE = Duration.ofMinutes(2);
  private static final Repository UNKNOWN_ID =
      new Repository(GitProvider.GITHUB, "github.com", "Acme/Widgets", null);
  private static final String URL = "https://github.com/acme/widgets/pull/7";
  private static final String SHA = "ada6dec36d2fa2530444998f1ae421fcb8cacffc";

  private final Random random = new Random(11);
  private final RunStore runs = new PostgresRunStore(POSTGRES.source());
  private final DeliveryStore deliveries = new PostgresDeliveryStore(POSTGRES.source());

  @Override
  protected DeliveryStore ledger() {
    return deliveries;
  }

  @Override
  protected Instant now() {
    return OffsetDateTime.parse(POSTGRES.value("select to_json(now())").replace("\"", ""))
        .toInstant();
  }

  @Override
  protected Run accept(Run run) {
    return ((Created) runs.create(run, null)).run();
  }

  @Override
  protected Run stored(RunId id) {
    return runs.find(id).orElseThrow();
  }

  @Override
  protected void touch(RunId id) {
    POSTGRES.execute(
        "update run set updated_at = now(), version = version + 1 where id = '%s'"
            .formatted(id.value()));
  }

  /// The database has a clock of its own: what it compares with that is moved back instead.
  @Override
  protected void later(Duration time) {
    POSTGRES.execute(
        """
        update webhook_delivery set
          received_at = received_at - interval '%1$d milliseconds',
          tried_at = tried_at - interval '%1$d milliseconds';
        update run set updated_at = updated_at - interval '%1$d milliseconds'
        """
            .formatted(time.toMillis()));
  }

  @Test
  void aDeliveryIsFoundAsItWasStored() {
    Run run = create(Runs.WIDGETS);
    Delivery delivery = delivery("d-1", run.id());

    assertThat(deliveries.record(delivery, null, false)).isEqualTo(new Recorded.Stored(null));

    assertThat(deliveries.find("github", "d-1")).contains(delivery);
    assertThat(deliveries.find("gitlab", "d-1")).isEmpty();
    assertThat(deliveries.find("github", "d-2")).isEmpty();
  }

  @Test
  void aDeliveryIsStoredTogetherWithWhatItDoesToARun() {
    Run run = create(Runs.WIDGETS);
    Change change = change(run, opened(7));

    Recorded recorded = deliveries.record(delivery("d-1", run.id()), change, true);

    Run after = found(run);
    assertThat(after.status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(after.pullRequests()).isEqualTo(change.after().pullRequests());
    assertThat(after.version()).isEqualTo(2);
    assertThat(runs.events(run.id(), 10)).hasSize(1 + change.events().size());
    RunStore.Wake wake = ((Recorded.Stored) recorded).wake();
    assertThat(wake).isEqualTo(new RunStore.Wake(run.id(), 2, run.createdAt()));
  }

  @Test
  void aRepetitionChangesNothingAndTellsTheFirstEffect() {
    Run run = create(Runs.WIDGETS);
    Delivery first = delivery("d-1", run.id());
    deliveries.record(first, change(run, opened(7)), false);

    Recorded again = deliveries.record(delivery("d-1", null), change(found(run), opened(8)), true);

    assertThat(again).isEqualTo(new Recorded.Repeated(first));
    assertThat(found(run).pullRequests()).hasSize(1);
    assertThat(found(run).version()).isEqualTo(2);
  }

  @Test
  void aChangeThatWasDecidedFromAnOlderRunStoresNotEvenTheDelivery() {
    Run run = create(Runs.WIDGETS);
    deliveries.record(delivery("d-1", run.id()), change(run, opened(7)), false);

    Recorded late = deliveries.record(delivery("d-2", run.id()), change(run, opened(8)), true);

    assertThat(late).isEqualTo(new Recorded.Stale());
    assertThat(deliveries.find("github", "d-2")).isEmpty();
    assertThat(found(run).pullRequests()).hasSize(1);
  }

  @Test
  void aDeliveryAsksForALookNowAndOneInProgressKeepsThat() {
    Run run = create(Runs.WIDGETS);
    Claim claim = runs.claim(run.id(), LEASE).orElseThrow();
    Instant later = claim.now().plusSeconds(60);

    Recorded recorded = deliveries.record(delivery("d-1", run.id()), null, true);

    assertThat(((Recorded.Stored) recorded).wake())
        .isEqualTo(new RunStore.Wake(run.id(), 2, run.createdAt()));
    assertThat(runs.release(List.of(new Release(claim, later))).getFirst())
        .isEqualTo(new RunStore.Saved.Stored(run.createdAt(), 3));
  }

  @Test
  void aRunThatRestsIsLookedAtAtTheTimeOfTheDelivery() {
    Run run = create(Runs.WIDGETS);
    Claim claim = runs.claim(run.id(), LEASE).orElseThrow();
    runs.release(List.of(new Release(claim, null)));

    deliveries.record(delivery("d-1", run.id()), null, true);

    assertThat(runs.claim(run.id(), LEASE)).isPresent();
  }

  @Test
  void aChangeWithoutALookLeavesTheScheduleAlone() {
    Run run = create(Runs.WIDGETS);
    Claim claim = runs.claim(run.id(), LEASE).orElseThrow();
    runs.release(List.of(new Release(claim, null)));

    Recorded recorded =
        deliveries.record(delivery("d-1", run.id()), change(found(run), opened(7)), false);

    assertThat(recorded).isEqualTo(new Recorded.Stored(null));
    assertThat(found(run).schedule().nextPollAt()).isNull();
    assertThat(found(run).schedule().wakeNo()).isEqualTo(1);
  }

  @Test
  void aLookInProgressLearnsThatADeliveryCameBetween() {
    Run run = create(Runs.WIDGETS);
    Claim claim = runs.claim(run.id(), LEASE).orElseThrow();
    deliveries.record(delivery("d-1", run.id()), change(claim.run(), opened(7)), true);

    assertThat(runs.save(claim, change(claim.run(), Runs.started()), null))
        .isEqualTo(new RunStore.Saved.Stale(found(run)));
  }

  @Test
  void anAttachedPullRequestIsFoundByTheIdOfItsRepository() {
    Run run = attached(7);
    Repository renamed =
        new Repository(GitProvider.GITHUB, "github.com", "acme/gadgets", 900_000_001L);
    Repository other = new Repository(GitProvider.GITHUB, "github.com", "acme/widgets", 77L);

    assertThat(candidates(pulls(renamed, 7L))).containsExactly(run.id());
    assertThat(candidates(pulls(renamed, 8L))).isEmpty();
    assertThat(candidates(pulls(other, 7L))).isEmpty();
  }

  @Test
  void anAttachedPullRequestIsFoundByTheNameOfItsRepositoryWhereTheIdIsUnknown() {
    Run run = attached(7);

    assertThat(candidates(pulls(UNKNOWN_ID, 7L))).containsExactly(run.id());
    POSTGRES.execute("update pull_request set repository_id = null");
    assertThat(candidates(pulls(Runs.WIDGETS, 7L))).containsExactly(run.id());
  }

  @Test
  void aMarkerPointsAtItsRun() {
    Run run = create(Runs.WIDGETS);

    assertThat(candidates(clues(run.id(), null, List.of(), null))).containsExactly(run.id());
  }

  @Test
  void aReservedBranchPointsAtItsRunOrTheRunOfItsConversation() {
    Run run = started("b8d7ffd0-4b7e-7c79-8c55-18f83057f265");

    assertThat(candidates(clues(null, "openhands/" + run.id(), List.of(), null)))
        .containsExactly(run.id());
    assertThat(
            candidates(clues(null, "openhands/B8D7FFD04b7e7c798c5518f83057f265", List.of(), null)))
        .containsExactly(run.id());
    assertThat(
            candidates(
                clues(null, "openhands/b8d7ffd0-4b7e-7c79-8c55-18f83057f265", List.of(), null)))
        .containsExactly(run.id());
    assertThat(candidates(clues(null, "feature/" + run.id(), List.of(), null))).isEmpty();
  }

  @Test
  void aLinkToAConversationPointsAtItsRun() {
    Run run = started("b8d7ffd0-4b7e-7c79-8c55-18f83057f265");

    assertThat(candidates(clues(null, null, List.of("b8d7ffd04b7e7c798c5518f83057f265"), null)))
        .containsExactly(run.id());
  }

  @Test
  void aUrlThatTheAgentNamedPointsAtItsRun() {
    Run run = create(Runs.WIDGETS);
    create(Runs.WIDGETS);
    POSTGRES.execute(
        "update run set mentioned_urls = array['%s', 'x'] where id = '%s'"
            .formatted(URL, run.id().value()));

    assertThat(candidates(clues(null, null, List.of(), URL))).containsExactly(run.id());
  }

  @Test
  void aCommitPointsAtTheRunOfItsPullRequest() {
    Run run = attached(7);
    Clues ci = new Clues(Runs.WIDGETS, List.of(), List.of(SHA), null, null, List.of(), null);

    assertThat(candidates(ci)).containsExactly(run.id());
  }

  @Test
  void aCommitPointsAtTheRunWhoseAgentLeftIt() {
    Run run = create(Runs.WIDGETS);
    create(Runs.WIDGETS);
    POSTGRES.execute(
        "update run set result = result || jsonb_build_object('commit', '%s') where id = '%s'"
            .formatted(SHA, run.id().value()));
    Clues head = new Clues(Runs.WIDGETS, List.of(), List.of(SHA), null, null, List.of(), null);

    assertThat(candidates(head)).containsExactly(run.id());
  }

  @Test
  void aRunThatSeveralCluesPointAtIsOneCandidateAndStrongerCluesComeFirst() {
    Run weak = started("b8d7ffd04b7e7c798c5518f83057f265");
    Run strong = attached(7);
    Clues clues =
        new Clues(
            Runs.WIDGETS,
            List.of(7L),
            List.of(SHA),
            strong.id(),
            null,
            List.of("b8d7ffd04b7e7c798c5518f83057f265"),
            null);

    assertThat(candidates(clues)).containsExactly(strong.id(), weak.id());
  }

  @Test
  void noClueNoCandidate() {
    started("b8d7ffd04b7e7c798c5518f83057f265");

    assertThat(candidates(clues(null, null, List.of(), null))).isEmpty();
  }

  @Test
  void thereAreNeverMoreThanFiftyCandidates() {
    for (int i = 0; i < 60; i++) {
      create(Runs.WIDGETS);
    }
    POSTGRES.execute("update run set mentioned_urls = array['" + URL + "']");

    assertThat(candidates(clues(null, null, List.of(), URL))).hasSize(50);
  }

  @Test
  void aRenamedRepositoryIsRenamedForAllItsRuns() {
    Run byId = attached(7);
    Run byName = create(UNKNOWN_ID);
    Run sameNameOtherId =
        create(new Repository(GitProvider.GITHUB, "github.com", "acme/widgets", 77L));
    Run otherHost =
        create(new Repository(GitProvider.GITHUB, "git.acme.test", "acme/widgets", null));
    Repository renamed =
        new Repository(GitProvider.GITHUB, "github.com", "acme/gadgets", 900_000_001L);

    deliveries.rename(delivery("d-1", null), renamed, "acme/widgets");

    for (Run run : List.of(byId, byName)) {
      assertThat(found(run).repository()).isEqualTo(renamed);
      assertThat(found(run).version()).isEqualTo(run.version() + 1);
      assertThat(found(run).spec()).isEqualTo(run.spec());
    }
    assertThat(found(byId).pullRequests().getFirst().pullRequest().repository()).isEqualTo(renamed);
    assertThat(found(sameNameOtherId)).isEqualTo(sameNameOtherId);
    assertThat(found(otherHost)).isEqualTo(otherHost);
    assertThat(deliveries.rename(delivery("d-1", null), Runs.WIDGETS, "acme/gadgets"))
        .isInstanceOf(Recorded.Repeated.class);
    assertThat(found(byId).repository()).isEqualTo(renamed);
  }

  @Test
  void aRefusalOfTheDatabaseNamesNoData() {
    Delivery wrong =
        new Delivery(
            "github",
            "d-1",
            "push",
            "not-a-sum-but-secret",
            null,
            Outcome.IGNORED,
            "none",
            null,
            null,
            Map.of(),
            T0);

    assertThatThrownBy(() -> deliveries.record(wrong, null, false))
        .isInstanceOf(DatabaseFault.class)
        .hasMessageContaining("webhook_delivery_body_sha256_shape")
        .hasMessageNotContaining("secret")
        .hasNoCause();
  }

  private List<RunId> candidates(Clues clues) {
    return deliveries.candidates(clues).stream().map(Run::id).toList();
  }

  private static Clues pulls(Repository repository, Long number) {
    return new Clues(repository, List.of(number), List.of(), null, null, List.of(), null);
  }

  private static Clues clues(
      @Nullable RunId marker,
      @Nullable String branch,
      List<String> conversations,
      @Nullable String url) {
    return new Clues(Runs.WIDGETS, List.of(), List.of(), marker, branch, conversations, url);
  }

  private static Delivery delivery(String key, @Nullable RunId run) {
    return new Delivery(
        "github",
        key,
        "pull_request",
        "c".repeat(64),
        Runs.WIDGETS,
        Outcome.APPLIED,
        "link",
        run,
        run == null ? null : LinkRule.BRANCH,
        Map.of("number", 7),
        T0);
  }

  private static Evidence opened(long number) {
    return new PullRequestSeen(
        Runs.pullRequest(number, PullRequest.State.OPEN, T0.plusSeconds(40)), LinkRule.BRANCH);
  }

  private Run attached(long number) {
    Run run = create(Runs.WIDGETS);
    deliveries.record(delivery("attach-" + run.id(), run.id()), change(run, opened(number)), false);
    return found(run);
  }

  private Run started(String conversation) {
    Run run = create(Runs.WIDGETS);
    Claim claim = runs.claim(run.id(), LEASE).orElseThrow();
    Evidence started =
        new ConversationStarted(
            new Conversation("main", Dialect.AGENT_SERVER, "1.58.0", conversation), "cursor-0");
    runs.save(claim, change(claim.run(), started), claim.now());
    return found(run);
  }

  private static Change change(Run before, Evidence evidence) {
    return switch (RunLifecycle.next(before, evidence, T0.plusSeconds(100))) {
      case Transition.Moved(Run after, List<RunEvent> events) -> new Change(before, after, events);
      case Transition.Unchanged _ -> throw new AssertionError("unchanged");
      case Transition.Refused(String why) -> throw new AssertionError(why);
    };
  }

  private Run found(Run run) {
    return runs.find(run.id()).orElseThrow();
  }

  private Run create(Repository repository) {
    Run run = Runs.accepted(RunId.create(T0, random), repository);
    return ((Created) runs.create(run, null)).run();
  }
}
