package dev.build0711.runner.standalone.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.port.StorageUnavailable;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.standalone.faults.FaultySource.Fault;
import dev.build0711.runner.testing.PostgresExtension;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Every statement of every use case fails in every way, and the end is the same as without.
@Timeout(600)
class StatementFaultsIT {

  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final int LANES = 6;

  @TempDir static Path folder;

  private record Case(Stage stage, int statement, Fault fault) {}

  @Test
  void aStatementThatFailsInAnyWayCostsOnlyTime() throws Exception {
    try (Lanes lanes = new Lanes(POSTGRES, LANES, folder)) {
      List<Case> cases = cases(lanes);

      List<String> wrong =
          lanes.each(
              cases,
              (lane, one) -> {
                RunId id = one.stage().arrange(lane);
                FaultySource faulty = new FaultySource(lane.source(), one.statement(), one.fault());
                try {
                  one.stage().act(lane.cases(faulty.source(), Watch.nothing()), id);
                } catch (StorageUnavailable e) {
                  // what callers are told then: try again
                }
                assertThat(faulty.statements()).isGreaterThan(one.statement());
                Ending.check(lane, one.stage(), id);
              });

      assertThat(wrong).isEmpty();
      assertThat(cases).hasSizeGreaterThan(3 * Stage.values().length);
    }
  }

  private static List<Case> cases(Lanes lanes) throws InterruptedException {
    Map<Stage, Integer> statements = new ConcurrentHashMap<>();
    List<String> wrong =
        lanes.each(
            List.of(Stage.values()),
            (lane, stage) -> {
              RunId id = stage.arrange(lane);
              FaultySource counting = new FaultySource(lane.source(), -1, Fault.NOT_SENT);
              stage.act(lane.cases(counting.source(), Watch.nothing()), id);
              statements.put(stage, counting.statements());
            });
    assertThat(wrong).isEmpty();
    List<Case> cases = new ArrayList<>();
    statements.forEach((stage, number) -> {
      for (int i = 0; i < number; i++) {
        for (Fault fault : Fault.values()) {
          cases.add(new Case(stage, i, fault));
        }
      }
    });
    return cases;
  }
}
