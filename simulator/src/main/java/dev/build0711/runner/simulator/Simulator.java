package dev.build0711.runner.simulator;

import com.sun.net.httpserver.HttpServer;
import dev.build0711.runner.simulator.agentserver.AgentServer;
import dev.build0711.runner.simulator.appserver.AppServer;
import dev.build0711.runner.simulator.legacy.LegacyServer;
import dev.build0711.runner.simulator.scenario.World;
import dev.build0711.runner.simulator.web.Dialect;
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
            maxRuns(options),
            MOST_CONVERSATIONS);
    // Otherwise every answer of more than a buffer waits 40 ms for the caller's acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    InetAddress address = InetAddress.getByName(options.host());
    HttpServer server = HttpServer.create(new InetSocketAddress(address, options.port()), BACKLOG);
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    Speaker speaker = speaker(options, world);
    Journal journal = remember(options, speaker, clock);
    Control control = new Control(world);
    Dialect present = speaker.present();
    if (options.dialect() == DialectName.AGENT_SERVER) {
      Webhooks webhooks = new Webhooks(world, present, options.key(), new HttpSink());
      control.steer(webhooks);
      threads.execute(webhooks::run);
      present = webhooks;
    }
    server.createContext("/", new Front(world, present, control, journal, options.delay()));
    server.setExecutor(threads);
    server.start();
    return new Simulator(server, threads, world);
  }

  /// What answers.
  ///
  /// @param past what answers the requests of the journal
  /// @param restart what a new start makes of what the journal has told
  private record Speaker(Dialect present, Dialect past, Runnable restart) {}

  private static Speaker speaker(Options options, World world) {
    return switch (options.dialect()) {
      case AGENT_SERVER -> {
        AgentServer server = new AgentServer(world, options.key(), options.agentServer());
        yield new Speaker(server, server, world::restart);
      }
      case APP_V1 -> {
        AppServer server = new AppServer(world, options.key(), options.app());
        yield new Speaker(server, server::replay, server::replayed);
      }
      case APP_V0 -> {
        LegacyServer server = new LegacyServer(world, options.key(), options.legacy());
        yield new Speaker(server, server, world::restart);
      }
    };
  }

  /// The app servers have their own ways not to be full.
  private static int maxRuns(Options options) {
    return switch (options.dialect()) {
      case AGENT_SERVER -> options.maxRuns();
      case APP_V1, APP_V0 -> MOST_CONVERSATIONS;
    };
  }

  private static @Nullable Journal remember(Options options, Speaker speaker, ReplayClock clock)
      throws IOException {
    if (options.journal() == null) {
      return null;
    }
    Journal journal = Journal.open(options.journal());
    if (journal.replay(speaker.past(), clock, options.key())) {
      speaker.restart().run();
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

  /// Does what a kill and a new start of the server would do: running agents are cut off, except
  /// those of a V1 app server, which it does not know any more.
  public void restart() {
    world.restart();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
