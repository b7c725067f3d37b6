package dev.build0711.runner.app;

import static dev.build0711.runner.testing.Runs.ID;
import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.Evidence.AgentSeen;
import dev.build0711.runner.run.Evidence.StartUnclear;
import dev.build0711.runner.run.RunStatus;
import dev.build0711.runner.testing.InMemoryRunStore;
import dev.build0711.runner.testing.Runs;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A process may stand still anywhere in a look.
class PollRunPausesTest extends PollRunFixture {

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

    assertThat(claimedIn50Seconds(slow).apply(ID)).isTrue();

    assertThat(backend.asked).containsExactly("prepare", "start");
    assertThat(slow.find(ID).orElseThrow().agent().unclearSince())
        .isEqualTo(claimed.plusSeconds(50 + 4 + 4));
  }

  @Test
  void whatElseIsLearntIsNotDatedLaterBecauseTheClaimCameSlowly() {
    Instant claimed = now;
    InMemoryRunStore slow = new InMemoryRunStore(() -> claimed);
    slow.put(Runs.working(CompleteOn.EITHER), List.of());
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Finished());
    backend.meanwhile = () -> now = now.plusSeconds(4);

    assertThat(claimedIn50Seconds(slow).apply(ID)).isTrue();

    assertThat(slow.find(ID).orElseThrow().standing().finishedAt())
        .isEqualTo(claimed.plusSeconds(4));
  }

  /// Asks for its claim 50 seconds before it has it.
  private PollRun claimedIn50Seconds(InMemoryRunStore slow) {
    List<Instant> begin = new ArrayList<>(List.of(now));
    now = now.plusSeconds(50);
    return pollRun(slow, () -> begin.isEmpty() ? now : begin.removeFirst());
  }
}
