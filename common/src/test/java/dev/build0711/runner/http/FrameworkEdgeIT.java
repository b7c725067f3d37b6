package dev.build0711.runner.http;

import dev.build0711.runner.testing.EdgeContract;
import dev.build0711.runner.testing.EdgeFixture;
import dev.build0711.runner.testing.FrameworkServer;
import java.net.URI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class FrameworkEdgeIT extends EdgeContract {

  private FrameworkServer server;

  @BeforeAll
  void start() throws Exception {
    server = FrameworkServer.of(EdgeFixture.class);
  }

  @AfterAll
  void stop() throws Exception {
    server.stop();
  }

  @Override
  protected URI base() {
    return server.base();
  }
}
