package dev.build0711.runner.simulator.contract;

import dev.build0711.runner.simulator.Options;
import dev.build0711.runner.simulator.appserver.AppOptions;

class AppServerContractIT extends DialectContract {

  @Override
  Stage open() {
    return new SimulatedStage(Options.defaults().asApp(AppOptions.defaults()));
  }
}
