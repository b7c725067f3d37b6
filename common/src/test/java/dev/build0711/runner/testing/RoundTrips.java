package dev.build0711.runner.testing;

import dev.build0711.runner.postgres.Database;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/// Stands between a pool and PostgreSQL and counts at the wire how often the client waits for an
/// answer: every `Query` and every `Sync` is one round trip (PostgreSQL 18, 54.2), those of BEGIN
/// and COMMIT included. Making a connection is not counted.
public final class RoundTrips implements AutoCloseable {

  private static final int VERSION_3 = 3;

  private final String real;
  private final int port;
  private final ServerSocket listening;
  private final AtomicInteger count = new AtomicInteger();

  public RoundTrips(Database.Settings real) throws IOException {
    this.real = real.login().current().jdbcUrl();
    this.port = Integer.parseInt(this.real.replaceAll(".*:(\\d+)/.*", "$1"));
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  /// What to connect to instead.
  public Database.Settings settings() {
    return PostgresExtension.settings(
        real.replace(":" + port + "/", ":" + listening.getLocalPort() + "/"), 2);
  }

  /// How many there were since the last call.
  public int take() {
    return count.getAndSet(0);
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
        Thread.ofVirtual().start(() -> requests(client, server));
        Thread.ofVirtual().start(() -> answers(server, client));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void requests(Socket client, Socket server) {
    try (client;
        server) {
      var in = new DataInputStream(new BufferedInputStream(client.getInputStream()));
      var out = new DataOutputStream(new BufferedOutputStream(server.getOutputStream()));
      while (opening(in, out) != VERSION_3) {
        // the client has asked whether it may encrypt
      }
      while (true) {
        message(in, out);
      }
    } catch (IOException e) {
      // one of them has closed the connection
    }
  }

  /// Passes on a message without a type; its first two bytes are the major version, if it is the
  /// last one of them.
  private static int opening(DataInputStream in, DataOutputStream out) throws IOException {
    int length = in.readInt();
    int code = in.readInt();
    out.writeInt(length);
    out.writeInt(code);
    out.write(in.readNBytes(length - 8));
    out.flush();
    return code >>> 16;
  }

  private void message(DataInputStream in, DataOutputStream out) throws IOException {
    int type = in.readUnsignedByte();
    int length = in.readInt();
    out.writeByte(type);
    out.writeInt(length);
    out.write(in.readNBytes(length - 4));
    if (type == 'Q' || type == 'S') {
      count.incrementAndGet();
    }
    if (in.available() == 0) {
      out.flush();
    }
  }

  private static void answers(Socket server, Socket client) {
    try {
      server.getInputStream().transferTo(client.getOutputStream());
    } catch (IOException e) {
      close(client);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
