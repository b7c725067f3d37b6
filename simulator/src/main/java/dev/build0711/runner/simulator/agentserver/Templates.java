package dev.build0711.runner.simulator.agentserver;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What the real server shows whatever happens, taken from recordings and filled in where it
/// varies.
final class Templates {

  private final ObjectNode serverInfo = read("server-info.json");
  private final ObjectNode settings = read("settings.json");
  private final ObjectNode agent = read("agent.json");

  ObjectNode serverInfo() {
    return serverInfo.deepCopy();
  }

  ObjectNode settings() {
    return settings.deepCopy();
  }

  ObjectNode agent() {
    return agent.deepCopy();
  }

  private static ObjectNode read(String name) {
    try (InputStream in = Templates.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + name);
      }
      return (ObjectNode) new JsonMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
