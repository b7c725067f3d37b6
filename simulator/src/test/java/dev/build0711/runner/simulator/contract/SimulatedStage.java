package dev.build0711.runner.simulator.contract;

import dev.build0711.runner.openhands.Exchanges;
import dev.build0711.runner.openhands.SessionKey;
import dev.build0711.runner.openhands.agentserver.AgentServerBackend;
import dev.build0711.runner.openhands.agentserver.AgentServerSettings;
import dev.build0711.runner.openhands.agentserver.AgentServerSettings.Llm;
import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.simulator.Options;
import dev.build0711.runner.simulator.Simulator;
import dev.build0711.runner.simulator.VirtualClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A simulated server on a clock of its own.
final class SimulatedStage implements Stage {

  private static final String KEY = "key-of-berlin";

  private final Dialect dialect;
  private final VirtualClock clock = new VirtualClock();
  private final Exchanges exchanges = new Exchanges();
  private final Simulator simulator;
  private final AgentBackend backend;

  SimulatedStage(Dialect dialect, Options options) {
    this.dialect = dialect;
    try {
      simulator = Simulator.start(options.withKey(KEY).withClock(clock, clock::advance));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    backend = withKey(KEY);
  }

  @Override
  public Dialect dialect() {
    return dialect;
  }

  @Override
  public boolean real() {
    return false;
  }

  @Override
  public AgentBackend backend() {
    return backend;
  }

  @Override
  public AgentBackend withKey(@Nullable String key) {
    return switch (dialect) {
      case AGENT_SERVER -> agentServer(simulator.uri(), () -> key);
      case APP_V1, APP_V0 -> throw new IllegalStateException("no client for " + dialect);
    };
  }

  private AgentBackend agentServer(URI uri, SessionKey key) {
    return new AgentServerBackend(
        new AgentServerSettings(
            "berlin", uri, key, "/workspace/runs", null, Llm.OF_THE_SERVER, _ -> null),
        exchanges,
        clock);
  }

  @Override
  public Instant now() {
    return clock.instant();
  }

  @Override
  public void pass(Duration time) {
    clock.advance(time);
  }

  @Override
  public void restart() {
    simulator.restart();
  }

  @Override
  public void fault(String path, int times, String fault) {
    control(
        "[{\"path\":\"%s\",\"times\":%d,%s}]".formatted(path.replace("\\", "\\\\"), times, fault));
  }

  private void control(String rules) {
    HttpRequest request =
        HttpRequest.newBuilder(simulator.uri().resolve("/_simulator/faults"))
            .POST(BodyPublishers.ofString(rules))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      int status = client.send(request, BodyHandlers.ofString()).statusCode();
      if (status != 200 && status != 201) {
        throw new AssertionError("no such fault: " + rules + ": " + status);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public int prompts(String text) {
    return simulator.prompts(text);
  }

  @Override
  public void close() {
    exchanges.close();
    simulator.close();
  }
}
