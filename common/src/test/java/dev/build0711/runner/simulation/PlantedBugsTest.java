package dev.build0711.runner.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The simulation notices mistakes: each of these is put between the use cases and a port, and
/// breaks a rule within so many seeds.
class PlantedBugsTest {

  private static final long SEEDS = 10_000;

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of(
            "a write counts although somebody else has claimed the run", Mistakes.epochs()),
        Arguments.of("a run is claimed although somebody looks at it", Mistakes.leases()),
        Arguments.of("a look that was asked for meanwhile is forgotten", Mistakes.askedLooks()),
        Arguments.of("an idempotency key is not looked at", Mistakes.keys()),
        Arguments.of("a start that is no longer wanted is not searched for", Mistakes.searches()),
        Arguments.of("a start is not preceded by a search", Mistakes.firstStarts()),
        Arguments.of("a message is sent again unsearched", Mistakes.firstMessages()),
        Arguments.of("a delivery is not looked up in the ledger", Mistakes.repeatedDeliveries()),
        Arguments.of("places are given away beyond the limit", Mistakes.places()),
        Arguments.of("a run that has ended is moved again", Mistakes.movedAgain()),
        Arguments.of("a foreign pull request is taken for the run's", Mistakes.foreign()),
        Arguments.of("percent falls", Mistakes.percent()),
        Arguments.of("nobody sweeps", Mistakes.sweeps()),
        Arguments.of("a look comes six minutes late", Mistakes.putOff()),
        Arguments.of("a run is woken before it is stored", Mistakes.wokenFirst()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mistakes")
  void aMistakeIsNoticed(String what, Plant plant) {
    Batch.Result result = Batch.run(0, SEEDS, () -> Long.MAX_VALUE, plant);

    System.out.println(
        what
            + ": "
            + (result.failure() == null
                ? "unnoticed"
                : "seed "
                    + result.failure().plan().seed()
                    + ", "
                    + result.failure().outcome().broken()));
    assertThat(result.failure()).as(what).isNotNull();
  }
}
