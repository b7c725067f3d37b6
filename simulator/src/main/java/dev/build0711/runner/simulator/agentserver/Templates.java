package dev.build0711.runner.simulator.agentserver;

import dev.build0711.runner.simulator.web.Template;
import tools.jackson.databind.node.ObjectNode;

/// What the real server shows whatever happens, taken from recordings and filled in where it
/// varies.
final class Templates {

  private final Template serverInfo = Template.beside(Templates.class, "server-info.json");
  private final Template settings = Template.beside(Templates.class, "settings.json");
  private final Template agent = Template.beside(Templates.class, "agent.json");

  ObjectNode serverInfo() {
    return serverInfo.copy();
  }

  ObjectNode settings() {
    return settings.copy();
  }

  ObjectNode agent() {
    return agent.copy();
  }
}
