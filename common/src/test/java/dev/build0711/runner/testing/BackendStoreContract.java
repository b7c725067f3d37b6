package dev.build0711.runner.testing;

import static dev.build0711.runner.testing.Runs.CONVERSATION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.port.Backends.Terms;
import dev.build0711.runner.port.RunStore.Claim;
import dev.build0711.runner.port.RunStore.Release;
import dev.build0711.runner.port.RunStore.Saved;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the stores keep to of backends, and of the runs on one of them.
abstract class BackendStoreContract extends FailedLooksContract {

  private static final String MAIN = CONVERSATION.backend();
  private static final Duration EVERY = Duration.ofSeconds(25);

  @Test
  void aProbeIsBegunByOneOfAll() {
    assertThat(backends().probe(MAIN, EVERY)).isTrue();
    assertThat(backends().probe(MAIN, EVERY)).isFalse();
    assertThat(backends().probe("other", EVERY)).isTrue();
    later(EVERY);
    assertThat(backends().probe(MAIN, EVERY)).isTrue();
  }

  @Test
  void aServerThatWasDeafForTenSecondsIsNotDown() {
    backends().failed(MAIN, Reason.BACKEND_UNREACHABLE);
    later(Duration.ofSeconds(10));
    backends().failed(MAIN, Reason.BACKEND_UNREACHABLE);

    assertThat(looked(started("shop")).held()).isNull();
  }

  @Test
  void theRunsOfABackendThatIsDownAreHeldWithTheReason() {
    Run run = started("shop");
    Run queued = create("shop", null);
    down(Reason.BACKEND_UNAUTHORIZED);

    assertThat(looked(run).held()).isEqualTo(Reason.BACKEND_UNAUTHORIZED);
    assertThat(looked(queued).held()).isNull();
    later(Duration.ofSeconds(91));
    assertThat(looked(run).held()).as("when nobody probes any more").isNull();
  }

  @Test
  void aRunThatHasAPlaceOnABackendThatIsDownIsHeld() {
    Run run = create("shop", null);
    store.admit(List.of(new Terms(MAIN, 1, 1, false, null)), null);
    down(Reason.BACKEND_UNREACHABLE);

    assertThat(looked(run).held()).isEqualTo(Reason.BACKEND_UNREACHABLE);
  }

  @Test
  void aProbeThatIsAnsweredEndsAllDoubt() {
    Run run = started("shop");
    assertThat(backends().answered(MAIN)).isFalse();
    down(Reason.BACKEND_UNREACHABLE);

    assertThat(backends().answered(MAIN)).isTrue();
    assertThat(looked(run).held()).isNull();
    assertThat(backends().answered(MAIN)).as("until its runs were told").isTrue();
    backends().recovered(MAIN);
    assertThat(backends().answered(MAIN)).isFalse();
    backends().failed(MAIN, Reason.BACKEND_UNREACHABLE);
    assertThat(looked(run).held()).as("the first failure of a new row").isNull();
  }

  @Test
  void aBackendWhoseProbeFailedTakesNoRunsUntilOneIsAnswered() {
    create("shop", null);
    var main = List.of(new Terms(MAIN, 1, 1, false, null));
    backends().failed(MAIN, Reason.BACKEND_UNREACHABLE);

    assertThat(store.admit(main, null).wakes()).isEmpty();
    backends().answered(MAIN);
    assertThat(store.admit(main, null).wakes()).hasSize(1);
  }

  @Test
  void aBackendWhoseProbeFailedTakesRunsAgainWhenNobodyProbesAnyMore() {
    create("shop", null);
    backends().failed(MAIN, Reason.BACKEND_UNREACHABLE);

    later(Duration.ofSeconds(46));
    assertThat(store.admit(List.of(new Terms(MAIN, 1, 1, false, null)), null).wakes()).hasSize(1);
  }

  @Test
  void agentsThatAreOnlyLookedAtAreClaimedTogether() {
    Run late = started("shop");
    Run due = started("mill");
    Run soon = started("mill");
    Run later = started("mill");
    Run ended = started("shop");
    create("shop", null);
    dueIn(soon, Duration.ofMillis(700));
    dueIn(later, Duration.ofSeconds(20));
    Claim last = claimed(ended);
    store.save(last, change(last.run(), Runs.seen(new AgentStatus.Finished())), last.now());
    waitingFor(store.find(late.id()).orElseThrow(), 20);

    assertThat(store.claimWatched("other", 10, LEASE)).isEmpty();
    assertThat(ids(store.claimWatched(MAIN, 1, LEASE))).containsExactly(late.id());
    assertThat(ids(store.claimWatched(MAIN, 10, LEASE)))
        .containsExactlyInAnyOrder(due.id(), soon.id());
    assertThat(store.claimWatched(MAIN, 10, LEASE)).isEmpty();
  }

  @Test
  void looksThatChangedNothingAreStoredTogether() {
    Claim lost = claimed(started("shop"));
    later(LEASE.plusSeconds(1));
    Claim again = claimed(lost.run());
    Claim last = claimed(started("shop"));
    Instant next = last.now().plusSeconds(30);

    List<Saved> saved =
        store.release(
            List.of(new Release(last, null), new Release(lost, next), new Release(again, next)));

    assertThat(saved.get(0)).isEqualTo(new Saved.Stored(null, last.run().schedule().wakeNo()));
    assertThat(saved.get(1)).isEqualTo(new Saved.Fenced());
    assertThat(saved.get(2)).isEqualTo(new Saved.Stored(next, again.run().schedule().wakeNo() + 1));
    assertThat(store.find(lost.run().id()).orElseThrow().schedule().nextPollAt()).isEqualTo(next);
  }

  @Test
  void theRunsOfABackendThatIsBackAreLookedAtSoon() {
    Run far = started("shop");
    Run near = started("shop");
    Run looked = started("shop");
    Run waiting = create("mill", null);
    Duration within = Duration.ofSeconds(15);
    dueIn(far, Duration.ofMinutes(5));
    dueIn(near, Duration.ofSeconds(10));
    claimed(looked);

    List<Wake> wakes = store.returned(MAIN, within, 10);

    assertThat(wakes).extracting(Wake::id).containsExactly(far.id());
    Run hurried = store.find(far.id()).orElseThrow();
    assertThat(wakes.getFirst().at()).isEqualTo(hurried.schedule().nextPollAt());
    assertThat(wakes.getFirst().wakeNo()).isEqualTo(hurried.schedule().wakeNo());
    assertThat(store.returned(MAIN, within, 10)).isEmpty();
    assertThat(store.find(waiting.id())).contains(waiting);
    later(within);
    assertThat(store.claim(far.id(), LEASE)).isPresent();
  }

  private void down(Reason why) {
    backends().failed(MAIN, why);
    later(EVERY);
    backends().failed(MAIN, why);
  }

  /// Looks at a run whenever it is due.
  private Claim looked(Run run) {
    waitingFor(store.find(run.id()).orElseThrow(), 1);
    Claim claim = claimed(run);
    release(claim, claim.now());
    return claim;
  }

  private void dueIn(Run run, Duration time) {
    Claim claim = claimed(run);
    release(claim, claim.now().plus(time));
  }

  private Claim claimed(Run run) {
    return store.claim(run.id(), LEASE).orElseThrow();
  }

  private static List<RunId> ids(List<Claim> claims) {
    return claims.stream().map(claim -> claim.run().id()).toList();
  }
}
