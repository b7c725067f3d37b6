package dev.build0711.runner.standalone;

import dev.build0711.runner.app.SetAside;
import dev.build0711.runner.app.TendBackend;
import dev.build0711.runner.app.TendDeliveries;
import dev.build0711.runner.app.Version;
import dev.build0711.runner.config.Environment;
import dev.build0711.runner.config.RunnerConfig;
import dev.build0711.runner.controlrun.ControlRunFunction;
import dev.build0711.runner.createrun.CreateRunFunction;
import dev.build0711.runner.getrun.GetRunFunction;
import dev.build0711.runner.health.HealthFunction;
import dev.build0711.runner.http.Endpoint;
import dev.build0711.runner.http.Handler;
import dev.build0711.runner.http.Route;
import dev.build0711.runner.log.LogFields;
import dev.build0711.runner.standalone.http.HttpServer;
import dev.build0711.runner.webhook.WebhookFunction;
import dev.build0711.runner.wiring.Wiring;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A running standalone: the API on a port, and the loop that looks after the runs. Closing it
/// answers what is under way and ends within ten seconds.
final class StandaloneServer implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(StandaloneServer.class.getName());

  private final StandaloneConfig config;
  private final Wiring wiring;
  private final DueRuns dueRuns;
  private final HttpServer http;

  private StandaloneServer(
      StandaloneConfig config, Wiring wiring, DueRuns dueRuns, HttpServer http) {
    this.config = config;
    this.wiring = wiring;
    this.dueRuns = dueRuns;
    this.http = http;
  }

  /// Starts everything, or leaves nothing started behind; it answers as soon as this returns.
  ///
  /// @param fresh whether the runs of earlier starts are forgotten
  /// @throws Main.CannotStart if the address to listen at cannot be had
  static StandaloneServer start(Environment environment, Path data, boolean fresh) {
    StandaloneConfig standalone = StandaloneConfig.complete(environment, data, fresh);
    try {
      return start(standalone);
    } catch (RuntimeException e) {
      standalone.close();
      throw e;
    }
  }

  private static StandaloneServer start(StandaloneConfig standalone) {
    RunnerConfig config = standalone.config();
    InstantSource time = InstantSource.system();
    Wiring wiring = Wiring.of(config, time);
    try {
      wiring.installLog();
      if (config.database().migrate()) {
        wiring.migrations().up(null);
      }
      DueRuns dueRuns = new DueRuns(wiring.backgroundRuns(), time);
      Endpoint endpoint = Endpoint.ofEverything(wiring.edge(), handlers(wiring, dueRuns));
      HttpServer http = serve(config.server(), endpoint);
      dueRuns.start(wiring.pollRun(dueRuns), wiring.admit(dueRuns), duties(wiring, dueRuns));
      LOG.log(
          Level.INFO,
          "server started",
          LogFields.of(
              "version",
              Version.current(),
              "address",
              http.uri(),
              "backends",
              wiring.backendNames()));
      return new StandaloneServer(standalone, wiring, dueRuns, http);
    } catch (RuntimeException e) {
      wiring.close();
      throw e;
    }
  }

  private static List<Runnable> duties(Wiring wiring, DueRuns dueRuns) {
    TendBackend tendBackend = wiring.tendBackend(dueRuns);
    SetAside setAside = wiring.setAside();
    TendDeliveries tendDeliveries = wiring.tendDeliveries(dueRuns);
    List<Runnable> duties = new ArrayList<>();
    wiring.backendNames().forEach(name -> duties.add(() -> tendBackend.apply(name)));
    duties.add(setAside::apply);
    duties.add(tendDeliveries::apply);
    return duties;
  }

  private static HttpServer serve(RunnerConfig.Server server, Endpoint endpoint) {
    try {
      return HttpServer.start(server.host(), server.port(), endpoint, endpoint::refuse);
    } catch (IllegalStateException e) {
      throw new Main.CannotStart(e);
    }
  }

  URI uri() {
    return http.uri();
  }

  boolean simulated() {
    return config.simulated();
  }

  /// Whether callers have to show a token.
  boolean authenticates() {
    return config.config().security().enableAuth();
  }

  /// The generated token, null where tokens are configured or none is wanted.
  @Nullable String token() {
    return config.token();
  }

  @Override
  public void close() {
    Thread requests = Thread.ofPlatform().start(http::close);
    dueRuns.close();
    join(requests);
    wiring.close();
    config.close();
    LOG.log(Level.INFO, "server stopped");
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Map<Route, Handler> handlers(Wiring wiring, DueRuns dueRuns) {
    Map<Route, Handler> handlers = new EnumMap<>(Route.class);
    handlers.putAll(CreateRunFunction.handlers(wiring.createRun(dueRuns), wiring.gitHosts()));
    handlers.putAll(GetRunFunction.handlers(wiring.findRuns(), wiring.findArtifacts()));
    handlers.putAll(
        ControlRunFunction.handlers(wiring.cancelRun(dueRuns), wiring.sendMessage(dueRuns)));
    handlers.putAll(
        WebhookFunction.handlers(
            new WebhookFunction.GitWebhooks(
                wiring.receiveWebhook(dueRuns), wiring.gitHub(), wiring.gitLab()),
            new WebhookFunction.Push(wiring.takeHint(dueRuns), wiring.backendPush())));
    handlers.putAll(HealthFunction.handlers(wiring.checkHealth(), Version.current()));
    return handlers;
  }
}
