package dev.build0711.runner.standalone.http;

import dev.build0711.runner.testing.EdgeContract;
import dev.build0711.runner.testing.EdgeFixture;
import java.net.URI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class JettyEdgeIT extends EdgeContract {

  private HttpServer server;

  @BeforeAll
  void start() {
    server = HttpServer.start("localhost", 0, new EdgeFixture());
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @Override
  protected URI base() {
    return server.uri();
  }
}
