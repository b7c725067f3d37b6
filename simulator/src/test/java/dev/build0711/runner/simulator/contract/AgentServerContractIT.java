package dev.build0711.runner.simulator.contract;

import dev.build0711.runner.simulator.Options;
import dev.build0711.runner.simulator.agentserver.Edition;

class AgentServerContractIT extends DialectContract {

  @Override
  Stage open() {
    return new SimulatedStage(Options.defaults().asAgentServer(Edition.NEWEST));
  }
}
