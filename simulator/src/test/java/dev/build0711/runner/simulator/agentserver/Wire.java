package dev.build0711.runner.simulator.agentserver;

import dev.build0711.runner.simulator.Options;
import dev.build0711.runner.simulator.Simulator;
import dev.build0711.runner.simulator.VirtualClock;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A simulator on a socket, by a clock that stands still: an answer that is held back moves it on.
final class Wire implements AutoCloseable {

  static final String KEY = "test-key";

  final VirtualClock clock = new VirtualClock();
  final Simulator simulator;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  Wire() throws IOException {
    this(Options.defaults());
  }

  Wire(Options options) throws IOException {
    simulator = Simulator.start(options.withKey(KEY).withClock(clock, clock::advance));
  }

  record Answer(int status, JsonNode body) {}

  Answer get(String path) throws IOException, InterruptedException {
    return send("GET", path, "");
  }

  Answer post(String path, String body) throws IOException, InterruptedException {
    return send("POST", path, body);
  }

  Answer send(String method, String path, String body) throws IOException, InterruptedException {
    return send(method, path, body, Map.of("X-Session-API-Key", KEY));
  }

  Answer send(String method, String path, String body, Map<String, String> headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(simulator.uri().resolve(path))
            .timeout(Duration.ofSeconds(20))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    headers.forEach(request::header);
    HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
    return new Answer(response.statusCode(), new JsonMapper().readTree(response.body()));
  }

  @Override
  public void close() {
    client.close();
    simulator.close();
  }
}
