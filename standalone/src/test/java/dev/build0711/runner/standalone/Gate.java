package dev.build0711.runner.standalone;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// A port in front of a server, by which a test takes the server away without the server losing
/// what it knows.
final class Gate implements AutoCloseable {

  private final InetSocketAddress behind;
  private final int port;
  private final Set<Closeable> connections = ConcurrentHashMap.newKeySet();
  private @Nullable ServerSocket listening;
  private volatile byte @Nullable [] answer;

  /// An open gate in front of a port of this machine.
  Gate(int behind) {
    this.behind = new InetSocketAddress(InetAddress.getLoopbackAddress(), behind);
    this.port = listen(0);
  }

  int port() {
    return port;
  }

  /// Nobody listens any more, and every connection breaks.
  synchronized void shut() {
    close(listening);
    listening = null;
    breakConnections();
  }

  /// The server itself answers again.
  synchronized void open() {
    answer = null;
    breakConnections();
    if (listening == null) {
      listen(port);
    }
  }

  /// Somebody else answers every request: a proxy, say, whose server is gone.
  synchronized void answering(String status, String mediaType, String body) {
    String text =
        "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
            .formatted(status, mediaType, body.length(), body);
    answer = text.getBytes(StandardCharsets.US_ASCII);
    breakConnections();
  }

  @Override
  public void close() {
    shut();
  }

  private synchronized int listen(int at) {
    try {
      ServerSocket server = new ServerSocket();
      server.setReuseAddress(true);
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), at), 200);
      listening = server;
      Thread.ofVirtual().name("gate").start(() -> accept(server));
      return server.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept(ServerSocket server) {
    while (true) {
      try {
        Socket caller = server.accept();
        connections.add(caller);
        Thread.ofVirtual().start(() -> serve(caller));
      } catch (IOException e) {
        return; // shut
      }
    }
  }

  private void serve(Socket caller) {
    byte[] canned = answer;
    try (caller) {
      if (canned == null) {
        connect(caller);
      } else {
        caller.getInputStream().read(new byte[64 * 1024]);
        caller.getOutputStream().write(canned);
      }
    } catch (IOException e) {
      // a broken connection is what gates are for
    } finally {
      connections.remove(caller);
    }
  }

  private void connect(Socket caller) throws IOException {
    try (Socket server = new Socket()) {
      server.connect(behind);
      connections.add(server);
      Thread back = Thread.ofVirtual().start(() -> pass(server, caller));
      pass(caller, server);
      back.join();
      connections.remove(server);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void pass(Socket from, Socket to) {
    try (to;
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      byte[] buffer = new byte[16 * 1024];
      for (int length = in.read(buffer); length > 0; length = in.read(buffer)) {
        out.write(buffer, 0, length);
      }
    } catch (IOException e) {
      // the other end is told by the closing of this one
    }
  }

  private void breakConnections() {
    connections.forEach(Gate::close);
    connections.clear();
  }

  private static void close(@Nullable Closeable one) {
    try {
      if (one != null) {
        one.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
