package dev.build0711.runner.standalone;

import dev.build0711.runner.config.ConfigKey;
import dev.build0711.runner.config.Environment;
import dev.build0711.runner.config.InvalidConfiguration;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    description = {
      "Serves the whole API until it is stopped, and looks after the runs.",
      "Everything else is configured by environment variables or the file OPENHANDS_CONFIG."
    },
    exitCodeList = {
      "2:asked for wrongly, or it cannot begin",
      "130:stopped by SIGINT (Ctrl-C)",
      "143:stopped by SIGTERM"
    })
final class ServeCommand implements Callable<Integer> {

  private static final int MAX_PORT = 65_535;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Port to listen on (default: server.port, else 8080).")
  private @Nullable Integer port;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = ".local",
      description = "Folder to keep runs in (default: ${DEFAULT-VALUE}).")
  private Path data = Path.of(".local");

  @Option(names = "--fresh", description = "Forget the runs of earlier starts first.")
  private boolean fresh;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    Environment environment = StandaloneConfig.environment();
    if (port != null) {
      environment = environment.with(ConfigKey.SERVER_PORT, checked(port).toString());
    }
    StandaloneServer server = start(environment);
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(server::close));
    greet(server);
    Thread.currentThread().join();
    return 0;
  }

  private StandaloneServer start(Environment environment) {
    try {
      return StandaloneServer.start(environment, data, fresh);
    } catch (InvalidConfiguration | DataDirectory.Unusable | Main.CannotStart e) {
      throw e;
    } catch (RuntimeException e) {
      throw new Main.CannotStart(e);
    }
  }

  private Integer checked(Integer number) {
    if (number < 0 || number > MAX_PORT) {
      throw new ParameterException(
          spec.commandLine(), "Invalid value for option '--port': a port is 0 to " + MAX_PORT);
    }
    return number;
  }

  /// Greets whoever has started it, beside the log, which is on standard output.
  private void greet(StandaloneServer server) {
    PrintWriter out = spec.commandLine().getErr();
    out.println("OpenHands Runner is ready at " + server.uri());
    if (server.simulated()) {
      out.println(
          "No OPENHANDS_BASE_URL is set: a simulated OpenHands answers, and no real agent works.");
    }
    Path kept = data.toAbsolutePath().normalize().resolve("token");
    boolean generated = server.token() != null;
    if (generated) {
      out.println("The token is in " + kept);
    }
    out.println("Start a run:");
    out.println();
    out.println(curl(server, generated ? "$(cat '" + kept + "')" : "$TOKEN"));
    out.println();
    out.flush();
  }

  /// The token itself is not said: whoever keeps what is said would keep it, too.
  private static String curl(StandaloneServer server, String token) {
    String authorization =
        server.authenticates() ? " -H \"Authorization: Bearer " + token + "\"" : "";
    return """
    curl -sS %s/runs%s -H 'Content-Type: application/json' \\
      -d '{"project_id": "demo", "compiled_prompt": "Create a simple Python web server", "repository": "acme/widgets"}'\
    """
        .formatted(server.uri(), authorization)
        .indent(2)
        .stripTrailing();
  }
}
