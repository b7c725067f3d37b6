package dev.build0711.runner.simulator;

import dev.build0711.runner.simulator.agentserver.Edition;
import dev.build0711.runner.simulator.appserver.AppOptions;
import dev.build0711.runner.simulator.appserver.Release;
import dev.build0711.runner.simulator.legacy.LegacyOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The command that runs a simulator until it is stopped.
@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    description = "Runs an OpenHands without a model, which plays scripted scenarios.",
    exitCodeList = {
      "2:asked for wrongly, or it cannot listen",
      "130:stopped by SIGINT (Ctrl-C)",
      "143:stopped by SIGTERM"
    })
public final class SimulateCommand implements Callable<Integer> {

  private static final int MOST_SECONDS = 86_400;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      defaultValue = "127.0.0.1",
      description = "Address to listen on (default: ${DEFAULT-VALUE}).")
  private String host = "127.0.0.1";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "18000",
      description = "Port, 0 for any free one (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "What X-Session-API-Key must be; none: open.")
  private @Nullable String key;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      defaultValue = "1",
      description = "What ids are made from (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--step",
      paramLabel = "SECONDS",
      defaultValue = "2.5",
      description = "Seconds that a step takes (default: ${DEFAULT-VALUE}).")
  private double step;

  @Option(
      names = "--max-runs",
      paramLabel = "N",
      description =
          "What is too much at once: runs before 429 (agent-server, default 10), sandboxes before the"
              + " oldest is paused (app-v1, 5), conversations before one is stopped (app-v0, 3).")
  private @Nullable Integer maxRuns;

  @Option(
      names = "--dialect",
      paramLabel = "DIALECT",
      defaultValue = "agent-server",
      description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private DialectName dialect = DialectName.AGENT_SERVER;

  @Option(
      names = "--release",
      paramLabel = "RELEASE",
      description =
          "1.58.0 or 1.49.1 (agent-server), 1.11.0 or 0.62.0 (app-v1), 0.62.0 or 1.6.0 (app-v0).")
  private @Nullable String release;

  @Spec private @Nullable CommandSpec spec;

  /// Runs the command by itself.
  public static void main(String[] args) {
    System.exit(new CommandLine(new SimulateCommand()).execute(args));
  }

  @Override
  public Integer call() throws InterruptedException {
    try (Simulator simulator = Simulator.start(options())) {
      out().println("Simulated OpenHands on " + simulator.uri() + "; no real agent works here.");
      out().flush();
      Thread.currentThread().join();
      return 0;
    } catch (IOException e) {
      err().println("Cannot listen on " + host + ":" + port + ": " + e.getMessage());
      return 2;
    }
  }

  private Options options() {
    if (!(step >= 0 && step <= MOST_SECONDS)) {
      throw wrong("Invalid value for option '--step': seconds are 0 to " + MOST_SECONDS);
    }
    if (maxRuns != null && maxRuns < 0) {
      throw wrong("Invalid value for option '--max-runs': it cannot be below 0");
    }
    Options options =
        Options.defaults()
            .withHost(host)
            .withPort(port)
            .withKey(key)
            .withSeed(seed)
            .withStep(Duration.ofMillis(Math.round(step * 1000)));
    return switch (dialect) {
      case AGENT_SERVER -> {
        Options server = options.asAgentServer(edition());
        yield maxRuns == null ? server : server.withMaxRuns(maxRuns);
      }
      case APP_V1 -> options.asApp(app());
      case APP_V0 -> options.asLegacy(legacy());
    };
  }

  private Edition edition() {
    String version = release;
    return version == null
        ? Edition.NEWEST
        : Edition.of(version).orElseThrow(() -> unknownRelease(version));
  }

  private AppOptions app() {
    AppOptions app = AppOptions.defaults();
    if (release != null) {
      String version = release;
      app = app.withRelease(Release.of(version).orElseThrow(() -> unknownRelease(version)));
    }
    return maxRuns == null ? app : app.withMaxSandboxes(maxRuns);
  }

  private LegacyOptions legacy() {
    LegacyOptions legacy = LegacyOptions.defaults();
    if (release != null) {
      String version = release;
      legacy =
          legacy.withRelease(
              Arrays.stream(LegacyOptions.Release.values())
                  .filter(known -> known.version().equals(version))
                  .findFirst()
                  .orElseThrow(() -> unknownRelease(version)));
    }
    return maxRuns == null ? legacy : legacy.withMaxConversations(maxRuns);
  }

  private ParameterException unknownRelease(String version) {
    return wrong("The release " + version + " of " + dialect + " is not simulated.");
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec().commandLine(), message);
  }

  private PrintWriter out() {
    return spec().commandLine().getOut();
  }

  private PrintWriter err() {
    return spec().commandLine().getErr();
  }

  private CommandSpec spec() {
    if (spec == null) {
      throw new IllegalStateException("not run by picocli");
    }
    return spec;
  }
}
