package dev.build0711.runner.standalone.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.RunStatus;
import dev.build0711.runner.standalone.faults.Watch.Side;
import dev.build0711.runner.testing.PostgresExtension;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// A run is cancelled while any use case is at any of its steps, which then goes on or dies.
@Timeout(600)
class CancelSettlesIT {

  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final int LANES = 6;

  /// Whose runs may have ended, or be about to, before they are cancelled.
  private static final Set<Stage> ENDS =
      EnumSet.of(
          Stage.POLL_THAT_SEES_THE_END,
          Stage.POLL_THAT_COLLECTS,
          Stage.PULL_REQUEST,
          Stage.UNLINKED_DELIVERY,
          Stage.POLL_THAT_LOOKS_UP_PULL_REQUESTS,
          Stage.READ_A_RUN_THAT_HAS_ENDED);

  @TempDir static Path folder;

  private record Case(Point point, boolean dies) {}

  /// The process ends here.
  private static final class Death extends Error {
    private static final long serialVersionUID = 1;
  }

  @Test
  void aCancelAtAnyStepEndsTheRunAndStopsItsAgent() throws Exception {
    try (Lanes lanes = new Lanes(POSTGRES, LANES, folder)) {
      List<String> wrong = lanes.each(cases(lanes), CancelSettlesIT::cancelledAt);

      assertThat(wrong).isEmpty();
    }
  }

  private static void cancelledAt(Lane lane, Case one) {
    Stage stage = one.point().stage();
    RunId id = stage.arrange(lane);
    var cancelled = new AtomicBoolean();
    Watch watch =
        one.point()
            .reached(() -> {
              for (RunId run : lane.runs()) {
                lane.cases().cancel(run);
                cancelled.set(true);
              }
              if (one.dies()) {
                throw new Death();
              }
            });
    try {
      stage.act(lane.cases(lane.source(), watch), id);
    } catch (Death e) {
      // what a process that is gone leaves behind
    }
    lane.mend();
    if (stage.repeated()) {
      stage.act(lane.cases(), id);
    }
    lane.cases().setAside();
    lane.cases().putBack();
    lane.settle();
    assertThat(lane.runs()).isNotEmpty();
    for (RunId run : lane.runs()) {
      settled(lane, stage, lane.run(run), cancelled.get());
    }
    assertThat(lane.openHands().conversations()).isLessThanOrEqualTo(stage.runs());
    assertThat(lane.openHands().prompts("Paint the shed"))
        .isEqualTo(lane.openHands().conversations());
  }

  private static void settled(Lane lane, Stage stage, Run run, boolean cancelled) {
    Ending.rests(lane, run);
    if (!cancelled) {
      assertThat(run.status()).isEqualTo(RunStatus.COMPLETED);
    } else if (ENDS.contains(stage)) {
      assertThat(run.status()).isIn(RunStatus.CANCELLED, RunStatus.COMPLETED);
    } else {
      assertThat(run.status()).as("%s", run).isEqualTo(RunStatus.CANCELLED);
    }
  }

  private static List<Case> cases(Lanes lanes) throws InterruptedException {
    Map<Stage, List<Point>> points = new ConcurrentHashMap<>();
    List<String> wrong =
        lanes.each(
            List.of(Stage.values()),
            (lane, stage) -> {
              RunId id = stage.arrange(lane);
              Recorder recorder = new Recorder(stage);
              stage.act(lane.cases(lane.source(), recorder), id);
              points.put(stage, recorder.points());
            });
    assertThat(wrong).isEmpty();
    List<Case> cases = new ArrayList<>();
    for (Stage stage : Stage.values()) {
      for (Point point : points.getOrDefault(stage, List.of())) {
        // before a call is after the one before
        if (point.number() == 0 || point.side() == Side.AFTER) {
          cases.add(new Case(point, true));
          cases.add(new Case(point, false));
        }
      }
    }
    return cases;
  }
}
