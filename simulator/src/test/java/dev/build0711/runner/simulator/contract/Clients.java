package dev.build0711.runner.simulator.contract;

import dev.build0711.runner.exchange.Exchanges;
import dev.build0711.runner.openhands.Api;
import dev.build0711.runner.openhands.SessionKey;
import dev.build0711.runner.openhands.agentserver.AgentServerBackend;
import dev.build0711.runner.openhands.agentserver.AgentServerSettings;
import dev.build0711.runner.openhands.agentserver.AgentServerSettings.Llm;
import dev.build0711.runner.openhands.appserver.AppServerBackend;
import dev.build0711.runner.openhands.appserver.AppServerSettings;
import dev.build0711.runner.openhands.detection.DetectedBackend;
import dev.build0711.runner.openhands.legacy.LegacyBackend;
import dev.build0711.runner.openhands.legacy.LegacySettings;
import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.run.Dialect;
import java.net.URI;
import java.time.InstantSource;

/// The runner's clients for one server.
///
/// @param most how many conversations an app server takes at once
record Clients(URI uri, String workspace, int most, Exchanges exchanges, InstantSource clock) {

  private static final String NAME = "berlin";

  AgentBackend speaking(Dialect dialect, SessionKey key) {
    return switch (dialect) {
      case AGENT_SERVER ->
          new AgentServerBackend(
              new AgentServerSettings(
                  NAME, uri, key, workspace, null, Llm.OF_THE_SERVER, _ -> null),
              exchanges,
              clock);
      case APP_V1 ->
          new AppServerBackend(new AppServerSettings(NAME, uri, key, most), exchanges, clock);
      case APP_V0 -> new LegacyBackend(new LegacySettings(NAME, uri, key, most), exchanges, clock);
    };
  }

  /// One that has to find out what it speaks to.
  AgentBackend detecting(SessionKey key) {
    return new DetectedBackend(
        NAME, new Api(uri, key, exchanges), found -> speaking(found, key), clock);
  }
}
