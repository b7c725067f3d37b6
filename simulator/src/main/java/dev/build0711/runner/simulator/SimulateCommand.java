package dev.build0711.runner.simulator;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The command that runs a simulator until it is stopped.
@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    description = "Runs an OpenHands without a model, which plays scripted scenarios.")
public final class SimulateCommand implements Callable<Integer> {

  @Option(
      names = "--host",
      defaultValue = "127.0.0.1",
      description = "Address to listen on (default: ${DEFAULT-VALUE}).")
  private String host = "127.0.0.1";

  @Option(
      names = "--port",
      defaultValue = "18000",
      description = "Port, 0 for any free one (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(names = "--key", description = "What X-Session-API-Key must be; none: open.")
  private @Nullable String key;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "What ids are made from (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--step",
      defaultValue = "2.5",
      description = "Seconds that a step takes (default: ${DEFAULT-VALUE}).")
  private double step;

  @Option(
      names = "--max-runs",
      defaultValue = "10",
      description = "Runs at once before 429 (default: ${DEFAULT-VALUE}).")
  private int maxRuns;

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
    return Options.defaults()
        .withHost(host)
        .withPort(port)
        .withKey(key)
        .withSeed(seed)
        .withStep(Duration.ofMillis(Math.round(step * 1000)))
        .withMaxRuns(maxRuns);
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
