package dev.build0711.runner.simulator.contract;

import dev.build0711.runner.exchange.Exchanges;
import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.port.Backends.Terms;
import dev.build0711.runner.run.Dialect;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/// OpenHands itself, with a language model that plays the scenarios of the simulator. What cannot
/// be had of it aborts the row with the reason.
final class RealStage implements Stage {

  private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);

  private final RealServer server;
  private final InstantSource clock = InstantSource.system();
  private final Exchanges exchanges = new Exchanges();
  private final Clients clients;
  private final AgentBackend backend;

  RealStage(RealServer server) {
    this.server = server;
    int most = Terms.places(server.dialect(), null);
    clients = new Clients(server.uri(), server.workspace(), most, exchanges, clock);
    backend = withKey(server.key());
  }

  @Override
  public Dialect dialect() {
    return server.dialect();
  }

  @Override
  public String version() {
    return server.version();
  }

  @Override
  public boolean real() {
    return true;
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

  /// Waits, since nothing else makes time pass here.
  @Override
  public void pass(Duration time) {
    Assumptions.assumeTrue(
        time.compareTo(LONGEST_WAIT) <= 0, "a real server would have to be waited for: " + time);
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void restart() {
    keeper("POST", "/restart");
  }

  @Override
  public void askFirst() {
    keeper("POST", "/ask-first");
  }

  @Override
  public void fault(String path, int times, String fault) {
    Assumptions.abort("a real server cannot be ordered to fail");
  }

  @Override
  public void post(String path, String json) {
    Assumptions.abort("what a real server's agents do is not told from outside");
  }

  @Override
  public int prompts(String text) {
    return server.keeper() == null
        ? -1
        : Integer.parseInt(
            keeper("GET", "/prompts?contains=" + URLEncoder.encode(text, StandardCharsets.UTF_8)));
  }

  /// Asks whoever has started the server for what cannot be asked of the server.
  private String keeper(String method, String path) {
    URI keeper = server.keeper();
    if (keeper == null) {
      return Assumptions.abort("nobody is there who could do it: " + method + " " + path);
    }
    HttpRequest request =
        HttpRequest.newBuilder(keeper.resolve(path))
            .method(method, BodyPublishers.noBody())
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new AssertionError(method + " " + path + ": " + answer.body());
      }
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// Leaves the server as a fresh one, so that the next row finds room.
  @Override
  public void close() {
    exchanges.close();
    if (server.keeper() != null) {
      keeper("POST", "/clear");
    }
  }
}
