package dev.build0711.runner.app;

import static dev.build0711.runner.testing.Runs.ID;
import static dev.build0711.runner.testing.Runs.T0;
import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.port.RunStore.Claim;
import dev.build0711.runner.port.RunStore.RunFilter;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.run.Agent;
import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.Evidence.AgentSeen;
import dev.build0711.runner.run.Evidence.CancelRequested;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.RunStatus;
import dev.build0711.runner.run.StatusReason;
import dev.build0711.runner.testing.Runs;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Agents of one backend are looked at together, and each is judged by itself.
class PollRunTogetherTest extends PollRunFixture {

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

  private static Run cancelled(Run run) {
    return after(run, new CancelRequested());
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
}
