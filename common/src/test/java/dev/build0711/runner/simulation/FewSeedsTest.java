package dev.build0711.runner.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What [SimulationIT] shows of 100,000 seeds, of so few that it takes a second: for whoever
/// changes a use case, and for `scripts/mutate`.
class FewSeedsTest {

  private static final long SEEDS = 150;

  @Test
  void everyRuleHolds() {
    Batch.Result result = Batch.run(0, SEEDS, () -> Long.MAX_VALUE, Plant.NONE);

    assertThat(result.failure()).isNull();
    assertThat(result.tally().seeds()).isEqualTo(SEEDS);
  }
}
