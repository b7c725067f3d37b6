package dev.build0711.runner.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.build0711.runner.port.Backends.Terms;
import dev.build0711.runner.port.FailedLooks;
import dev.build0711.runner.port.FailedLooks.Failure;
import dev.build0711.runner.port.RunStore.Applied;
import dev.build0711.runner.port.RunStore.Change;
import dev.build0711.runner.port.RunStore.Claim;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.run.Evidence;
import dev.build0711.runner.run.Message;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunEvent;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.RunStatus;
import dev.build0711.runner.run.StatusReason;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
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
  void aRunThatIsSetAsideGetsNoPlace() {
    Run run = aside(create("shop", null));
    List<Terms> backends = List.of(new Terms("main", 1, 1, false, null));

    assertThat(store.admit(backends, null).wakes()).isEmpty();
    assertThat(found(run.id()).agent().place()).isNull();
    failedLooks().requeue(run.id());
    assertThat(store.admit(backends, null).wakes()).extracting(Wake::id).containsExactly(run.id());
  }

  @Test
  void whatIsWantedOfARunThatIsSetAsideIsStoredAndWaitsUntilItIsPutBack() {
    Run run = aside(started("shop"));
    Message message = new Message(1, "Go on", null, 0, 1, Message.State.WANTED, null);
    Change written = change(found(run.id()), new Evidence.MessageAccepted(message));

    assertThat(store.accept(written, message, null)).isEqualTo(new Applied.Done(null));
    assertThat(store.apply(change(found(run.id()), new Evidence.CancelRequested()), true))
        .isEqualTo(new Applied.Done(null));

    Run cancelling = found(run.id());
    assertThat(cancelling.status()).isEqualTo(RunStatus.CANCELLING);
    assertThat(cancelling.message()).isNotNull();
    assertThat(cancelling.schedule().nextPollAt()).isNull();
    assertThat(failedLooks().setAside(10)).as("once").isEmpty();
    assertThat(failedLooks().list(10)).hasSize(1);
    failedLooks().requeue(run.id());
    assertThat(claim(run.id())).isPresent();
  }

  @Test
  void aCancelledRunThatIsPutBackHasItsTimeToStopAgain() {
    Run run = started("shop");
    store.apply(change(run, new Evidence.CancelRequested()), true);
    aside(run);
    assertThat(reason(run.id())).isEqualTo(Reason.SET_ASIDE);
    later(Duration.ofDays(9));

    failedLooks().requeue(run.id());

    Claim claim = claim(run.id()).orElseThrow();
    assertThat(claim.run().status()).isEqualTo(RunStatus.CANCELLING);
    StatusReason reason = claim.run().standing().reason();
    assertThat(reason).extracting(StatusReason::code).isEqualTo(Reason.CANCEL_REQUESTED);
    assertThat(reason)
        .extracting(StatusReason::since)
        .asInstanceOf(InstanceOfAssertFactories.INSTANT)
        .isCloseTo(claim.run().updatedAt(), within(1, ChronoUnit.SECONDS));
  }

  @Test
  void aRunThatIsNotSetAsideIsNotPutBack() {
    Run run = create("shop", null);

    assertThat(failedLooks().requeue(run.id())).isFalse();
    assertThat(found(run.id())).isEqualTo(run);
  }

  private Run aside() {
    return aside(create("shop", null));
  }

  private Run aside(Run run) {
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

  private @Nullable Reason reason(RunId id) {
    StatusReason reason = found(id).standing().reason();
    return reason == null ? null : reason.code();
  }

  private Run found(RunId id) {
    return store.find(id).orElseThrow();
  }

  private RunEvent.Type newest(RunId id) {
    return store.events(id, 1).getFirst().event().type();
  }
}
