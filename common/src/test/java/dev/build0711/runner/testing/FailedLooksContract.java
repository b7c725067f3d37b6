package dev.build0711.runner.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.build0711.runner.port.FailedLooks;
import dev.build0711.runner.port.FailedLooks.Failure;
import dev.build0711.runner.port.RunStore.Claim;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunEvent;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.StatusReason;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What the stores keep to of looks that came to nothing.
abstract class FailedLooksContract extends StoreContract {

  private static final String WHY = "java.lang.IllegalStateException at run.RunLifecycle:7";

  @Test
  void aLookThatFailedIsFollowedByAnotherAfterAPauseThatDoubles() {
    Run run = create("shop", null);
    Claim first = claim(run.id()).orElseThrow();
    Wake soon = failedLooks().failed(first, WHY).orElseThrow();

    assertThat(soon.at()).isBetween(first.now(), first.now().plusSeconds(10));
    assertThat(claim(run.id())).as("before its time").isEmpty();
    later(Duration.ofSeconds(10));
    Claim second = claim(run.id()).orElseThrow();
    Wake later = failedLooks().failed(second, WHY).orElseThrow();
    assertThat(Duration.between(second.now(), later.at()))
        .isGreaterThan(Duration.between(first.now(), soon.at()));
    assertThat(later.wakeNo()).isGreaterThan(soon.wakeNo());
  }

  @Test
  void aLookWhoseClaimIsNoLongerTheNewestHasNotFailed() {
    Run run = create("shop", null);
    Claim first = claim(run.id()).orElseThrow();
    later(LEASE.plusSeconds(1));
    assertThat(claim(run.id())).isPresent();

    assertThat(failedLooks().failed(first, WHY)).isEmpty();
  }

  @Test
  void aRunIsSetAsideWhenTwentyLooksInARowHaveFailed() {
    Run run = create("shop", null);
    fail(run.id(), FailedLooks.MOST - 1);
    assertThat(failedLooks().setAside(10)).isEmpty();
    fail(run.id(), 1);
    later(Duration.ofMinutes(6));

    assertThat(claim(run.id())).isEmpty();
    assertThat(store.claimDue(10, LEASE)).isEmpty();
    assertThat(store.overdue(Duration.ZERO, 10)).isEmpty();
    assertThat(failedLooks().setAside(10))
        .extracting(Failure::id, Failure::looks, Failure::why)
        .containsExactly(tuple(run.id(), FailedLooks.MOST, WHY));
    assertThat(failedLooks().setAside(10)).as("once").isEmpty();
    assertThat(failedLooks().list(10)).extracting(Failure::id).containsExactly(run.id());
    Run aside = found(run.id());
    assertThat(aside.status()).isEqualTo(run.status());
    assertThat(aside.standing().reason())
        .extracting(StatusReason::code)
        .isEqualTo(Reason.SET_ASIDE);
    assertThat(aside.schedule().nextPollAt()).isNull();
    assertThat(aside.version()).isGreaterThan(run.version());
    assertThat(newest(run.id())).isEqualTo(RunEvent.Type.RUN_SET_ASIDE);
  }

  @Test
  void looksThatDiedAreCountedLikeThoseThatSaidWhatTheyMet() {
    Run run = create("shop", null);
    for (int look = 0; look < FailedLooks.MOST; look++) {
      assertThat(claim(run.id())).isPresent();
      later(LEASE.plusSeconds(1));
    }

    assertThat(failedLooks().setAside(10)).extracting(Failure::why).containsExactly((String) null);
  }

  @Test
  void aLookThatStoredSomethingBeginsTheCountAnew() {
    Run run = create("shop", null);
    fail(run.id(), FailedLooks.MOST - 1);
    later(Duration.ofMinutes(6));
    Claim good = claim(run.id()).orElseThrow();
    release(good, good.now());
    fail(run.id(), FailedLooks.MOST - 1);
    later(Duration.ofMinutes(6));

    assertThat(failedLooks().setAside(10)).isEmpty();
    assertThat(claim(run.id())).isPresent();
  }

  @Test
  void aRunThatIsPutBackIsLookedAtAtOnceAndHasItsTwentyTriesAgain() {
    Run run = aside();
    assertThat(failedLooks().requeue(run.id())).isTrue();

    assertThat(failedLooks().list(10)).isEmpty();
    assertThat(failedLooks().requeue(run.id())).as("once").isFalse();
    Run back = found(run.id());
    assertThat(back.standing().reason()).isNull();
    assertThat(newest(run.id())).isEqualTo(RunEvent.Type.RUN_REQUEUED);
    assertThat(back.eventCount()).isEqualTo(3);
    fail(run.id(), FailedLooks.MOST - 1);
    later(Duration.ofMinutes(6));
    assertThat(claim(run.id())).isPresent();
  }

  @Test
  void othersAreLookedAtWhileOneIsSetAside() {
    aside();
    Run other = create("shop", null);

    assertThat(store.claimDue(10, LEASE))
        .extracting(claim -> claim.run().id())
        .containsExactly(other.id());
  }

  @Test
  void aRunThatIsNotSetAsideIsNotPutBack() {
    Run run = create("shop", null);

    assertThat(failedLooks().requeue(run.id())).isFalse();
    assertThat(found(run.id())).isEqualTo(run);
  }

  private Run aside() {
    Run run = create("shop", null);
    fail(run.id(), FailedLooks.MOST);
    later(Duration.ofMinutes(6));
    assertThat(failedLooks().setAside(10)).hasSize(1);
    return run;
  }

  private void fail(RunId id, int times) {
    for (int look = 0; look < times; look++) {
      later(Duration.ofMinutes(6));
      failedLooks().failed(claim(id).orElseThrow(), WHY);
    }
  }

  private Optional<Claim> claim(RunId id) {
    return store.claim(id, LEASE);
  }

  private Run found(RunId id) {
    return store.find(id).orElseThrow();
  }

  private RunEvent.Type newest(RunId id) {
    return store.events(id, 1).getFirst().event().type();
  }
}
