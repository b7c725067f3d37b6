package dev.build0711.runner.testing;

import com.google.cloud.functions.HttpFunction;
import com.google.cloud.functions.invoker.runner.Invoker;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;

/// The real functions framework, serving one function on a free port.
public final class FrameworkServer {

  private final Invoker invoker;
  private final URI base;

  private FrameworkServer(Invoker invoker, URI base) {
    this.invoker = invoker;
    this.base = base;
  }

  /// Starts a function, which needs a public constructor without parameters.
  public static FrameworkServer of(Class<? extends HttpFunction> function) throws Exception {
    int port = freePort();
    var invoker =
        new Invoker(port, function.getName(), "http", FrameworkServer.class.getClassLoader());
    invoker.startTestServer();
    return new FrameworkServer(invoker, URI.create("http://localhost:" + port));
  }

  public URI base() {
    return base;
  }

  /// Ends the server.
  public void stop() throws Exception {
    invoker.stopServer();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
