package dev.build0711.runner.simulator;

import com.sun.net.httpserver.HttpServer;
import dev.build0711.runner.simulator.agentserver.AgentServer;
import dev.build0711.runner.simulator.scenario.World;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/// A running simulator. Closing it ends it at once.
public final class Simulator implements AutoCloseable {

  private static final int BACKLOG = 1024;
  private static final int MOST_CONVERSATIONS = 100_000;

  private final HttpServer server;
  private final ExecutorService threads;
  private final World world;

  private Simulator(HttpServer server, ExecutorService threads, World world) {
    this.server = server;
    this.threads = threads;
    this.world = world;
  }

  /// Starts one; it answers as soon as this returns.
  ///
  /// @throws IOException if it cannot listen there
  public static Simulator start(Options options) throws IOException {
    ReplayClock clock = new ReplayClock(options.clock());
    World world =
        new World(
            clock,
            options.seed(),
            options.step(),
            options.cloneTime(),
            options.maxRuns(),
            MOST_CONVERSATIONS);
    // Otherwise every answer of more than a buffer waits 40 ms for the caller's acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    InetAddress address = InetAddress.getByName(options.host());
    HttpServer server = HttpServer.create(new InetSocketAddress(address, options.port()), BACKLOG);
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    AgentServer dialect = new AgentServer(world, options.key());
    Journal journal = remember(options, dialect, clock, world);
    server.createContext(
        "/", new Front(world, dialect, new Control(world), journal, options.delay()));
    server.setExecutor(threads);
    server.start();
    return new Simulator(server, threads, world);
  }

  private static @Nullable Journal remember(
      Options options, AgentServer dialect, ReplayClock clock, World world) throws IOException {
    if (options.journal() == null) {
      return null;
    }
    Journal journal = Journal.open(options.journal());
    if (journal.replay(dialect, clock, options.key())) {
      world.restart();
    }
    return journal;
  }

  /// Where it answers, without a path.
  public URI uri() {
    InetSocketAddress address = server.getAddress();
    return URI.create("http://" + address.getHostString() + ":" + address.getPort());
  }

  /// How many conversations it holds.
  public int conversations() {
    return world.size();
  }

  /// How many of the users' messages contain `text`.
  public int prompts(String text) {
    return world.prompts(text);
  }

  /// Does what a kill and a new start of the server would do: running agents are cut off.
  public void restart() {
    world.restart();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
