package dev.build0711.runner.standalone.faults;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// A line between the runner and a server of this machine, which can be disturbed.
final class Link implements AutoCloseable {

  private static final int CHUNK = 16 * 1024;
  private static final int BIT = 200;
  private static final int MOST_BITS = 20;
  private static final Duration MOMENT = Duration.ofMillis(20);

  /// What befalls a line.
  enum Disturbance {
    /// Nothing.
    NONE,
    /// Every connection breaks, and every new one.
    CUT,
    /// What is sent stays under way.
    STALL,
    /// Everything comes a little at a time.
    SLOW,
    /// The server is told that nothing more will be sent; its answers still come.
    HALF_CLOSE,
    /// In place of an answer comes noise, and then the end.
    GARBLE
  }

  private final int server;
  private final ServerSocket listening;
  private final Random random;
  private final Set<Closeable> connections = ConcurrentHashMap.newKeySet();
  private final AtomicInteger disturbed = new AtomicInteger();
  private volatile Disturbance disturbance = Disturbance.NONE;

  /// @param server the port of the server
  /// @param random makes the noise
  Link(int server, Random random) throws IOException {
    this.server = server;
    this.random = random;
    listening = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().name("link").start(this::accept);
  }

  /// The port to call in place of the server's.
  int port() {
    return listening.getLocalPort();
  }

  /// How many pieces of traffic were met.
  int disturbed() {
    return disturbed.get();
  }

  /// From now on this befalls it.
  void is(Disturbance next) {
    disturbance = next;
    if (next == Disturbance.CUT) {
      disturbed.addAndGet(connections.size());
      connections.forEach(Link::close);
    }
  }

  @Override
  public void close() {
    close(listening);
    connections.forEach(Link::close);
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket caller = listening.accept();
        Thread.ofVirtual().start(() -> connect(caller));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void connect(Socket caller) {
    connections.add(caller);
    try (caller;
        Socket called = new Socket(InetAddress.getLoopbackAddress(), server)) {
      connections.add(called);
      if (disturbance == Disturbance.CUT) {
        return;
      }
      Thread answers = Thread.ofVirtual().start(() -> pass(called, caller, true));
      pass(caller, called, false);
      answers.join();
      connections.remove(called);
    } catch (IOException e) {
      // broken, as lines are
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      connections.remove(caller);
    }
  }

  /// One direction, until its end.
  private void pass(Socket from, Socket to, boolean answers) {
    byte[] buffer = new byte[CHUNK];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int length = in.read(buffer); length > 0; length = in.read(buffer)) {
        if (!send(buffer, length, out, to, answers)) {
          break;
        }
      }
    } catch (IOException e) {
      // broken
    } finally {
      close(from);
      close(to);
    }
  }

  /// Sends on what has come, as well as the line can.
  ///
  /// @return whether the connection lives on
  private boolean send(byte[] bytes, int length, OutputStream out, Socket to, boolean answers)
      throws IOException {
    Disturbance met = disturbance;
    if (met != Disturbance.NONE) {
      disturbed.incrementAndGet();
    }
    switch (met) {
      case NONE -> out.write(bytes, 0, length);
      case CUT -> {
        return false;
      }
      case STALL -> {
        while (disturbance == Disturbance.STALL) {
          pause();
        }
        out.write(bytes, 0, length);
      }
      case SLOW -> slowly(bytes, length, out);
      case HALF_CLOSE -> {
        out.write(bytes, 0, length);
        if (!answers) {
          to.shutdownOutput();
        }
      }
      case GARBLE -> {
        if (!answers) {
          out.write(bytes, 0, length);
          return true;
        }
        out.write(noise(length));
        return false;
      }
    }
    return true;
  }

  private static void slowly(byte[] bytes, int length, OutputStream out) throws IOException {
    int bits = 0;
    for (int from = 0; from < length; from += BIT) {
      if (bits++ < MOST_BITS) {
        pause();
      }
      out.write(bytes, from, Math.min(BIT, length - from));
    }
  }

  /// Nothing that any protocol begins with.
  private byte[] noise(int length) {
    byte[] noise = new byte[length];
    synchronized (random) {
      random.nextBytes(noise);
    }
    noise[0] = (byte) 0xfe;
    return noise;
  }

  private static void pause() {
    try {
      Thread.sleep(MOMENT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void close(Closeable one) {
    try {
      one.close();
    } catch (IOException e) {
      // it is closed
    }
  }
}
