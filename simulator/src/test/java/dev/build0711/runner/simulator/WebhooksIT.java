package dev.build0711.runner.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WebhooksIT {

  @Test
  void aReceiverIsToldOfAStartOverHttp() throws Exception {
    BlockingQueue<String> received = new LinkedBlockingQueue<>();
    HttpServer receiver =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/",
        exchange -> {
          String key = exchange.getRequestHeaders().getFirst("X-Session-API-Key");
          received.add(exchange.getRequestURI() + " " + key);
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    receiver.start();
    try (Simulator simulator = Simulator.start(Options.defaults().withKey("k1"));
        HttpClient client = HttpClient.newHttpClient()) {
      String base = "http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook";
      assertThat(post(client, simulator, "/_simulator/webhooks", "{\"base_url\":\"" + base + "\"}"))
          .isEqualTo(200);
      assertThat(
              post(
                  client,
                  simulator,
                  "/api/conversations",
                  """
                  {"workspace":{"kind":"LocalWorkspace","working_dir":"/w"},
                   "agent_settings":{"llm":{"model":"openai/x"}}}\
                  """))
          .isEqualTo(201);
      assertThat(Optional.ofNullable(received.poll(20, TimeUnit.SECONDS)))
          .contains("/hook/conversations k1");
    } finally {
      receiver.stop(0);
    }
  }

  private static int post(HttpClient client, Simulator simulator, String path, String body)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(simulator.uri().resolve(path))
            .header("X-Session-API-Key", "k1")
            .POST(BodyPublishers.ofString(body))
            .build();
    return client.send(request, BodyHandlers.discarding()).statusCode();
  }
}
