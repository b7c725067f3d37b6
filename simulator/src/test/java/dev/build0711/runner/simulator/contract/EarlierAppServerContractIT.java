package dev.build0711.runner.simulator.contract;

import dev.build0711.runner.simulator.Options;
import dev.build0711.runner.simulator.appserver.AppOptions;
import dev.build0711.runner.simulator.appserver.Release;
import java.time.Duration;

/// The last of the first V1. It is ready at once, since only a start that is over tells the
/// conversation's id there.
class EarlierAppServerContractIT extends DialectContract {

  @Override
  Stage open() {
    return new SimulatedStage(
        Options.defaults()
            .asApp(AppOptions.defaults().withRelease(Release.V0_62).withStartup(Duration.ZERO)));
  }
}
