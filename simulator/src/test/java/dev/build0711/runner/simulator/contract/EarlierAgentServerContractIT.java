package dev.build0711.runner.simulator.contract;

import dev.build0711.runner.simulator.Options;
import dev.build0711.runner.simulator.agentserver.Edition;

/// The release that most people have.
class EarlierAgentServerContractIT extends DialectContract {

  @Override
  Stage open() {
    return new SimulatedStage(Options.defaults().asAgentServer(Edition.V1_49));
  }
}
