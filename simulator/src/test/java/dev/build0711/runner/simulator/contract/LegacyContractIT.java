package dev.build0711.runner.simulator.contract;

import dev.build0711.runner.simulator.Options;
import dev.build0711.runner.simulator.legacy.LegacyOptions;
import dev.build0711.runner.simulator.legacy.LegacyOptions.Release;

/// The last release with V0.
class LegacyContractIT extends DialectContract {

  @Override
  Stage open() {
    return new SimulatedStage(
        Options.defaults().asLegacy(LegacyOptions.defaults().withRelease(Release.V1_6)));
  }
}
