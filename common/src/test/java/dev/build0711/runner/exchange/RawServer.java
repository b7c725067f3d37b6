package dev.build0711.runner.exchange;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/// A server that does to each connection what a test wants done to it.
public final class RawServer implements AutoCloseable {

  private final ServerSocket listening;
  private final AtomicInteger connections = new AtomicInteger();

  /// What is done to a connection, by its number from 1; the connection is closed afterwards.
  public interface Deed {
    void to(Socket socket, int number) throws IOException, InterruptedException;
  }

  public RawServer(Deed deed) {
    try {
      listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(() -> accept(deed));
  }

  private void accept(Deed deed) {
    while (!listening.isClosed()) {
      try {
        Socket socket = listening.accept();
        int number = connections.incrementAndGet();
        Thread.ofVirtual().start(() -> serve(socket, deed, number));
      } catch (IOException e) {
        return;
      }
    }
  }

  private static void serve(Socket socket, Deed deed, int number) {
    try (socket) {
      deed.to(socket, number);
    } catch (IOException e) {
      // the client has gone
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Reads the head of a request without a body.
  public static void readHead(Socket socket) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    String line = in.readLine();
    while (line != null && !line.isEmpty()) {
      line = in.readLine();
    }
  }

  public static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
  }

  /// Ends the connection with a reset instead of an orderly end.
  public static void reset(Socket socket) throws IOException {
    socket.setSoLinger(true, 0);
  }

  public URI base() {
    return URI.create("http://127.0.0.1:" + listening.getLocalPort());
  }

  public int connections() {
    return connections.get();
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
