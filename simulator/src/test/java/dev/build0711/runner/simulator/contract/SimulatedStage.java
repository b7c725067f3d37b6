package dev.build0711.runner.simulator.contract;

import dev.build0711.runner.exchange.Exchanges;
import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.simulator.Options;
import dev.build0711.runner.simulator.Simulator;
import dev.build0711.runner.simulator.VirtualClock;
import java.io.IOException;
import java.io.UncheckedIOException;
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

  private final Options options;
  private final VirtualClock clock = new VirtualClock();
  private final Exchanges exchanges = new Exchanges();
  private final HttpClient client = HttpClient.newHttpClient();
  private final Simulator simulator;
  private final Clients clients;
  private final AgentBackend backend;

  SimulatedStage(Options options) {
    this.options = options;
    try {
      simulator = Simulator.start(options.withKey(KEY).withClock(clock, clock::advance));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    clients = new Clients(simulator.uri(), "/workspace/runs", most(options), exchanges, clock);
    backend = withKey(KEY);
  }

  private static int most(Options options) {
    return switch (options.dialect()) {
      case AGENT_SERVER -> options.maxRuns();
      case APP_V1 -> options.app().maxSandboxes();
      case APP_V0 -> options.legacy().maxConversations();
    };
  }

  @Override
  public Dialect dialect() {
    return switch (options.dialect()) {
      case AGENT_SERVER -> Dialect.AGENT_SERVER;
      case APP_V1 -> Dialect.APP_V1;
      case APP_V0 -> Dialect.APP_V0;
    };
  }

  @Override
  public String version() {
    return switch (options.dialect()) {
      case AGENT_SERVER -> options.agentServer().version();
      case APP_V1 -> options.app().release().version();
      case APP_V0 -> options.legacy().release().version();
    };
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
    return clients.speaking(dialect(), () -> key);
  }

  @Override
  public AgentBackend detected(@Nullable String key) {
    return clients.detecting(() -> key);
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
    int status = posted("/_simulator/faults", rules);
    if (status != 200) {
      throw new AssertionError("no such fault: " + rules + ": " + status);
    }
  }

  @Override
  public void post(String path, String json) {
    posted(path, json);
  }

  private int posted(String path, String json) {
    HttpRequest request =
        HttpRequest.newBuilder(simulator.uri().resolve(path))
            .header("X-Session-API-Key", KEY)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json))
            .build();
    try {
      return client.send(request, BodyHandlers.discarding()).statusCode();
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
    client.shutdownNow();
    exchanges.close();
    simulator.close();
  }
}
